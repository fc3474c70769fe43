import type { Account } from '../../../control/accounts/account.ts';
import type { Clock } from '../../../control/base/clock.ts';
import type { Sid } from '../../../control/base/sid.ts';
import type { Call } from '../call.ts';
import type { VoiceObserver } from '../observer.ts';
import type { EndedCall } from '../report.ts';
import type { CallLog } from './call-log.ts';
import { cover, type CoverageDeps } from './coverage.ts';
import { LiveCall } from './live-call.ts';

/** The calls that go on now, by SID. */
export class LiveCalls {
  private readonly calls = new Map<Sid, LiveCall>();
  private readonly waiting: (() => void)[] = [];
  private readonly log: CallLog;
  private readonly clock: Clock;
  private readonly ranDry: CoverageDeps['ranDry'];
  private readonly observer: Pick<VoiceObserver, 'reported'>;
  private readonly reporting = new Set<Promise<void>>();
  private stopped = false;

  constructor(
    log: CallLog,
    clock: Clock,
    ranDry: CoverageDeps['ranDry'],
    observer: Pick<VoiceObserver, 'reported'>,
  ) {
    this.log = log;
    this.clock = clock;
    this.ranDry = ranDry;
    this.observer = observer;
  }

  /** Writes a call's record and lets it live. */
  begin(call: Call, account: Account): LiveCall {
    this.log.begin(call, account);
    return this.revive(call, account);
  }

  /** Lets a call live whose record is there already. */
  revive(call: Call, account: Account): LiveCall {
    const { log, clock, ranDry } = this;
    const live = new LiveCall(call, account, {
      log,
      clock,
      cover: (answered) => cover(answered, { log, clock, ranDry }),
      over: ({ sid }, ended) => this.ended(sid, ended),
    });
    this.calls.set(call.sid, live);
    return live;
  }

  get(sid: Sid): LiveCall | undefined {
    return this.calls.get(sid);
  }

  /** Resolves when no call goes on. */
  async none(): Promise<void> {
    while (this.calls.size > 0) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Resolves when the reports of all that have ended are written. */
  async reported(): Promise<void> {
    await Promise.all(this.reporting);
  }

  /** No report is written any more. */
  stop(): void {
    this.stopped = true;
  }

  private ended(sid: Sid, ended: Promise<EndedCall>): void {
    this.calls.delete(sid);
    if (this.calls.size === 0) for (const resolve of this.waiting.splice(0)) resolve();
    const reporting: Promise<void> = this.keep(sid, ended).finally(() => this.reporting.delete(reporting));
    this.reporting.add(reporting);
  }

  /** A call without sound that never rang leaves nothing to tell. */
  private async keep(sid: Sid, ended: Promise<EndedCall>): Promise<void> {
    const { report, samples } = await ended;
    if (this.stopped || (report.sound === null && report.postDialDelayMs === null)) return;
    const call = this.log.book.report(sid, report, samples);
    if (call !== undefined) this.observer.reported(call, report);
  }

  get size(): number {
    return this.calls.size;
  }

  all(): readonly LiveCall[] {
    return Array.from(this.calls.values());
  }
}
