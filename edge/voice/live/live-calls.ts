import type { Account } from '../../../control/accounts/account.ts';
import type { Clock } from '../../../control/base/clock.ts';
import type { Sid } from '../../../control/base/sid.ts';
import type { Call } from '../call.ts';
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

  constructor(log: CallLog, clock: Clock, ranDry: CoverageDeps['ranDry']) {
    this.log = log;
    this.clock = clock;
    this.ranDry = ranDry;
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
      over: ({ sid }) => this.ended(sid),
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

  private ended(sid: Sid): void {
    this.calls.delete(sid);
    if (this.calls.size === 0) for (const resolve of this.waiting.splice(0)) resolve();
  }

  get size(): number {
    return this.calls.size;
  }

  all(): readonly LiveCall[] {
    return Array.from(this.calls.values());
  }
}
