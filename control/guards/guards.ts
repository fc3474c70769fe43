import type { Account } from '../accounts/account.ts';
import type { Clock } from '../base/clock.ts';
import { countryOf } from '../inventory/e164.ts';
import type { Store } from '../store/store.ts';
import { Blocks, type Direction } from './blocks.ts';
import type { GuardsConfig } from './config.ts';
import { countryName, permissionKey } from './countries.ts';
import { Counters } from './counters.ts';
import { decimalText } from '../billing/micros.ts';
import { RiskyPrefixes } from './risk.ts';
import { AccountRules, type CountedLimit } from './rules.ts';
import { refusalOf, type Guard, type Verdict } from './verdict.ts';
import { slidingSum } from './window.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const minuteMs = 60_000;

/** What is sent out. */
export type Traffic = 'message' | 'call';

/** Told of what was kept back. Nothing here may throw. */
export interface GuardObserver {
  refused(guard: Guard, traffic: Traffic | 'inbound'): void;
  /** An account meets a limit, for the first time in its hour, day or window. */
  alert(account: Account, code: number, detail: string): void;
}

export interface GuardsDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly config: GuardsConfig;
  readonly observer: GuardObserver;
}

/** One question about traffic, and who is asked. */
interface Question {
  readonly traffic: Traffic;
  readonly account: Account;
  readonly from: string;
  /** E.164. */
  readonly to: string;
}

/** The answer to one question; undefined: nothing is against it. */
export interface Answer {
  readonly guard: string;
  readonly verdict: Verdict | undefined;
}

/** Keeps back traffic that looks like fraud, or that an account or the operator does not want. */
export class Guards {
  readonly rules: AccountRules;
  readonly blocks: Blocks;
  readonly riskyPrefixes: RiskyPrefixes;
  readonly config: GuardsConfig;
  private readonly counters: Counters;
  private readonly clock: Clock;
  private readonly observer: GuardObserver;

  constructor({ store, clock, config, observer }: GuardsDeps) {
    this.config = config;
    this.clock = clock;
    this.observer = observer;
    this.rules = new AccountRules(store, clock, config);
    this.blocks = new Blocks(store, clock);
    this.riskyPrefixes = new RiskyPrefixes(store, clock);
    this.counters = new Counters(store, clock);
  }

  start(): void {
    this.counters.start();
  }

  stop(): void {
    this.counters.stop();
  }

  /** Why a message may not be sent; undefined if it may. Count it with `took` when it has been accepted. */
  message(account: Account, from: string, to: string): Verdict | undefined {
    return this.judge({ traffic: 'message', account, from, to });
  }

  /** Why a call may not be placed; undefined if it may. */
  call(account: Account, from: string, to: string): Verdict | undefined {
    return this.judge({ traffic: 'call', account, from, to });
  }

  /** Whether what a carrier brings for an account is to be turned away. */
  refusesInbound(account: Account, from: string, to: string): boolean {
    const found = this.blocked('inbound', account, from, to) !== undefined;
    if (found) this.observer.refused('block', 'inbound');
    return found;
  }

  /** Counts a message or call that has been accepted. */
  took(traffic: Traffic, account: Account, to: string): void {
    for (const limit of this.rules.holding(account).limits) {
      if (rateOf(limit, traffic) === null || !to.startsWith(limit.prefix)) continue;
      this.counters.add(traffic === 'message' ? limit.messageKey : limit.callKey, hourMs, 1);
    }
    if (traffic === 'message') this.countNeighbour('message', account, to);
  }

  /** Counts an answered outbound call that has ended. */
  callEnded(account: Account, to: string, durationMs: number): void {
    const shortMs = (this.config.pumping?.shortCallSeconds ?? 0) * 1000;
    if (durationMs <= shortMs) this.countNeighbour('call', account, to);
  }

  /** Counts the price of a message that has been accepted, or of a call that has ended, in millionths of the account's currency. */
  spent(account: Account, to: string, micros: number): void {
    for (const { prefix, spendPerDay, spendKey } of this.rules.holding(account).limits) {
      if (spendPerDay !== null && to.startsWith(prefix)) this.counters.add(spendKey, dayMs, micros);
    }
  }

  /** What each guard says, in the order in which they are asked; nothing is counted. */
  explain(question: Question): readonly Answer[] {
    return this.checks.map(({ guard, check }) => ({ guard, verdict: check(question)?.verdict }));
  }

  private judge(question: Question): Verdict | undefined {
    for (const { check } of this.checks) {
      const found = check(question);
      if (found === undefined) continue;
      const { verdict, counter } = found;
      this.observer.refused(verdict.guard, question.traffic);
      if (counter !== undefined && this.counters.tellOnce(counter.key, counter.lengthMs))
        this.observer.alert(question.account, refusalOf(verdict, question.traffic).code, verdict.detail);
      return verdict;
    }
    return undefined;
  }

