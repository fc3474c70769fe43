import type { Clock } from '../base/clock.ts';
import { isSid, sidBytes, sidTimeMs, type Sid, type SidFactory } from '../base/sid.ts';
import { FacetIndex, type Facet, type Page, type PageQuery } from '../store/facets.ts';
import { sidKey } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import type { Table, TableSpec } from '../store/table.ts';
import { currentActor } from './actor.ts';
import { actorSid, eventType, sourceAddress, type AuditEvent } from './event.ts';
import { changesOf } from './properties.ts';
import { auditedTables, type AccountOf, type AuditedTable, type Subject } from './resources.ts';

export interface AuditContext {
  readonly store: Store;
  readonly clock: Clock;
  readonly sids: SidFactory;
}

/** By one of these an account's events can be narrowed. */
export type AuditFilter = {
  readonly [Name in 'actorSid' | 'eventType' | 'resourceSid' | 'address']?: string;
};

/** Seconds of Unix time, both inclusive. */
export interface Period {
  readonly sinceSecond?: number;
  readonly untilSecond?: number;
}

/** By SID, which is the order of time. */
const eventTable: TableSpec<Sid, AuditEvent> = { name: 'audit', key: sidKey('AE'), version: 1 };

/** An account's events beyond its bound go this many at a time, so that it is rare. */
const trimEvery = 1_000;
/** Accounts whose events are counted at once. */
const accountsMax = 50_000;
/** Events removed in one go for their age. */
const oldBatch = 500;
const dayMs = 86_400_000;

/**
 * Who changed what, from where, and when. Every change of a row of `auditedTables` is an event, written in the very
 * transaction or group of writes that makes the change, whoever makes it: REST, a command, or the edge by itself.
 */
export class AuditLog {
  private readonly context: AuditContext;
  private readonly rows: Table<Sid, AuditEvent>;
  private readonly index: FacetIndex;
  /** Events of each account since its log was last cut to its bound. */
  private readonly recorded = new Map<Sid, number>();

  constructor(context: AuditContext) {
    const { store } = context;
    this.context = context;
    this.rows = store.table(eventTable);
    this.index = new FacetIndex(store, 'audit-index');
    for (const audited of auditedTables) {
      store.witness(audited.table, (key, before, after) => this.changed(audited, key, before, after));
    }
  }

  /** Notes what no row of a table tells, such as the import of a list. Part of the caller's group or transaction. */
  note(resourceType: string, action: string, subject: Subject): void {
    this.write(resourceType, action, subject, changesOf(undefined, subject.shows as Fields));
  }

  get(accountSid: Sid, sid: string): AuditEvent | undefined {
    const event = isSid(sid, 'AE') ? this.rows.get(sid) : undefined;
    return event?.accounts.includes(accountSid) === true ? event : undefined;
  }

  /** One page of an account's events, newest first; `filter` names one property at most. */
  list(accountSid: Sid, filter: AuditFilter, period: Period, page: PageQuery<Sid>): Page<AuditEvent, Sid> {
    const [narrowed] = Object.entries(filter);
    const facet = narrowed === undefined ? [accountSid] : [accountSid, ...narrowed];
    const { sinceSecond = 0, untilSecond = Infinity } = period;
    return this.index.newestSids(facet, 'AE', page, (sid) => {
      const second = Math.floor(sidTimeMs(sid) / 1000);
      return second < sinceSecond || second > untilSecond ? undefined : this.rows.get(sid);
    });
  }

  /** Every account's events from one moment back to another (Unix milliseconds), newest first. */
  *recent(sinceMs: number, untilMs: number): IterableIterator<AuditEvent> {
    const start = firstSid(untilMs + 1);
    const end = firstSid(sinceMs);
    for (const [sid, event] of this.rows.entries({ start, end, reverse: true })) {
      if (sid !== start) yield event;
    }
  }

