import { z } from 'zod';
import { integer, textKind } from '../config/kinds.ts';

/** A carrier's `routes`: longest prefix wins, then lowest cost, then the order of the file. */
export const routesPart = () =>
  z
    .array(
      z.strictObject({
        /** `+1`, `+4420`, `+` for everything; bare digits lead to short codes. */
        prefix: textKind('a prefix such as +1 or +4420, + for everything', (text) =>
          /^(\+\d{0,15}|\d{1,8})$/.test(text) ? text : undefined,
        ),
        cost: integer(0, 1_000_000).default(0),
      }),
    )
    .default([]);
