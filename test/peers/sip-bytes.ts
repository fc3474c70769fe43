/** SIP messages, read and written a second time: what is tested must not be its own judge. */
export interface SipMessage {
  /** Request-Line or Status-Line. */
  readonly start: string;
  readonly headers: readonly SipHeader[];
  readonly body: string;
}

export type SipHeader = readonly [name: string, value: string];

export function readSip(bytes: Buffer): SipMessage | undefined {
  const text = bytes.toString('utf8');
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [start = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers = lines.map((line): SipHeader => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
  });
  return { start, headers, body: text.slice(end + 4) };
}

export function writeSip({ start, headers, body }: SipMessage): Buffer {
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  const length = `Content-Length: ${Buffer.byteLength(body)}`;
  return Buffer.from([start, ...lines, length, '', body].join('\r\n'));
}

export const allOf = (message: SipMessage, name: string): readonly string[] =>
  message.headers.filter(([key]) => key.toLowerCase() === name.toLowerCase()).map(([, value]) => value);

/** The first header field of this name, or ''. */
export const headerOf = (message: SipMessage, name: string): string => allOf(message, name)[0] ?? '';

/** The method of a request, or '' of a response. */
export const methodOf = ({ start }: SipMessage): string =>
  start.startsWith('SIP/2.0 ') ? '' : (start.split(' ', 1)[0] ?? '');

export const uriOf = ({ start }: SipMessage): string => start.split(' ')[1] ?? '';

/** The status of a response, or 0 of a request. */
export const statusOf = ({ start }: SipMessage): number =>
  start.startsWith('SIP/2.0 ') ? Number(start.split(' ')[1]) : 0;

/** The URI of From, To, Contact or Refer-To. */
export const addressOf = (value: string): string =>
  /<([^>]*)>/.exec(value)?.[1] ?? value.split(';', 1)[0] ?? '';

/** The user part of a SIP URI, or of what has one. */
export const userOf = (value: string): string => /sips?:([^@;>]*)@/.exec(value)?.[1] ?? '';

export const tagOf = (value: string): string => /;tag=([^;\s]+)/.exec(value)?.[1] ?? '';

export const branchOf = (message: SipMessage): string =>
  /;branch=([^;\s]+)/.exec(headerOf(message, 'via'))?.[1] ?? '';

/** Number and method. */
export function cseqOf(message: SipMessage): readonly [number, string] {
  const [number = '', method = ''] = headerOf(message, 'cseq').split(' ');
  return [Number(number), method];
}

const reasons: Readonly<Record<number, string>> = {
  100: 'Trying',
  180: 'Ringing',
  183: 'Session Progress',
  200: 'OK',
  202: 'Accepted',
  486: 'Busy Here',
  487: 'Request Terminated',
};

/** A response to a request, with the fields that RFC 3261 section 8.2.6 has it copy. */
export function responseTo(
  request: SipMessage,
  status: number,
  { tag = '', headers = [], body = '' }: { tag?: string; headers?: readonly SipHeader[]; body?: string } = {},
): SipMessage {
  const to = headerOf(request, 'to');
  const copied = ['From', 'Call-ID', 'CSeq'].map((name): SipHeader => [name, headerOf(request, name)]);
  return {
    start: `SIP/2.0 ${status} ${reasons[status] ?? 'Whatever'}`,
    headers: [
      ...allOf(request, 'via').map((via): SipHeader => ['Via', via]),
      ['To', tagOf(to) === '' && tag !== '' ? `${to};tag=${tag}` : to],
      ...copied,
      ...headers,
    ],
    body,
  };
}
