import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { originOf } from './origin.ts';
import { addressOfRequest, partyOfRequest } from './party.ts';
import { PieceWriter } from './piece-writer.ts';
import { proxyHeader } from './proxy-header.ts';
import type { Transaction } from './transaction.ts';

/** How a request ended that another door was to answer. `unreachable`: that door never had it. */
export type OnwardEnd =
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'broken' };

/** An answer up to this size is sent in one piece, with its length. */
const wholeMaxBytes = 64 * 1024;

/** Headers of the answer that concern the connection between the two doors alone (RFC 9110 section 7.6.1). */
const ownHeaders: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'date',
  'uwebsockets',
]);

/**
 * Leads a request to the inner door of another process, a Unix socket at `to`, and its answer back. That door learns the
 * client's address by a PROXY protocol header, and the scheme by X-Forwarded-Proto. `closes` ends the client's connection
 * with the answer, so that its next one reaches the other process by itself. `done` is called once, also when the client
 * has gone away, which ends the other side's part, too.
 */
export function leadOnward(
  to: string,
  transaction: Transaction,
  body: Buffer,
  closes: boolean,
  done: (end: OnwardEnd) => void,
): void {
  const { head } = transaction;
  const known = partyOfRequest(transaction) === undefined ? undefined : addressOfRequest(transaction);
  let begun = false;
  let ended = false;
  const end = (how: OnwardEnd): void => {
    if (ended) return;
    ended = true;
    done(how);
  };
  const onward = request({
    method: head.bodiless ? 'HEAD' : (head.method ?? 'OPTIONS'),
    path: head.query === '' ? head.path : `${head.path}?${head.query}`,
    headers: onwardHeaders(transaction, body),
    createConnection: () => {
      const socket = connect(to);
      socket.once('connect', () => (begun = true));
      socket.write(proxyHeader(known));
      return socket;
    },
  });
  transaction.release = () => onward.destroy();
  onward.on('error', () => end({ kind: begun ? 'broken' : 'unreachable' }));
  onward.on('response', (answer) => {
    takeAnswer(transaction, answer, closes).then(end, () => end({ kind: 'broken' }));
  });
  onward.end(body);
}

function onwardHeaders({ head, kind }: Transaction, body: Buffer): Record<string, string> {
  const scheme = originOf({ head, kind }).split(':', 1)[0] ?? kind.scheme;
  const headers: Record<string, string> = { 'x-forwarded-proto': scheme, connection: 'close' };
  if (head.host !== '') headers['host'] = head.host;
  if (head.authorization !== undefined) headers['authorization'] = head.authorization;
  if (head.contentType !== '') headers['content-type'] = head.contentType;
  if (head.range !== undefined) headers['range'] = head.range;
  if (head.clientValidation !== undefined) headers['twilio-client-validation'] = head.clientValidation;
  if (body.length > 0) headers['content-length'] = String(body.length);
  return headers;
}

/** Resolves when the client has the answer; rejects if the other door breaks off. */
async function takeAnswer(
  transaction: Transaction,
  answer: IncomingMessage,
  closes: boolean,
): Promise<OnwardEnd> {
  const { head, response } = transaction;
  const status = answer.statusCode ?? 502;
  const bodiless = head.bodiless || status === 204;
  // Our own doors say of every body how long it is.
  const length = bodiless ? 0 : Number(answer.headers['content-length'] ?? 0);
  const begin = (): void => {
    response.writeStatus(`${status} ${answer.statusMessage ?? ''}`);
    const { rawHeaders } = answer;
    for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
      const name = rawHeaders[at] ?? '';
      if (!ownHeaders.has(name.toLowerCase())) response.writeHeader(name, rawHeaders[at + 1] ?? '');
    }
    if (closes && head.closesUnsaid) response.writeHeader('Connection', 'close');
  };
  if (length > wholeMaxBytes) {
    // A recording, perhaps: as fast as the client takes it.
    response.cork(begin);
    const whole = await pass(transaction, answer, length);
    // The library ends a body in pieces without a look at the connection: the client finds it closed by its next request.
    return whole ? { kind: 'answered', status } : { kind: 'broken' };
  }
  const body = await buffer(answer);
  if (transaction.state !== 'open' || body.length !== length) return { kind: 'broken' };
  transaction.state = 'answered';
  response.cork(() => {
    begin();
    if (!bodiless) response.end(body, closes);
    else if (closes) response.endWithoutBody(0, true);
    else response.endWithoutBody();
  });
  return { kind: 'answered', status };
}

async function pass(transaction: Transaction, answer: IncomingMessage, length: number): Promise<boolean> {
  const writer = new PieceWriter(transaction, length);
  for await (const piece of answer as AsyncIterable<Buffer>) {
    const written = await writer.write(piece);
    if (written !== 'more') return written === 'whole';
  }
  return false;
}
