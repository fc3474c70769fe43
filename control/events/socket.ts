import { once } from 'node:events';
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { EventBus } from './bus.ts';
import { edgeAnswers } from './client.ts';
import { topics } from './event.ts';
import { LineSplitter } from './lines.ts';
import { askMaxBytes, parseAsk, type Answer, type Ask, type Json } from './protocol.ts';
import { streamEvents } from './stream.ts';

/** What a running edge answers, by the name of the question; `about` is whatever a client sent. */
export type Answerers = Readonly<Record<string, (about: Json) => Json | Promise<Json>>>;

export interface ControlSocket {
  close(): Promise<void>;
}

const maxClients = 16;

/**
 * Serves `strowger status` and `strowger trace` on a Unix socket that only the edge's own user may open. One client
 * asks one thing: a name of `answerers`, or `events`, which streams the bus until the client leaves.
 * Rejects if another edge answers at the path already.
 */
export async function listenForControl(
  path: string,
  answerers: Answerers,
  bus: EventBus,
): Promise<ControlSocket> {
  if (await edgeAnswers(path)) throw new Error(`another edge is running: it answers at ${path}`);
  rmSync(path, { force: true });
  const clients = new Set<Socket>();
  const server = createServer((socket) => {
    clients.add(socket);
    socket.on('close', () => void clients.delete(socket));
    serve(socket, answerers, bus);
  });
  server.maxConnections = maxClients;
  await bind(server, path);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const client of clients) client.destroy();
      }),
  };
}

async function bind(server: Server, path: string): Promise<void> {
  // The socket must never be open to others, not even between bind and chmod.
  const before = process.umask(0o177);
  try {
    server.listen(path);
    await once(server, 'listening');
  } finally {
    process.umask(before);
  }
  chmodSync(path, 0o600);
}

function serve(socket: Socket, answerers: Answerers, bus: EventBus): void {
  const splitter = new LineSplitter(askMaxBytes);
  let asked = false;
  // A client that goes away in the middle is no fault of ours.
  socket.on('error', () => socket.destroy());
  socket.setTimeout(10_000, () => {
    if (!asked) socket.destroy();
  });
  socket.on('data', (chunk) => {
    if (asked) return;
    const lines = splitter.push(chunk);
    if (lines === undefined) {
      asked = true;
      refuse(socket, 'the question is too long');
      return;
    }
    const [line] = lines;
    if (line === undefined) return;
    asked = true;
    const ask = parseAsk(line);
    if (ask === undefined) refuse(socket, 'expected one line of JSON: {"ask":NAME}');
    else if (ask.ask === 'events') void stream(socket, bus);
    else void reply(socket, answerers, ask);
  });
}

async function reply(socket: Socket, answerers: Answerers, { ask: name, about }: Ask): Promise<void> {
  const answerer = Object.hasOwn(answerers, name) ? answerers[name] : undefined;
  if (answerer === undefined) {
    refuse(socket, `this edge does not know the question ${JSON.stringify(name)}`);
    return;
  }
  try {
    socket.end(encode({ kind: 'value', value: await answerer(about) }));
  } catch (error) {
    refuse(socket, error instanceof Error ? error.message : 'failed');
  }
}

/** Waits for a slow client to drain; what the bus publishes meanwhile is bounded by the stream. */
async function stream(socket: Socket, bus: EventBus): Promise<void> {
  const events = streamEvents(bus, topics);
  socket.on('close', () => events.close());
  for await (const streamed of events) {
    if (socket.destroyed) break;
    if (!socket.write(encode(streamed))) {
      await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => undefined);
    }
  }
  socket.destroy();
}

const encode = (answer: Answer): string => `${JSON.stringify(answer)}\n`;

function refuse(socket: Socket, reason: string): void {
  socket.end(encode({ kind: 'refused', reason }));
}
