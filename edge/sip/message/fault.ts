import type { SipRequest } from './message.ts';

/** Why bytes are no message we act upon: a closed set. */
export type SipFaultCode =
  /** No line of it is SIP. */
  | 'notSip'
  /** A SIP version other than 2.0 (RFC 3261 §7.1). */
  | 'version'
  /** The request line or status line is malformed. */
  | 'startLine'
  /** The Request-URI is malformed, or carries what may not stand there (RFC 3261 §19.1.1). */
  | 'uri'
  /** The Request-URI's scheme is none of ours (RFC 3261 §8.2.2.1). */
  | 'scheme'
  /** A header field is malformed. */
  | 'header'
  /** A header field that every message needs is not there (RFC 3261 §8.1.1). */
  | 'missing'
  /** A header field that may stand once stands more than once. */
  | 'repeated'
  /** CSeq names another method than the request line (RFC 3261 §8.1.1.5). */
  | 'cseqMethod'
  /** The end of the header fields, or of the body, has not come with the datagram (RFC 3261 §18.3). */
  | 'truncated'
  /** Content-Length is no number, is missing on a stream, or stands twice with two values. */
  | 'contentLength'
  /** Head or body exceed their limits. */
  | 'tooLarge'
  /** Require names an option that we do not have (RFC 3261 §8.2.2.3). */
  | 'extension';

/** The status that answers a request with the fault; undefined where nothing is answered. */
export const faultStatus: Readonly<Record<SipFaultCode, 400 | 416 | 420 | 505 | 513 | undefined>> = {
  notSip: undefined,
  version: 505,
  startLine: 400,
  uri: 400,
  scheme: 416,
  header: 400,
  missing: 400,
  repeated: 400,
  cseqMethod: 400,
  truncated: 400,
  contentLength: 400,
  tooLarge: 513,
  extension: 420,
};

export interface SipFault {
  readonly code: SipFaultCode;
  /** What is at fault: a header field's name in lower case, or words. Never a value. */
  readonly detail: string;
  /** What could be read of the request, to answer it with; absent for responses and for what is not SIP. */
  readonly request?: SipRequest;
}
