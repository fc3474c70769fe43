import type { VoiceVerb } from '../../twiml/registry.ts';
import type { HttpMethod } from '../call.ts';

/** Where the TwiML of a call comes from. */
export type Source =
  | {
      readonly kind: 'url';
      readonly url: string;
      readonly method: HttpMethod;
      /** '' for none. */
      readonly fallbackUrl: string;
      readonly fallbackMethod: HttpMethod;
      /** Parameters besides those of every request: what a verb brought (Digits, DialCallStatus, …). */
      readonly params: readonly (readonly [string, string])[];
    }
  | { readonly kind: 'twiml'; readonly twiml: string }
  /** Verbs of our own, for what the REST API does without a document: adding a participant, say. */
  | { readonly kind: 'verbs'; readonly verbs: readonly VoiceVerb[] };

/** A document with no fallback. */
export const documentAt = (
  url: string,
  method: HttpMethod,
  params: readonly (readonly [string, string])[] = [],
): Source => ({ kind: 'url', url, method, fallbackUrl: '', fallbackMethod: 'POST', params });

/** A URL of a document, which may be relative to it; one that cannot be read is left for the webhook client to refuse. */
export function resolveUrl(url: string, base: string): string {
  try {
    return new URL(url, base === '' ? undefined : base).href;
  } catch {
    return url;
  }
}
