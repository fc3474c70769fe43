import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';

/** A message as it came, cut apart just far enough for tests; it shares no code with the product. */
export interface PeerMessage {
  readonly text: string;
  /** `INVITE` or `200`. */
  readonly word: string;
  /** The value of a header field's first line; '' without. */
  field(name: string): string;
  readonly body: string;
}

export function readMessage(text: string): PeerMessage {
  const [head = '', body = ''] = text.split(/\r\n\r\n([\s\S]*)/);
  const lines = head.split('\r\n');
  const [first = ''] = lines;
  return {
    text,
    word: first.startsWith('SIP/') ? (first.split(' ')[1] ?? '') : (first.split(' ')[0] ?? ''),
    field: (name) =>
      lines
        .find((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`))
        ?.slice(name.length + 1)
        .trim() ?? '',
    body,
  };
}

/** The tag of a From or To. */
export const tagIn = (value: string): string => /;tag=([^;]+)/.exec(value)?.[1] ?? '';

/** A SIP element on a UDP port of 127.0.0.1 that sends what it is told and keeps what it gets. */
export class SipPeer {
  readonly port: number;
  private readonly socket: Socket;
  private readonly server: number;
  private open = true;
  private readonly kept: PeerMessage[] = [];
  private readonly waiting: ((message: PeerMessage) => void)[] = [];

  private constructor(socket: Socket, server: number) {
    this.socket = socket;
    this.server = server;
    this.port = socket.address().port;
    socket.on('message', (bytes) => {
      const message = readMessage(bytes.toString('utf8'));
      const next = this.waiting.shift();
      if (next === undefined) this.kept.push(message);
      else next(message);
    });
  }

  /** `server` is the port of the server under test; `address` another of this machine's own, such as 127.0.0.2. */
  static async open(server: number, address = '127.0.0.1'): Promise<SipPeer> {
    const socket = createSocket('udp4');
    socket.bind(0, address);
    await once(socket, 'listening');
    return new SipPeer(socket, server);
  }

  /** Messages that nobody has asked for so far. */
  get unread(): readonly PeerMessage[] {
    return this.kept;
  }

  send(text: string): void {
    this.socket.send(text, this.server, '127.0.0.1');
  }

  /** The next message. */
  next(): Promise<PeerMessage> {
    const first = this.kept.shift();
    return first === undefined
      ? new Promise((resolve) => this.waiting.push(resolve))
      : Promise.resolve(first);
  }

  /** The next message that is this word; others before it are dropped. */
  async until(word: string): Promise<PeerMessage> {
    for (;;) {
      const message = await this.next();
      if (message.word === word) return message;
    }
  }

  /** A request of this peer; `fields` replace or add to the usual ones, '' removes. */
  request(method: string, fields: Readonly<Record<string, string>> = {}, body = ''): string {
    const { uri = `sip:bob@127.0.0.1:${this.server}`, ...own } = fields;
    const all: Record<string, string> = {
      Via: `SIP/2.0/UDP 127.0.0.1:${this.port};branch=z9hG4bK-${method}-1`,
      'Max-Forwards': '70',
      From: `<sip:alice@127.0.0.1:${this.port}>;tag=alice`,
      To: `<sip:bob@127.0.0.1:${this.server}>`,
      'Call-ID': `call-${this.port}`,
      CSeq: `1 ${method}`,
      Contact: `<sip:alice@127.0.0.1:${this.port}>`,
      ...(body === '' ? {} : { 'Content-Type': 'application/sdp' }),
      'Content-Length': String(Buffer.byteLength(body)),
      ...own,
    };
    return `${method} ${uri} SIP/2.0\r\n${lines(all)}\r\n${body}`;
  }

  /** A response of this peer to a request that it got. */
  response(
    to: PeerMessage,
    status: number,
    fields: Readonly<Record<string, string>> = {},
    body = '',
  ): string {
    const all: Record<string, string> = {
      Via: to.field('Via'),
      From: to.field('From'),
      To: tagIn(to.field('To')) === '' ? `${to.field('To')};tag=bob` : to.field('To'),
      'Call-ID': to.field('Call-ID'),
      CSeq: to.field('CSeq'),
      Contact: `<sip:bob@127.0.0.1:${this.port}>`,
      ...(body === '' ? {} : { 'Content-Type': 'application/sdp' }),
      'Content-Length': String(Buffer.byteLength(body)),
      ...fields,
    };
    return `SIP/2.0 ${status} Whatever\r\n${lines(all)}\r\n${body}`;
  }

  close(): void {
    if (this.open) this.socket.close();
    this.open = false;
  }
}

const lines = (fields: Readonly<Record<string, string>>): string =>
  Object.entries(fields)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
