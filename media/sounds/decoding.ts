/** One job for the thread that decodes. */
export interface DecodeRequest {
  readonly bytes: Uint8Array;
  /** As the sender named it; what the bytes say themselves goes first. */
  readonly contentType: string;
  /** Where the samples go. */
  readonly file: string;
  readonly maxDurationMs: number;
}

export type DecodeRefusal = 'unsupported' | 'damaged' | 'too-long' | 'disk';

export type DecodeReply = { readonly ok: true } | { readonly ok: false; readonly error: DecodeRefusal };
