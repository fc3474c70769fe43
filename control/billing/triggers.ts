import type { Clock } from '../base/clock.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { Sid, SidFactory } from '../base/sid.ts';
import type { Settled } from '../store/group-commit.ts';
import type { Page, PageQuery } from '../store/facets.ts';
import { OwnedRows } from '../store/owned-rows.ts';
import type { Store } from '../store/store.ts';
import { addRow } from './categories.ts';
import { dayAfter, dayOf } from './periods.ts';
import { isArmed, isReached, periodOf, type Period, type Recurring, type Trigger } from './trigger.ts';
import type { Usage } from './usage.ts';

/** Twilio's limit for one account (https://www.twilio.com/docs/usage/api/usage-trigger). */
const triggersMax = 1_000;

/** Accounts whose triggers are remembered; most have none. */
const accountsMax = 50_000;

export type NewTrigger = Omit<
  Trigger,
  'sid' | 'accountSid' | 'createdMs' | 'updatedMs' | 'firedPeriod' | 'firedMs' | 'fires'
>;
export type TriggerChange = Partial<Pick<Trigger, 'friendlyName' | 'callbackUrl' | 'callbackMethod'>>;
export type TriggerFilter = Partial<Pick<Trigger, 'recurring' | 'triggerBy' | 'usageCategory'>>;

/** A trigger as it has just fired, and the sums that made it. */
export interface Firing {
  readonly trigger: Trigger;
  readonly row: readonly number[];
  readonly period: Period;
}

/** An account whose usage is watched. */
interface Watched {
  readonly triggers: Map<Sid, Trigger>;
  /** Writes on their way to disk. */
  underWay: number;
  /** By recurrence, the sums of the rest of the period that `restDay` lies in: all its days but that one. */
  readonly rests: Map<Recurring, readonly number[]>;
  restDay: string;
}

export interface TriggersContext {
  readonly store: Store;
  readonly clock: Clock;
  readonly sids: SidFactory;
  readonly usage: Usage;
}

/**
 * The usage triggers of accounts. One fires in the very commit of the usage that reaches its value, once in each period.
 * Whether it does is asked once for each group of writes, of the accounts alone whose usage has changed. Only the edge
 * writes triggers, so what is remembered of them is never old.
 */
export class Triggers {
  private readonly context: TriggersContext;
  private readonly rows: OwnedRows<Trigger>;
  private readonly known = new Map<Sid, Watched>();
  /** Accounts used since the last group was handed over, and the days. */
  private used = new Map<Sid, string[]>();
  private told: ((firing: Firing) => void) | undefined;

  constructor(context: TriggersContext) {
    this.context = context;
    this.rows = new OwnedRows<Trigger>(context.store, 'usage-triggers', 'UT', ({ accountSid }) => [
      [accountSid],
    ]);
    context.usage.follow((accountSid, day) => this.touch(accountSid, day));
    context.store.joinCommits(() => this.contribute());
  }

  /** `told` hears of each firing before its commit: what it writes commits together with it. Without it none fires. */
  follow(told: (firing: Firing) => void): void {
    this.told = told;
  }

  /** Joins the store's current group. One whose value is reached already fires with it. */
  create(accountSid: Sid, wanted: NewTrigger): Result<Trigger, 'tooMany'> {
    const { clock, sids } = this.context;
    const watched = this.watchedOf(accountSid);
    if (watched.triggers.size >= triggersMax) return fail('tooMany');
    const nowMs = clock.now();
    const trigger: Trigger = {
      ...wanted,
      sid: sids('UT'),
      accountSid,
      createdMs: nowMs,
      updatedMs: nowMs,
      firedPeriod: '',
      firedMs: 0,
      fires: 0,
    };
    this.keep(watched, trigger, undefined);
    this.touch(accountSid, dayOf(nowMs));
    return ok(trigger);
  }

  fetch(accountSid: Sid, sid: string): Trigger | undefined {
    return this.watchedOf(accountSid).triggers.get(sid);
  }

  /** Newest first, of those on disk. */
  list(accountSid: Sid, filter: TriggerFilter, page: PageQuery<Sid>): Page<Trigger, Sid> {
    const { recurring, triggerBy, usageCategory } = filter;
    return this.rows.list(
      [accountSid],
      page,
      (trigger) =>
        (recurring === undefined || trigger.recurring === recurring) &&
        (triggerBy === undefined || trigger.triggerBy === triggerBy) &&
        (usageCategory === undefined || trigger.usageCategory === usageCategory),
    );
  }

  /** Joins the store's current group. */
  update(accountSid: Sid, sid: string, change: TriggerChange): Trigger | undefined {
    const watched = this.watchedOf(accountSid);
    const before = watched.triggers.get(sid);
    if (before === undefined) return undefined;
    return this.keep(watched, { ...before, ...change, updatedMs: this.context.clock.now() }, before);
  }