  private readonly checks: readonly { readonly guard: string; readonly check: Check }[] = [
    { guard: 'block list', check: (question) => this.checkBlocks(question) },
    { guard: 'geographic permission', check: (question) => this.checkCountry(question) },
    { guard: 'rate', check: (question) => this.checkRates(question) },
    { guard: 'spending', check: (question) => this.checkSpend(question) },
    { guard: 'traffic pumping', check: (question) => this.checkPumping(question) },
  ];

  private checkBlocks({ account, from, to }: Question): Found | undefined {
    const found = this.blocked('outbound', account, from, to);
    if (found === undefined) return undefined;
    return verdict('block', `Traffic from or to ${found} is blocked. The operator can lift the block.`);
  }

  private blocked(direction: Direction, account: Account, from: string, to: string): string | undefined {
    return this.blocks.find(['', account.ownerSid, account.sid], direction, from, to);
  }

  private checkCountry({ traffic, account, to }: Question): Found | undefined {
    const holding = this.rules.holding(account);
    const country = permissionKey(countryOf(to));
    if (traffic === 'message') {
      if (holding.messagesTo(country)) return undefined;
      return verdict(
        'country',
        `Messages to ${countryName(country)} (${to}) are not enabled for this account. Enable the country in its messaging geographic permissions.`,
      );
    }
    const risk = this.riskyPrefixes.of(to);
    if (holding.callsTo(country)[risk]) return undefined;
    if (risk === 'low')
      return verdict(
        'country',
        `Calls to ${countryName(country)} (${to}) are not enabled for this account. Enable the country in its dialing permissions.`,
      );
    return verdict(
      'highRisk',
      `${to} is a ${risk === 'special' ? 'special-service' : 'toll-fraud'} number of ${countryName(country)}, and calls to such are not enabled for this account. Enable them in its dialing permissions.`,
    );
  }

  private checkRates({ traffic, account, to }: Question): Found | undefined {
    for (const limit of this.rules.holding(account).limits) {
      const max = rateOf(limit, traffic);
      if (max === null || !to.startsWith(limit.prefix)) continue;
      const key = traffic === 'message' ? limit.messageKey : limit.callKey;
      if (this.sum(key, hourMs) + 1 <= max) continue;
      return verdict(
        'velocity',
        `This account may send ${max} ${traffic}s an hour to ${prefixText(limit.prefix)}, and has. Send more slowly, or ask the operator for a higher limit.`,
        { key, lengthMs: hourMs },
      );
    }
    return undefined;
  }

  private checkSpend({ account, to }: Question): Found | undefined {
    for (const { prefix, spendPerDay, spendKey } of this.rules.holding(account).limits) {
      if (spendPerDay === null || !to.startsWith(prefix)) continue;
      if (this.counters.at(spendKey, dayMs).current < spendPerDay) continue;
      return verdict(
        'spend',
        `This account may spend ${decimalText(spendPerDay, 2)} a day on ${prefixText(prefix)}, and has. Go on after 00:00 UTC, or ask the operator for a higher limit.`,
        { key: spendKey, lengthMs: dayMs },
      );
    }
    return undefined;
  }

  private checkPumping({ traffic, account, to }: Question): Found | undefined {
    const { pumping } = this.config;
    if (pumping === undefined) return undefined;
    const block = to.slice(0, -pumping.neighbourDigits);
    const key = neighbourKey(traffic, account, block);
    const lengthMs = pumping.windowMinutes * minuteMs;
    const max = traffic === 'message' ? pumping.messages : pumping.shortCalls;
    if (this.sum(key, lengthMs) < max) return undefined;
    const what = traffic === 'message' ? 'messages' : 'short calls';
    return verdict(
      'pumping',
      `More than ${max} ${what} in ${pumping.windowMinutes} minutes to numbers that begin with ${block} look like traffic pumping. Find out who asked for them, and try again later.`,
      { key, lengthMs },
    );
  }

  private countNeighbour(traffic: Traffic, account: Account, to: string): void {
    const { pumping } = this.config;
    if (pumping === undefined) return;
    const key = neighbourKey(traffic, account, to.slice(0, -pumping.neighbourDigits));
    this.counters.add(key, pumping.windowMinutes * minuteMs, 1);
  }

  private sum(key: string, lengthMs: number): number {
    return slidingSum(this.counters.at(key, lengthMs), this.clock.now(), lengthMs);
  }
}

/** A verdict, and the counter that led to it. */
interface Found {
  readonly verdict: Verdict;
  readonly counter?: { readonly key: string; readonly lengthMs: number };
}
type Check = (question: Question) => Found | undefined;

const verdict = (guard: Guard, detail: string, counter?: Found['counter']): Found => ({
  verdict: { guard, detail },
  ...(counter === undefined ? {} : { counter }),
});

const rateOf = (limit: CountedLimit, traffic: Traffic): number | null =>
  traffic === 'message' ? limit.messagesPerHour : limit.callsPerHour;

const neighbourKey = (traffic: Traffic, { ownerSid }: Account, block: string): string =>
  `${ownerSid} neighbours ${traffic} ${block}`;

const prefixText = (prefix: string): string =>
  prefix === '+' ? 'all numbers' : `numbers that begin with ${prefix}`;
