import type { Clock } from '../base/clock.ts';
import type { Sid, SidFactory } from '../base/sid.ts';
import { friendlyNumber } from '../inventory/e164.ts';
import type { Page, PageQuery } from '../store/facets.ts';
import { OwnedRows } from '../store/owned-rows.ts';
import type { Store } from '../store/store.ts';

/** A number that an account may show when it calls (https://www.twilio.com/docs/voice/api/outgoing-caller-ids). */
export interface CallerId {
  /** PN…, as those of numbers that are held; a table of its own. */
  readonly sid: Sid;
  readonly accountSid: Sid;
  /** E.164. */
  readonly phoneNumber: string;
  readonly friendlyName: string;
  readonly createdMs: number;
  readonly updatedMs: number;
}

export interface CallerIdsContext {
  readonly store: Store;
  readonly clock: Clock;
  readonly sids: SidFactory;
}

export interface CallerIdFilter {
  readonly phoneNumber?: string;
  readonly friendlyName?: string;
}

const numberList = (accountSid: Sid, phoneNumber: string): readonly string[] => [
  accountSid,
  'number',
  phoneNumber,
];
const nameList = (accountSid: Sid, name: string): readonly string[] => [accountSid, 'name', name];

/** Verified caller IDs. Every operation names the account, and sees that account's only. */
export class CallerIds {
  private readonly context: CallerIdsContext;
  private readonly rows: OwnedRows<CallerId>;

  constructor(context: CallerIdsContext) {
    this.context = context;
    this.rows = new OwnedRows<CallerId>(
      context.store,
      'caller-ids',
      'PN',
      ({ accountSid, phoneNumber, friendlyName }) => [
        [accountSid],
        numberList(accountSid, phoneNumber),
        nameList(accountSid, friendlyName),
      ],
    );
  }

  /** Whether an account may show a number. On the path of every call. */
  isVerified(accountSid: Sid, e164: string): boolean {
    return this.rows.reaches(numberList(accountSid, e164), 1);
  }

  /** Notes that a number's owner has let the account show it; one that is there already stays as it is. */
  async add(accountSid: Sid, phoneNumber: string, friendlyName = ''): Promise<CallerId> {
    const { clock, sids, store } = this.context;
    return store.transact(() => {
      const [known] = this.rows.list(numberList(accountSid, phoneNumber), { limit: 1 }).rows;
      if (known !== undefined) return known;
      const nowMs = clock.now();
      return this.rows.keep({
        sid: sids('PN'),
        accountSid,
        phoneNumber,
        friendlyName: friendlyName === '' ? friendlyNumber(phoneNumber) : friendlyName,
        createdMs: nowMs,
        updatedMs: nowMs,
      });
    });
  }

  fetch(accountSid: Sid, sid: string): CallerId | undefined {
    return this.rows.of(accountSid, sid);
  }

  /** Newest first. */
  list(
    accountSid: Sid,
    { phoneNumber, friendlyName }: CallerIdFilter,
    page: PageQuery<Sid>,
  ): Page<CallerId, Sid> {
    if (phoneNumber === undefined)
      return this.rows.list(
        friendlyName === undefined ? [accountSid] : nameList(accountSid, friendlyName),
        page,
      );
    const { rows, next } = this.rows.list(numberList(accountSid, phoneNumber), page);
    return { rows: rows.filter((row) => row.friendlyName === (friendlyName ?? row.friendlyName)), next };
  }

  async rename(accountSid: Sid, sid: string, friendlyName: string): Promise<CallerId | undefined> {
    const { clock, store } = this.context;
    return store.transact(() => {
      const before = this.fetch(accountSid, sid);
      if (before === undefined) return undefined;
      return this.rows.keep({ ...before, friendlyName, updatedMs: clock.now() }, before);
    });
  }

  /** Gives false if the account has no such caller ID. Once it resolves, the number is not shown any more. */
  async remove(accountSid: Sid, sid: string): Promise<boolean> {
    return this.context.store.transact(() => {
      const row = this.fetch(accountSid, sid);
      if (row !== undefined) this.rows.remove(row);
      return row !== undefined;
    });
  }
}
