import type { Clock } from '../../control/base/clock.ts';
import type { Reply } from '../api/exchange.ts';
import type { Refused } from './admission.ts';
import { writeAnswer, type Answer } from './answer.ts';
import { renderError, statusOf } from './errors.ts';
import { sendFile } from './file.ts';
import type { HttpObserver } from './observer.ts';
import type { Transaction } from './transaction.ts';

/** Answers transactions: with what a handler gives, with an error, with a file. */
export class Answering {
  private readonly clock: Clock;
  private readonly observer: HttpObserver;
  private readonly closed: (transaction: Transaction) => void;
  /** Every answer ends its connection. */
  ending = false;

  /** `closed` is called once for each transaction that has been answered, or whose client has gone meanwhile. */
  constructor(clock: Clock, observer: HttpObserver, closed: (transaction: Transaction) => void) {
    this.clock = clock;
    this.observer = observer;
    this.closed = closed;
  }

  fault(transaction: Transaction, error: unknown): void {
    this.observer.failed(transaction.route, transaction.requestId, error);
    this.refuse(transaction, { kind: 'error', code: 20500 });
  }

  reply(transaction: Transaction, reply: Reply): void {
    if (transaction.state !== 'open') return;
    try {
      this.send(transaction, reply);
    } catch (error) {
      // A reply may be beyond rendering (a number that the table does not know): its fault, not the process's.
      this.fault(transaction, error);
    }
  }

  private send(transaction: Transaction, reply: Reply): void {
    switch (reply.kind) {
      case 'json':
        this.answer(transaction, { status: reply.status, body: JSON.stringify(reply.body) });
        return;
      case 'empty':
        this.answer(transaction, { status: 204 });
        return;
      case 'error':
        this.refuse(transaction, reply);
        return;
      case 'file':
        this.file(transaction, reply.path, reply.contentType);
        return;
    }
  }

  private file(transaction: Transaction, path: string, contentType: string): void {
    sendFile(transaction, path, contentType, this.clock).then(
      (end) => {
        if (end.kind === 'missing') this.refuse(transaction, { kind: 'error', code: 20404 });
        else if (end.kind === 'sent') this.answered(transaction, end.status);
        else this.closed(transaction);
      },
      (error: unknown) => {
        this.observer.failed(transaction.route, transaction.requestId, error);
        if (transaction.state === 'open') transaction.response.close();
      },
    );
  }

  refuse(transaction: Transaction, refused: Refused): void {
    if (transaction.state !== 'open') return;
    const status = refused.status ?? statusOf(refused.code);
    transaction.errorCode = refused.code;
    const detail =
      refused.detail ?? (refused.code === 20404 ? notFoundText(transaction.head.path) : undefined);
    const body = renderError(refused.code, detail, status);
    const headers = refused.headers ?? (status === 401 ? challenge : status === 429 ? retrySoon : []);
    this.answer(transaction, { status, body, headers, closes: refused.closes ?? false });
  }

  private answer(transaction: Transaction, answer: Answer): void {
    const closes = answer.closes === true || transaction.head.closes || this.ending;
    writeAnswer(transaction, answer, closes, this.clock.monotonic());
    this.answered(transaction, answer.status);
  }

  answered(transaction: Transaction, status: number): void {
    const { route, head, accountSid, requestId, errorCode, startedMs } = transaction;
    this.observer.answered({
      route,
      method: head.method ?? 'other',
      path: head.path,
      accountSid,
      requestId,
      status,
      errorCode,
      durationMs: this.clock.monotonic() - startedMs,
    });
    this.closed(transaction);
  }
}

const retrySoon: readonly string[] = ['Retry-After', '1'];
const challenge: readonly string[] = ['WWW-Authenticate', 'Basic realm="Twilio API"'];
const notFoundText = (path: string): string => `The requested resource ${path} was not found`;
