import type { ServerTransaction } from '../transaction/server-transaction.ts';
import { lifeMs } from '../transaction/timers.ts';
import { WheelTimer } from '../transaction/wheel.ts';
import type { TimerOwner } from '../transaction/wheel.ts';
import type { CallDialog, OpenAnswer } from './call-dialog.ts';
import type { Core } from './core.ts';
import { terminate } from './terminate.ts';

type Timers = 'again' | 'over';

/**
 * The success of an INVITE, repeated until its ACK comes, over streams too (RFC 3261 §13.3.1.4). Without an ACK the
 * dialog is ended.
 */
export class Answer implements OpenAnswer, TimerOwner<Timers> {
  readonly cseq: number;
  private readonly core: Core;
  private readonly dialog: CallDialog;
  private readonly transaction: ServerTransaction;
  private readonly status: number;
  private readonly bytes: Buffer;
  private intervalMs: number;
  private readonly again = new WheelTimer<Timers>(this, 'again');
  private readonly over = new WheelTimer<Timers>(this, 'over');

  constructor(
    core: Core,
    dialog: CallDialog,
    transaction: ServerTransaction,
    cseq: number,
    status: number,
    bytes: Buffer,
  ) {
    this.core = core;
    this.dialog = dialog;
    this.transaction = transaction;
    this.cseq = cseq;
    this.status = status;
    this.bytes = bytes;
    const { timers, wheel } = core.layer;
    this.intervalMs = timers.t1Ms;
    wheel.start(this.again, this.intervalMs);
    wheel.start(this.over, lifeMs(timers));
  }

  stop(): void {
    this.core.layer.wheel.stop(this.again);
    this.core.layer.wheel.stop(this.over);
    if (this.dialog.answer === this) this.dialog.answer = undefined;
  }

  due(timer: Timers): void {
    if (timer === 'over') {
      this.stop();
      terminate(this.core, this.dialog, 'ACK timeout');
      return;
    }
    const { timers, wheel } = this.core.layer;
    this.transaction.respond(this.status, this.bytes);
    this.intervalMs = Math.min(this.intervalMs * 2, timers.t2Ms);
    wheel.start(this.again, this.intervalMs);
  }
}
