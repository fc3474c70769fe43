import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Clock, Timer } from '../../control/base/clock.ts';
import { exchangeBytesMax } from '../../control/events/alert-exchange.ts';
import { connectionFailure, timeouts, type Failure } from './failures.ts';
import type { Received } from './record.ts';

/** One request on the wire. */
export interface Sent {
  readonly origin: string;
  /** Path and query. */
  readonly path: string;
  readonly method: 'GET' | 'POST';
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body?: string;
  readonly connectTimeoutMs: number;
  readonly readTimeoutMs: number;
  /** By the clock's monotonic time. */
  readonly deadlineMs: number;
  readonly bodyMaxBytes: number;
  /** The failure when the body of a 2xx is larger. Absent: no body is wanted. What is not wanted is dropped. */
  readonly tooLarge?: Failure;
  /** Looks at the head of the answer; a failure it gives ends the exchange before the body comes. */
  readonly inspect?: (status: number, headers: IncomingHttpHeaders) => Failure | undefined;
}

/** What came back. Header names are in lower case. */
export type Exchanged =
  | {
      readonly ok: true;
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      /** Of an error's page or a redirect, the first 4 KB; empty where a success was not to have one. */
      readonly body: Buffer;
      /** As far as it was read. */
      readonly bodyBytes: number;
    }
  | {
      readonly ok: false;
      readonly failure: Failure;
      /** What had come of an answer by then. */
      readonly received?: Received;
    };

type Phase = 'connecting' | 'waiting' | 'receiving' | 'over';

const noBody = Buffer.alloc(0);
/** Of bodies that nobody wants but whoever looks for a fault. */
const excerptBytesMax = exchangeBytesMax.responseBody;

/**
 * Follows one request through undici: connecting, waiting for the answer, receiving it. One timer is set at any
 * moment, the phase's own or what is left in total, whichever is sooner.
 */
class Exchange implements Dispatcher.DispatchHandler {
  private phase: Phase = 'connecting';
  private controller: Dispatcher.DispatchController | undefined;
  private timer: Timer | undefined;
  private status = 0;
  private headers: IncomingHttpHeaders = {};
  private readonly chunks: Buffer[] = [];
  private bytes = 0;
  private lastByteMs = 0;
  private readonly clock: Clock;
  private readonly sent: Sent;
  private readonly settle: (result: Exchanged) => void;
  private readonly released: () => void;

  /** `settle` is called once with the result, `released` once the connection serves this request no more. */
  constructor(clock: Clock, sent: Sent, settle: (result: Exchanged) => void, released: () => void) {
    this.clock = clock;
    this.sent = sent;
    this.settle = settle;
    this.released = released;
    this.watch(sent.connectTimeoutMs, timeouts.connect);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.phase !== 'connecting') {
      controller.abort(new Error('given up'));
      return;
    }
    this.phase = 'waiting';
    this.watch(this.sent.readTimeoutMs, timeouts.read);
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (this.phase === 'over' || status < 200) return;
    this.phase = 'receiving';
    this.status = status;
    this.headers = headers;
    const failure = this.sent.inspect?.(status, headers);
    if (failure !== undefined) {
      this.giveUp(failure);
      return;
    }
    const announced = Number(headers['content-length'] ?? 0);
    if (announced > this.sent.bodyMaxBytes) this.overflow();
    else this.watchBody();
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.phase !== 'receiving') return;
    this.lastByteMs = this.clock.monotonic();
    this.bytes += chunk.length;
    if (this.bytes > this.sent.bodyMaxBytes) this.overflow();
    else if (this.wanted !== undefined) this.chunks.push(chunk);
    else if (this.status >= 300) this.keepExcerpt(chunk);
  }

  onResponseEnd(): void {
    if (this.phase !== 'over') this.succeed();
    this.released();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    const begun = this.phase === 'receiving';
    if (this.phase !== 'over') this.fail(connectionFailure(error, begun));
    this.released();
  }

  /** The failure if the body grows too large; undefined where nobody wants the body: an error's page, a redirect's. */
  private get wanted(): Failure | undefined {
    return this.status < 300 ? this.sent.tooLarge : undefined;
  }

  /** A copy: a part of a chunk would hold the whole. */
  private keepExcerpt(chunk: Buffer): void {
    const left = excerptBytesMax - (this.bytes - chunk.length);
    if (left > 0) this.chunks.push(Buffer.from(chunk.subarray(0, left)));
  }

  private received(): Received {
    const [only] = this.chunks;
    const body = this.chunks.length > 1 ? Buffer.concat(this.chunks) : (only ?? noBody);
    return { headers: this.headers, body, bodyBytes: this.bytes };
  }

  private succeed(): void {
    this.finish({ ok: true, status: this.status, ...this.received() });
  }

  private fail(failure: Failure): void {
    this.finish({ ok: false, failure, ...(this.phase === 'receiving' ? { received: this.received() } : {}) });
  }

  private overflow(): void {
    if (this.wanted !== undefined) this.giveUp(this.wanted);
    else {
      this.succeed();
      this.controller?.abort(new Error('the body is not wanted'));
    }
  }

  private giveUp(failure: Failure): void {
    this.fail(failure);
    this.controller?.abort(new Error(failure.detail));
  }

  private finish(result: Exchanged): void {
    this.phase = 'over';
    this.timer?.cancel();
    this.settle(result);
  }

  private watch(ownMs: number, failure: Failure): void {
    this.timer?.cancel();
    const leftMs = this.sent.deadlineMs - this.clock.monotonic();
    this.timer =
      leftMs < ownMs
        ? this.clock.after(Math.max(0, leftMs), () => this.giveUp(timeouts.total))
        : this.clock.after(ownMs, () => this.giveUp(failure));
  }

  /** While a body comes, the timer is set anew only when it fires, not for each part. */
  private watchBody(): void {
    this.lastByteMs = this.clock.monotonic();
    const check = (): void => {
      const nowMs = this.clock.monotonic();
      const dueMs = Math.min(this.lastByteMs + this.sent.readTimeoutMs, this.sent.deadlineMs);
      if (nowMs < dueMs) this.timer = this.clock.after(dueMs - nowMs, check);
      else this.giveUp(nowMs >= this.sent.deadlineMs ? timeouts.total : timeouts.partial);
    };
    this.timer?.cancel();
    check();
  }
}

/**
 * Sends one request and gives back what came of it; never throws. `released` is called when the connection is free
 * again, which after a time-out may be later than the result.
 */
export function exchange(
  dispatcher: Dispatcher,
  clock: Clock,
  sent: Sent,
  released: () => void,
): Promise<Exchanged> {
  return new Promise((settle) => {
    let free = (): void => {
      free = () => undefined;
      released();
    };
    const handler = new Exchange(clock, sent, settle, () => free());
    try {
      dispatcher.dispatch(
        {
          origin: sent.origin,
          path: sent.path,
          method: sent.method,
          headers: sent.headers as string[],
          body: sent.body ?? null,
          // The exchange's own timers follow each URL's settings and the injected clock.
          headersTimeout: 0,
          bodyTimeout: 0,
        },
        handler,
      );
    } catch (error) {
      handler.onResponseError(undefined as never, error as Error);
    }
  });
}
