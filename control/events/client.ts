import { createConnection, type Socket } from 'node:net';
import { fail, ok, type Result } from '../base/result.ts';
import { LineSplitter } from './lines.ts';
import { answerMaxBytes, type Answer, type Ask, type Json } from './protocol.ts';
import type { Streamed } from './stream.ts';

/** `notRunning`: nobody answers at the socket. */
export type AskFault = { readonly kind: 'notRunning' } | { readonly kind: 'failed'; readonly reason: string };

/** Whether an edge is running that answers at this socket. */
export async function edgeAnswers(path: string): Promise<boolean> {
  const socket = await connect(path);
  socket?.destroy();
  return socket !== undefined;
}

/** Asks a running edge one thing. */
export async function askEdge(
  path: string,
  question: string,
  about: Json = null,
): Promise<Result<Json, AskFault>> {
  const socket = await connect(path);
  if (socket === undefined) return fail({ kind: 'notRunning' });
  for await (const answer of answers(socket, { ask: question, about })) {
    if (answer.kind === 'value') return ok(answer.value);
    if (answer.kind === 'refused') return fail({ kind: 'failed', reason: answer.reason });
  }
  return fail({ kind: 'failed', reason: 'the edge closed the connection without an answer' });
}

/** The events of a running edge from now on, until it ends or `stop` is aborted. */
export async function watchEdge(
  path: string,
  stop: AbortSignal,
): Promise<Result<AsyncIterable<Streamed>, AskFault>> {
  const socket = await connect(path);
  if (socket === undefined) return fail({ kind: 'notRunning' });
  if (stop.aborted) socket.destroy();
  stop.addEventListener('abort', () => socket.destroy(), { once: true });
  return ok(events(socket));
}

async function* events(socket: Socket): AsyncGenerator<Streamed> {
  for await (const answer of answers(socket, { ask: 'events', about: null })) {
    if (answer.kind === 'event' || answer.kind === 'dropped') yield answer;
  }
}

function connect(path: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(undefined));
  });
}

async function* answers(socket: Socket, ask: Ask): AsyncGenerator<Answer> {
  const splitter = new LineSplitter(answerMaxBytes);
  socket.write(`${JSON.stringify(ask)}\n`);
  try {
    for await (const chunk of socket) {
      for (const line of splitter.push(chunk as Buffer) ?? []) yield JSON.parse(line) as Answer;
    }
  } catch (error) {
    // Ends like any other loss of the connection; whoever iterates sees that no more comes.
    if (!(error instanceof Error && 'code' in error)) throw error;
  } finally {
    socket.destroy();
  }
}