  /** Removes some of the events that are older than `keptDays`; false: there are none left. */
  removeOld(keptDays: number): boolean {
    const end = firstSid(this.context.clock.now() - keptDays * dayMs);
    let removed = 0;
    for (const [, event] of this.rows.entries({ end, limit: oldBatch })) {
      this.remove(event);
      removed++;
    }
    return removed === oldBatch;
  }

  /** Cuts the logs of the accounts that have been busy to `bound` events each: what one does never costs another's. */
  cutTo(bound: number): void {
    for (const [accountSid, count] of this.recorded) {
      if (count < trimEvery) continue;
      this.recorded.delete(accountSid);
      let excess = this.index.count([accountSid]) - bound;
      for (const [member] of this.index.ascending([accountSid])) {
        if (excess-- <= 0) break;
        const event = this.rows.get(`AE${member.toString('hex')}`);
        if (event !== undefined) this.remove(event);
      }
    }
  }

  private changed(audited: AuditedTable, key: unknown, before: unknown, after: unknown): void {
    const { subject, type, action } = audited as unknown as Loose;
    const accountOf: AccountOf = (table, sid) => this.accountOf(table, sid);
    const former = before === undefined ? undefined : subject(before, key, accountOf);
    const latter = after === undefined ? undefined : subject(after, key, accountOf);
    const tell = (from: Subject | undefined, to: Subject | undefined): void => {
      const known = to ?? from;
      if (known === undefined) return;
      const changes = changesOf(from?.shows as Fields | undefined, to?.shows as Fields | undefined);
      if (from !== undefined && to !== undefined && Object.keys(changes).length === 0) return;
      const happened = from === undefined ? 'created' : to === undefined ? 'deleted' : 'updated';
      const accounts = [...new Set([...known.accounts, ...(from?.accounts ?? [])])];
      const typeText = typeof type === 'string' ? type : type(known);
      this.write(typeText, action?.(before, after) ?? happened, { ...known, accounts }, changes);
    };
    if (former !== undefined && latter !== undefined && former.sid !== latter.sid) {
      tell(former, undefined);
      tell(undefined, latter);
    } else tell(former, latter);
  }

  private write(
    resourceType: string,
    action: string,
    { sid: resourceSid, accounts }: Subject,
    changes: AuditEvent['changes'],
  ): void {
    const sid = this.context.sids('AE');
    const event: AuditEvent = {
      sid,
      actor: currentActor(),
      accounts,
      resourceType,
      resourceSid,
      action,
      changes,
    };
    this.rows.put(sid, event);
    this.index.move([], listsOf(event), sidBytes(sid));
    if (this.recorded.size > accountsMax) this.recorded.clear();
    for (const account of accounts) this.recorded.set(account, (this.recorded.get(account) ?? 0) + 1);
  }

  private remove(event: AuditEvent): void {
    this.rows.remove(event.sid);
    this.index.move(listsOf(event), [], sidBytes(event.sid));
  }

  private accountOf(table: string, sid: Sid): Sid | undefined {
    const row = this.context.store.opened(table)?.get(sid);
    return (row as { readonly accountSid: Sid } | undefined)?.accountSid;
  }
}

/** The table of audited tables, to which each row's own type is its own business. */
interface Loose {
  readonly type: AuditedTable['type'];
  readonly subject: (row: unknown, key: unknown, accountOf: AccountOf) => Subject | undefined;
  readonly action?: (before: unknown, after: unknown) => string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** The least SID of a moment. */
const firstSid = (ms: number): Sid =>
  `AE${Math.max(0, Math.floor(ms)).toString(16).padStart(12, '0')}${'0'.repeat(20)}`;

function listsOf(event: AuditEvent): readonly Facet[] {
  const by: readonly (readonly [keyof AuditFilter, string | undefined])[] = [
    ['actorSid', actorSid(event)],
    ['eventType', eventType(event)],
    ['resourceSid', event.resourceSid],
    ['address', sourceAddress(event)],
  ];
  return event.accounts.flatMap((account) => [
    [account],
    ...by.flatMap(([name, value]) => (value === undefined ? [] : [[account, name, value]])),
  ]);
}
