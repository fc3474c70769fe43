import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { companded, expanded } from './rtp-bytes.ts';

/** A message of a stream; see Twilio's "Media Streams - WebSocket messages". */
export interface StreamMessage {
  readonly event: string;
  readonly sequenceNumber?: string;
  readonly streamSid?: string;
  readonly start?: {
    readonly callSid: string;
    readonly tracks: readonly string[];
    readonly customParameters: Readonly<Record<string, string>>;
    readonly mediaFormat: Readonly<Record<string, unknown>>;
  };
  readonly media?: {
    readonly track: string;
    readonly chunk: string;
    readonly timestamp: string;
    readonly payload: string;
  };
  readonly mark?: { readonly name: string };
  readonly dtmf?: { readonly digit: string };
}

/** One stream as its application has it. */
export class Stream {
  readonly messages: StreamMessage[] = [];
  readonly signature: string;
  private readonly socket: WebSocket;
  private readonly waiting = new Set<() => void>();
  closed = false;

  constructor(socket: WebSocket, request: IncomingMessage) {
    this.socket = socket;
    this.signature = String(request.headers['x-twilio-signature']);
    socket.on('message', (data: Buffer) => {
      this.messages.push(JSON.parse(data.toString()) as StreamMessage);
      this.look();
    });
    socket.on('close', () => {
      this.closed = true;
      this.look();
    });
  }

  /** The SID, from `start` on. */
  get sid(): string {
    return this.messages.find(({ event }) => event === 'start')?.streamSid ?? '';
  }

  of(event: string): StreamMessage[] {
    return this.messages.filter((message) => message.event === event);
  }

  /** What has been heard of a track. */
  heard(track = 'inbound'): Int16Array {
    const payloads = this.of('media').filter(({ media }) => media?.track === track);
    return expanded(
      'PCMU',
      Buffer.concat(payloads.map(({ media }) => Buffer.from(media!.payload, 'base64'))),
    );
  }

  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!holds()) return;
        this.waiting.delete(look);
        resolve();
      };
      this.waiting.add(look);
      look();
    });
  }

  /** A tone for so long, as one message for each 100 ms. */
  say(hz: number, durationMs: number): void {
    const samples = Int16Array.from(
      { length: durationMs * 8 },
      (_, i) => 8_000 * Math.sin((2 * Math.PI * hz * i) / 8_000),
    );
    for (let at = 0; at < samples.length; at += 800) {
      const payload = Buffer.from(companded('PCMU', samples.subarray(at, at + 800))).toString('base64');
      this.send({ event: 'media', streamSid: this.sid, media: { payload } });
    }
  }

  mark(name: string): void {
    this.send({ event: 'mark', streamSid: this.sid, mark: { name } });
  }

  clear(): void {
    this.send({ event: 'clear', streamSid: this.sid });
  }

  close(): void {
    this.socket.close();
  }

  private send(message: unknown): void {
    this.socket.send(JSON.stringify(message));
  }

  private look(): void {
    for (const look of [...this.waiting]) look();
  }
}

/** An application that streams connect to. */
export class StreamApplication {
  private readonly server: WebSocketServer;
  private readonly streams = new Map<string, Stream>();
  private readonly waiting = new Map<string, (stream: Stream) => void>();

  private constructor(server: WebSocketServer) {
    this.server = server;
    server.on('connection', (socket, request) => {
      const path = request.url ?? '';
      const stream = new Stream(socket, request);
      this.streams.set(path, stream);
      this.waiting.get(path)?.(stream);
    });
  }

  static async open(): Promise<StreamApplication> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await new Promise((resolve) => server.once('listening', resolve));
    return new StreamApplication(server);
  }

  url(path: string): string {
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}${path}`;
  }

  /** The stream that connects, or has connected, to this path. */
  stream(path: string): Promise<Stream> {
    const there = this.streams.get(path);
    if (there !== undefined) return Promise.resolve(there);
    return new Promise((resolve) => this.waiting.set(path, resolve));
  }

  async close(): Promise<void> {
    for (const client of this.server.clients) client.terminate();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
