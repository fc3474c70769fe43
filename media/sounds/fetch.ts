/** Why a sound is not there; voice gives each one Twilio's number. */
export type SoundRefusal =
  | 'not-found'
  /** No answer, or one that is no sound's: the fetcher's own number says more. */
  | 'unreachable'
  /** Not a kind of sound that is understood. */
  | 'unsupported'
  /** It says that it is a sound of a kind that is understood, and is not. */
  | 'damaged'
  | 'too-large'
  | 'too-long'
  | 'timeout'
  /** Too many sounds are being prepared. */
  | 'busy'
  /** The cache folder cannot be written. */
  | 'disk';

export interface SoundFault {
  readonly why: SoundRefusal;
  /** For a person. */
  readonly detail: string;
  /** Twilio's number, where whoever fetched knows it. */
  readonly code?: number;
}

/** How long an answer may be used again without asking, and what to ask with then (RFC 9111, sections 4.2 and 4.3.1). */
export interface Freshness {
  /** Of the clock's `now`. In the past: ask each time. */
  readonly freshUntilMs: number;
  /** `if-none-match`, `if-modified-since`; empty: it cannot be asked whether the sound has changed. */
  readonly revalidation: Readonly<Record<string, string>>;
}

export interface SoundRequest {
  readonly url: string;
  /** Headers that ask whether what is here is still good; then `unchanged` is an answer. */
  readonly revalidation: Readonly<Record<string, string>>;
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

export type SoundAnswer =
  | {
      readonly kind: 'sound';
      readonly bytes: Uint8Array;
      readonly contentType: string;
      /** Undefined: not to be kept for a later call (`no-store`). */
      readonly freshness?: Freshness;
    }
  /** 304. */
  | { readonly kind: 'unchanged'; readonly freshness: Freshness }
  | { readonly kind: 'refused'; readonly fault: SoundFault };

/**
 * Gets sounds from the network. Given by a room that knows HTTP and whom it may ask; it bounds bytes and time as it is
 * told, and never throws.
 */
export type FetchSound = (request: SoundRequest) => Promise<SoundAnswer>;
