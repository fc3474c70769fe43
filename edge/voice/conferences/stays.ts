import type { Account } from '../../../control/accounts/account.ts';
import type { Clock } from '../../../control/base/clock.ts';
import type { Sid, SidFactory } from '../../../control/base/sid.ts';
import type { Meter } from '../../../control/billing/meter.ts';
import type { Store } from '../../../control/store/store.ts';
import type { Stay } from '../conference.ts';
import { chargeMinutes } from '../minute-charges.ts';
import type { Book } from '../store/book.ts';
import { stayBook, underWay } from '../store/books.ts';

export interface StaysDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly newSid: SidFactory;
  readonly meter: Meter;
  readonly accountByNo: (no: number) => Account | undefined;
}

/** Who was in which conference for how long, and what that cost. */
export class Stays {
  private readonly deps: StaysDeps;
  private readonly book: Book<Stay>;

  constructor(deps: StaysDeps) {
    this.deps = deps;
    this.book = stayBook(deps.store);
  }

  /** Somebody has come; gives what the stay is called. */
  begin(accountNo: number, conferenceSid: Sid, callSid: Sid): Sid {
    const nowMs = this.deps.clock.now();
    return this.book.put({
      sid: this.deps.newSid('CP'),
      accountNo,
      conferenceSid,
      callSid,
      joinedMs: nowMs,
      leftMs: 0,
      updatedMs: nowMs,
      priceMicros: null,
    }).sid;
  }

  /** Somebody has gone: the stay is over, and charged. Once is enough. */
  end(sid: Sid): void {
    const stay = this.book.get(sid);
    if (stay?.leftMs === 0) this.close(stay, this.deps.clock.now());
  }

  /** What an earlier run of the edge left. Like the calls that were cut, they lasted until they were last heard of. */
  recover(): void {
    for (const stay of this.book.all(underWay)) this.close(stay, stay.updatedMs);
  }

  get(sid: Sid): Stay | undefined {
    return this.book.get(sid);
  }

  private close(stay: Stay, atMs: number): void {
    const { sid, joinedMs } = stay;
    const account = this.deps.accountByNo(stay.accountNo);
    const made = {
      sid,
      unit: 'conference_minute',
      category: 'calls-globalconference',
      // A minute has begun, however short it was.
      durationMs: Math.max(1, atMs - joinedMs),
      atMs,
    } as const;
    const priceMicros = account === undefined ? null : chargeMinutes(this.deps.meter, account, made);
    this.book.put({ ...stay, leftMs: atMs, updatedMs: atMs, priceMicros });
  }
}
