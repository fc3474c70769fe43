/** One job for the threads that prepare sounds. */
export type Job = DecodeRequest | MusicRequest;

export interface DecodeRequest {
  readonly kind: 'decode';
  readonly bytes: Uint8Array;
  /** As the sender named it; what the bytes say themselves goes first. */
  readonly contentType: string;
  /** Where the samples go. */
  readonly file: string;
  readonly maxDurationMs: number;
}

/** Our own hold music is to be played into a file. */
export interface MusicRequest {
  readonly kind: 'music';
  readonly file: string;
}

export type DecodeRefusal = 'unsupported' | 'damaged' | 'too-long' | 'disk';

export type DecodeReply = { readonly ok: true } | { readonly ok: false; readonly error: DecodeRefusal };
