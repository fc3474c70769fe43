import type { Ladder } from '../../capture/ladder/ladder.ts';
import type { NamingConfig } from '../../capture/trace/names.ts';

/** What the reading process is asked: the wire of one call or message, by this node's configuration. */
export interface WireQuestion {
  readonly data: string;
  readonly naming: NamingConfig;
  readonly subject: 'call' | 'message';
  readonly sid: string;
}

/** What it answers; a sentence where there is nothing to show. */
export type WireAnswer =
  { readonly ok: true; readonly value: Ladder } | { readonly ok: false; readonly error: string };
