import { contentType, cseq } from '../../sip/message/fields.ts';
import type { SipMessage } from '../../sip/message/message.ts';
import { printable } from '../mask/text.ts';
import { mediaLines } from '../rtp/sdp.ts';
import type { Tone } from './ladder.ts';

/** An arrow's words. */
export interface Description {
  readonly label: string;
  readonly detail: string;
  readonly tone: Tone;
}

export function describeSip(message: SipMessage): Description {
  const media = contentType(message) === 'application/sdp' ? sdpWords(message.body) : '';
  if (message.kind === 'request') {
    const uri = message.uri.replace(/^(sips?:)[^@]*:[^@]*@/i, '$1').replace(/;.*$/s, '');
    return {
      label: printable(message.method),
      detail: [printable(uri), media].filter((words) => words !== '').join(', '),
      tone: message.method === 'ACK' || message.method === 'PRACK' ? 'quiet' : 'request',
    };
  }
  const method = cseq(message)?.method ?? 'INVITE';
  const { status, reason } = message;
  return {
    label: printable(`${status} ${reason}${method === 'INVITE' ? '' : ` (${method})`}`),
    detail: media,
    tone: status < 200 ? 'progress' : status < 300 ? 'success' : 'failure',
  };
}

/** `SDP PCMU/PCMA 192.0.2.1:4000`: the codecs of each medium and where it is to be sent. */
function sdpWords(body: Buffer): string {
  const media = mediaLines(body).map(({ type, endpoint, encodings, secure }) => {
    const names = [...new Set(Array.from(encodings.values(), ({ name }) => name))]
      .filter((name) => name !== 'TELEPHONE-EVENT' && name !== 'CN')
      .join('/');
    const kind = type === 'audio' ? '' : `${type} `;
    const where = endpoint.port === 0 ? 'refused' : `to ${endpoint.address}:${endpoint.port}`;
    return `${kind}${secure ? 'SRTP ' : ''}${names} ${where}`;
  });
  return printable(media.length === 0 ? 'SDP' : `SDP ${media.join('; ')}`);
}

/** What is alike in a message and its repetition by the transaction layer (RFC 3261 §17), and in nothing else. */
export function transmissionKey(message: SipMessage): string {
  const branch = /branch=([^;,\s]*)/i.exec(message.headers.get('via') ?? '')?.[1] ?? '';
  const line =
    message.kind === 'request' ? message.method : `${message.status} ${message.headers.get('rseq')}`;
  return [branch, line, message.headers.get('cseq'), message.headers.get('to'), message.body.length].join(
    ' ',
  );
}
