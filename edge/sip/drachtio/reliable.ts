import type { RAck } from '../message/fields.ts';
import type { ServerTransaction } from '../transaction/server-transaction.ts';
import { lifeMs } from '../transaction/timers.ts';
import { WheelTimer } from '../transaction/wheel.ts';
import type { TimerOwner } from '../transaction/wheel.ts';
import type { Core } from './core.ts';

type Timers = 'again' | 'over';

/** Reliable provisional responses that may wait for their turn. */
const waitingMax = 8;
/** RSeq begins below 2^31 (RFC 3262 §3); small numbers are as good and stay small. */
const firstRseq = 1;

interface Waiting {
  readonly status: number;
  /** Writes it, with its RSeq. */
  readonly write: (rseq: number) => Buffer;
}

/**
 * The reliable provisional responses of one INVITE (RFC 3262 §3): one at a time, repeated until its PRACK comes. A
 * final response that must not overtake them waits, too.
 */
export class ReliableResponses implements TimerOwner<Timers> {
  private readonly core: Core;
  private readonly transaction: ServerTransaction;
  private readonly cseq: number;
  private readonly gaveUp: () => void;
  private rseq = firstRseq - 1;
  private open: { readonly status: number; readonly bytes: Buffer } | undefined = undefined;
  private readonly waiting: Waiting[] = [];
  private after: (() => void) | undefined = undefined;
  private intervalMs = 0;
  private readonly again = new WheelTimer<Timers>(this, 'again');
  private readonly over = new WheelTimer<Timers>(this, 'over');

  /** `gaveUp` is called if no PRACK comes. */
  constructor(core: Core, transaction: ServerTransaction, cseq: number, gaveUp: () => void) {
    this.core = core;
    this.transaction = transaction;
    this.cseq = cseq;
    this.gaveUp = gaveUp;
  }

  /** Whether a PRACK is awaited. */
  get busy(): boolean {
    return this.open !== undefined;
  }

  /** Sends a response, now or in its turn; gives its bytes if it left, false if too many wait. */
  send(status: number, write: (rseq: number) => Buffer): Buffer | undefined | false {
    if (this.open === undefined) return this.begin({ status, write });
    if (this.waiting.length >= waitingMax) return false;
    this.waiting.push({ status, write });
    return undefined;
  }

  /** Calls `final` once nothing is open any more; the last one given counts. */
  whenDone(final: () => void): void {
    this.after = final;
  }

  /** A PRACK came; false if it confirms nothing (RFC 3262 §3: 481). */
  acknowledge({ rseq, cseq, method }: RAck): boolean {
    if (this.open === undefined || rseq !== this.rseq || cseq !== this.cseq || method !== 'INVITE')
      return false;
    this.stop();
    const next = this.waiting.shift();
    if (next !== undefined) this.begin(next);
    else {
      // After the PRACK has been answered.
      const { after } = this;
      this.after = undefined;
      if (after !== undefined) setImmediate(after);
    }
    return true;
  }

  stop(): void {
    this.open = undefined;
    this.core.layer.wheel.stop(this.again);
    this.core.layer.wheel.stop(this.over);
  }

  due(timer: Timers): void {
    if (this.open === undefined) return;
    if (timer === 'over') {
      this.stop();
      this.gaveUp();
      return;
    }
    this.transaction.respond(this.open.status, this.open.bytes);
    this.intervalMs *= 2;
    this.core.layer.wheel.start(this.again, this.intervalMs);
  }

  private begin({ status, write }: Waiting): Buffer {
    const bytes = write(++this.rseq);
    this.open = { status, bytes };
    const { timers, wheel } = this.core.layer;
    this.intervalMs = timers.t1Ms;
    wheel.start(this.again, this.intervalMs);
    wheel.start(this.over, lifeMs(timers));
    this.transaction.respond(status, bytes);
    return bytes;
  }
}
