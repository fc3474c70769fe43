import type { Streamed } from './stream.ts';

/** A value of JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** The first and only line that a client sends. `events` is answered by lines without end. */
export interface Ask {
  readonly ask: string;
  /** What the question is about; null where it needs nothing. */
  readonly about: Json;
}

/** A line of the answer. */
export type Answer =
  | { readonly kind: 'value'; readonly value: Json }
  | { readonly kind: 'refused'; readonly reason: string }
  | Streamed;

/** Longest line of a request. */
export const askMaxBytes = 4_096;
/** Longest line of an answer that a client takes. */
export const answerMaxBytes = 16 * 1024 * 1024;

/** Reads a request; undefined if it is none. */
export function parseAsk(line: string): Ask | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null && 'ask' in value && typeof value.ask === 'string') {
      return { ask: value.ask, about: 'about' in value ? (value.about as Json) : null };
    }
  } catch {
    // Not JSON: not a request.
  }
  return undefined;
}
