import type { Headers } from './headers.ts';

/** A request (RFC 3261 §7.1). Text is Unicode; the URI is kept as it came. */
export interface SipRequest {
  readonly kind: 'request';
  /** Case-sensitive. */
  readonly method: string;
  readonly uri: string;
  readonly headers: Headers;
  /** A view of the received bytes where it came from the wire: copy what is kept beyond the call. */
  readonly body: Buffer;
}

/** A response (RFC 3261 §7.2). */
export interface SipResponse {
  readonly kind: 'response';
  /** 100 to 699. */
  readonly status: number;
  readonly reason: string;
  readonly headers: Headers;
  readonly body: Buffer;
}

export type SipMessage = SipRequest | SipResponse;

export const noBody: Buffer = Buffer.alloc(0);

/** How large a message may be, in octets. */
export const headMax = 16 * 1024;
export const bodyMax = 64 * 1024;
/** How many header fields a message may have. */
export const fieldsMax = 256;
