import type { SipFaultCode } from '../../../../edge/sip/message/fault.ts';

/** A message of RFC 4475, and what the codec says of it. */
export interface Torture {
  /** Its name in the RFC. */
  readonly name: string;
  readonly section: string;
  readonly bytes: Buffer;
  /** The fault of `parseMessage` or `validate`; undefined if the message may be acted upon. */
  readonly fault: SipFaultCode | undefined;
  /** The status that answers it; undefined for silence. */
  readonly answer?: number;
}

/** Head and body of CRLF-ended lines. */
export const lines = (head: readonly string[], body: readonly string[] = []): Buffer =>
  Buffer.from([...head, '', ...body].map((line) => `${line}\r\n`).join(''), 'utf8');

/** The session description that most of the RFC's messages carry. */
export const sdp = (address: string, time = '0 0'): string[] => [
  'v=0',
  `o=mhandley 29739 7272939 IN IP4 ${address}`,
  's=-',
  `c=IN IP4 ${address}`,
  `t=${time}`,
  'm=audio 49217 RTP/AVP 0 12',
  'm=video 3227 RTP/AVP 31',
  'a=rtpmap:31 LPC',
];
