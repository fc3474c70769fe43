import { z } from 'zod';
import { integer, textKind } from '../config/kinds.ts';
import { isPrefix } from '../prefixes/prefix-key.ts';

/** A carrier's `routes`: longest prefix wins, then lowest cost, then the order of the file. */
export const routesPart = () =>
  z
    .array(
      z.strictObject({
        /** `+1`, `+4420`, `+` for everything; bare digits lead to short codes. */
        prefix: textKind('a prefix such as +1 or +4420, + for everything', (text) =>
          isPrefix(text) ? text : undefined,
        ),
        cost: integer(0, 1_000_000).default(0),
      }),
    )
    .default([]);

/** The part of a carrier's configuration that routing looks at. */
export interface RoutedCarrier {
  readonly name: string;
  /** There if the carrier takes messages. */
  readonly smpp?: unknown;
  /** There if it takes calls. */
  readonly sip?: unknown;
  readonly routes: readonly { readonly prefix: string; readonly cost: number }[];
}