  /** Joins the store's current group. Gives false if the account has no such trigger. */
  remove(accountSid: Sid, sid: string): boolean {
    const watched = this.watchedOf(accountSid);
    const before = watched.triggers.get(sid);
    if (before === undefined) return false;
    this.rows.remove(before);
    watched.triggers.delete(sid);
    this.await(watched, () => watched.triggers.set(sid, before));
    return true;
  }

  /** Every trigger of every account, as they are on disk. */
  all(): IterableIterator<Trigger> {
    return this.rows.all();
  }

  /** The sums that a trigger looks at, of the period that a day lies in. */
  sums({ accountSid, recurring }: Pick<Trigger, 'accountSid' | 'recurring'>, day: string): readonly number[] {
    const [row] = this.context.usage.rows(accountSid, true, [periodOf(recurring, day).span]);
    return row ?? [];
  }

  private touch(accountSid: Sid, day: string): void {
    // Most accounts have none, and this is asked for each part of each message.
    if (this.told === undefined || this.known.get(accountSid)?.triggers.size === 0) return;
    const days = this.used.get(accountSid);
    if (days === undefined) this.used.set(accountSid, [day]);
    else if (!days.includes(day)) days.push(day);
  }

  private contribute(): Settled | undefined {
    const { told } = this;
    if (told === undefined || this.used.size === 0) return undefined;
    const { used } = this;
    this.used = new Map();
    const fired: (readonly [Watched, Trigger])[] = [];
    for (const [accountSid, days] of used) {
      const watched = this.watchedOf(accountSid);
      for (const day of watched.triggers.size === 0 ? [] : days) {
        for (const trigger of watched.triggers.values()) {
          const firing = this.firing(watched, trigger, day);
          if (firing === undefined) continue;
          this.rows.keep(firing.trigger, trigger);
          watched.triggers.set(trigger.sid, firing.trigger);
          watched.underWay++;
          fired.push([watched, trigger]);
          told(firing);
        }
      }
    }
    return (committed) => {
      for (const [watched, before] of fired) {
        watched.underWay--;
        if (!committed) watched.triggers.set(before.sid, before);
      }
      // The sums are back where they were, and may be reached again.
      if (!committed) for (const [sid, days] of used) for (const day of days) this.touch(sid, day);
    };
  }

  private firing(watched: Watched, trigger: Trigger, day: string): Firing | undefined {
    const period = periodOf(trigger.recurring, day);
    if (!isArmed(trigger, period)) return undefined;
    const row = this.periodRow(watched, trigger, day);
    if (!isReached(trigger, row)) return undefined;
    return {
      trigger: {
        ...trigger,
        firedPeriod: period.name,
        firedMs: this.context.clock.now(),
        fires: trigger.fires + 1,
      },
      row,
      period,
    };
  }

  /** The sums of the period that a day lies in; only that day's are read anew as long as it stays the same. */
  private periodRow(watched: Watched, { accountSid, recurring }: Trigger, day: string): readonly number[] {
    const { usage } = this.context;
    if (watched.restDay !== day) {
      watched.rests.clear();
      watched.restDay = day;
    }
    let rest = watched.rests.get(recurring);
    if (rest === undefined) {
      const { first, last } = periodOf(recurring, day).span;
      const before = usage.rows(accountSid, true, [{ first, last: dayAfter(day, -1) }]);
      const after = usage.rows(accountSid, true, [{ first: dayAfter(day, 1), last }]);
      rest = [...before, ...after].reduce<number[]>(addRow, []);
      watched.rests.set(recurring, rest);
    }
    return addRow(Array.from(rest), usage.dayRow(accountSid, day));
  }

  private keep(watched: Watched, trigger: Trigger, before: Trigger | undefined): Trigger {
    this.rows.keep(trigger, before);
    watched.triggers.set(trigger.sid, trigger);
    this.await(watched, () => {
      if (before === undefined) watched.triggers.delete(trigger.sid);
      else watched.triggers.set(trigger.sid, before);
    });
    return trigger;
  }

  /** What has been written is remembered until it is on disk; `undo` puts back what is there if it never gets there. */
  private await(watched: Watched, undo: () => void): void {
    watched.underWay++;
    this.context.store.durable().then(
      () => watched.underWay--,
      () => {
        watched.underWay--;
        undo();
      },
    );
  }

  private watchedOf(accountSid: Sid): Watched {
    const known = this.known.get(accountSid);
    if (known !== undefined) return known;
    if (this.known.size >= accountsMax) this.forget();
    const { rows } = this.rows.list([accountSid], { limit: triggersMax });
    const triggers = new Map(rows.map((trigger) => [trigger.sid, trigger]));
    const watched: Watched = { triggers, underWay: 0, rests: new Map(), restDay: '' };
    this.known.set(accountSid, watched);
    return watched;
  }

  /** Lets go of what is on disk as it stands. */
  private forget(): void {
    for (const [sid, { underWay }] of this.known) if (underWay === 0) this.known.delete(sid);
  }
}
