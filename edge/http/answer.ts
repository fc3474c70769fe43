import { STATUS_CODES } from 'node:http';
import type { Transaction } from './transaction.ts';
import type { HttpResponse } from './uws.ts';

/** An answer on the wire. */
export interface Answer {
  readonly status: number;
  /** JSON; undefined for 204. */
  readonly body?: string;
  /** Further headers, name and value alternating. */
  readonly headers?: readonly string[];
  /** Ends the connection afterwards. */
  readonly closes?: boolean;
}

const statusLines: readonly string[] = Array.from(
  { length: 600 },
  (_, status) => `${status} ${STATUS_CODES[status] ?? ''}`,
);
const counts: readonly string[] = Array.from({ length: 256 }, (_, count) => String(count));
/** `0.000` to `0.999`: most durations, without formatting them each time. */
const durations: readonly string[] = Array.from({ length: 1000 }, (_, ms) => (ms / 1000).toFixed(3));

/** Seconds with three decimals, as Twilio-Request-Duration has them. */
export const durationText = (ms: number): string => durations[Math.round(ms)] ?? (ms / 1000).toFixed(3);

/** Status and the headers that every answer has; the caller goes on with its own headers and the body. */
export function writeHead(transaction: Transaction, status: number, nowMs: number): void {
  const { response, head } = transaction;
  response.writeStatus(statusLines[status] ?? '500 Internal Server Error');
  response.writeHeader('Twilio-Request-Id', transaction.requestId);
  response.writeHeader(
    'Twilio-Concurrent-Requests',
    counts[transaction.concurrent] ?? String(transaction.concurrent),
  );
  response.writeHeader('Twilio-Request-Duration', durationText(Math.max(0, nowMs - transaction.startedMs)));
  if (head.closesUnsaid) response.writeHeader('Connection', 'close');
}

/** Writes a whole answer, and ends the connection if it `closes`. `nowMs` is monotonic. */
export function writeAnswer(transaction: Transaction, answer: Answer, closes: boolean, nowMs: number): void {
  transaction.state = 'answered';
  if (transaction.inCall) write(transaction, answer, closes, nowMs);
  else transaction.response.cork(() => write(transaction, answer, closes, nowMs));
}

function write(
  transaction: Transaction,
  { status, headers, body }: Answer,
  closes: boolean,
  nowMs: number,
): void {
  const { response, head } = transaction;
  writeHead(transaction, status, nowMs);
  if (headers !== undefined) {
    for (let i = 0; i < headers.length; i += 2) response.writeHeader(headers[i] ?? '', headers[i + 1] ?? '');
  }
  if (body !== undefined) response.writeHeader('Content-Type', 'application/json;charset=utf-8');
  // RFC 9110 section 9.3.2: no content after HEAD, or it would be taken for the next answer. Nobody asks so here but to
  // try us, and an answer without a body cannot wait, so it is the last of its connection.
  if (head.bodiless) response.endWithoutBody(0, true);
  // The library only leaves Content-Length out (section 8.6) when it is called without arguments.
  else if (body === undefined) {
    if (closes) response.endWithoutBody(0, true);
    else response.endWithoutBody();
  } else if (closes) response.end(body, true);
  else send(response, body);
}

/**
 * A body of a connection that goes on. The library's `end` keeps whatever a client does not take, and that of every
 * further request which he sends without reading: what waits here is one answer, and the library cuts the connection on
 * which another request comes meanwhile.
 */
function send(response: HttpResponse, body: string): void {
  const total = Buffer.byteLength(body);
  const [, finished] = response.tryEnd(body, total);
  if (finished) return;
  const bytes = Buffer.from(body);
  response.onAborted(() => undefined);
  response.onWritable(() => response.tryEnd(bytes.subarray(response.getWriteOffset()), total)[0]);
}
