import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

export type StreamMessage = Readonly<Record<string, unknown>> & { readonly event: string };

/** One stream as its application sees it. */
export class StreamPeer {
  readonly request: IncomingMessage;
  readonly socket: WebSocket;
  readonly closed: Promise<unknown>;
  private readonly messages: StreamMessage[] = [];
  private readonly waiting: ((message: StreamMessage) => void)[] = [];

  constructor(socket: WebSocket, request: IncomingMessage) {
    this.socket = socket;
    this.request = request;
    this.closed = once(socket, 'close');
    socket.on('message', (data) => {
      const message = JSON.parse((data as Buffer).toString()) as StreamMessage;
      const next = this.waiting.shift();
      if (next === undefined) this.messages.push(message);
      else next(message);
    });
  }

  /** The next message that has not been taken. */
  next(): Promise<StreamMessage> {
    const message = this.messages.shift();
    if (message !== undefined) return Promise.resolve(message);
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  send(message: object | string): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }
}

/** A tenant's application for streams, on 127.0.0.1. */
export class StreamApplication {
  private readonly server: WebSocketServer;
  private readonly peers: StreamPeer[] = [];
  private readonly waiting: ((peer: StreamPeer) => void)[] = [];

  private constructor(server: WebSocketServer) {
    this.server = server;
    server.on('connection', (socket, request) => {
      const peer = new StreamPeer(socket, request);
      const next = this.waiting.shift();
      if (next === undefined) this.peers.push(peer);
      else next(peer);
    });
  }

  static async open(): Promise<StreamApplication> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await once(server, 'listening');
    return new StreamApplication(server);
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}/audio`;
  }

  /** The next stream that comes in. */
  accept(): Promise<StreamPeer> {
    const peer = this.peers.shift();
    if (peer !== undefined) return Promise.resolve(peer);
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  async close(): Promise<void> {
    for (const client of this.server.clients) client.terminate();
    await new Promise((resolve) => {
      this.server.close(resolve);
    });
  }
}
