import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { readMessage } from './sip-peer.ts';
import type { PeerMessage } from './sip-peer.ts';

/** One message of the server to an application: the words of its first line, and the SIP message, if there is one. */
export interface ControlMessage {
  readonly words: readonly string[];
  readonly sip: PeerMessage | undefined;
}

/** An application on drachtio's control protocol, word by word; what drachtio-srf does for others. */
export class ControlClient {
  private readonly socket: Socket;
  private bytes: Buffer = Buffer.alloc(0);
  private serial = 0;
  private readonly kept: ControlMessage[] = [];
  private readonly waiting: ((message: ControlMessage) => void)[] = [];

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => this.take(chunk));
    socket.on('error', () => undefined);
  }

  static async open(port: number): Promise<ControlClient> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new ControlClient(socket);
  }

  /** Connects, says who it is, and asks for verbs. */
  static async ready(port: number, secret: string, ...verbs: readonly string[]): Promise<ControlClient> {
    const client = await ControlClient.open(port);
    client.say(`authenticate|${secret}|`);
    await client.next();
    for (const verb of verbs) {
      client.say(`route|${verb}`);
      await client.next();
    }
    return client;
  }

  /** Sends a message; gives its id. */
  say(words: string): string {
    const id = `m${this.serial++}`;
    const text = `${id}|${words}`;
    this.socket.write(`${Buffer.byteLength(text)}#${text}`);
    return id;
  }

  /** Answers a request that the server showed. */
  respond(shown: ControlMessage, line: string, fields = '', body = ''): string {
    return this.say(`sip|${transactionOf(shown)}|\r\nSIP/2.0 ${line}\r\n${fields}\r\n${body}`);
  }

  next(): Promise<ControlMessage> {
    const first = this.kept.shift();
    return first === undefined
      ? new Promise((resolve) => this.waiting.push(resolve))
      : Promise.resolve(first);
  }

  /** The next SIP message shown that is this word; answers to commands and others before it are dropped. */
  async shown(word: string): Promise<ControlMessage & { readonly sip: PeerMessage }> {
    for (;;) {
      const { words, sip } = await this.next();
      if (words[1] === 'sip' && sip?.word === word) return { words, sip };
    }
  }

  /** The answer to a command: its words from OK or NOK on; what is shown before it is dropped. */
  async answer(id: string): Promise<ControlMessage> {
    for (;;) {
      const { words, sip } = await this.next();
      if (words[1] === 'response' && words[2] === id) return { words: words.slice(3), sip };
    }
  }

  /** Resolves once the server has ended the connection. */
  async ended(): Promise<void> {
    if (!this.socket.closed) await once(this.socket, 'close');
  }

  close(): void {
    this.socket.destroy();
  }

  private take(chunk: Buffer): void {
    this.bytes = Buffer.concat([this.bytes, chunk]);
    for (;;) {
      const mark = this.bytes.indexOf('#');
      const end = mark + 1 + Number(this.bytes.toString('latin1', 0, Math.max(0, mark)));
      if (mark < 0 || this.bytes.length < end) return;
      const text = this.bytes.toString('utf8', mark + 1, end);
      this.bytes = this.bytes.subarray(end);
      const lineEnd = text.indexOf('\r\n');
      const message: ControlMessage = {
        words: (lineEnd < 0 ? text : text.slice(0, lineEnd)).split('|'),
        sip: lineEnd < 0 ? undefined : readMessage(text.slice(lineEnd + 2)),
      };
      const next = this.waiting.shift();
      if (next === undefined) this.kept.push(message);
      else next(message);
    }
  }
}

/** The ids by which the server knows what it showed. */
export const transactionOf = ({ words }: ControlMessage): string => words[8] ?? '';
export const dialogOf = ({ words }: ControlMessage): string => words[9] ?? '';
