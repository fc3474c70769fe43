import type { Clock } from '../base/clock.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { Sid, SidFactory } from '../base/sid.ts';
import { Memory } from '../store/memory.ts';
import type { Page, PageQuery } from '../store/facets.ts';
import type { Store } from '../store/store.ts';
import type { Table } from '../store/table.ts';
import { Batch } from './batch.ts';
import { sidPrefix } from './facets.ts';
import { Holdings } from './holdings.ts';
import {
  assignable,
  buyable,
  isUneventful,
  newLife,
  receivable,
  release,
  settled,
  simplestLife,
  type Life,
  type LifeRules,
  type Unavailable,
} from './life.ts';
import type { Listing } from './listing.ts';
import { newNumberConfig } from './number-config.ts';
import {
  isAssigned,
  type AssignedNumber,
  type Assignment,
  type NumberConfig,
  type PhoneNumber,
} from './number.ts';
import type { OwnedFilter } from './owned-filter.ts';
import { Owners, type Owner } from './owners.ts';
import { Quarantine } from './quarantine.ts';
import { searchAvailable, type FoundPage, type NumberSearch } from './search.ts';
import { Shelf } from './shelf.ts';
import { Stock } from './stock.ts';
import { Stories } from './story.ts';
import { lifeTable } from './tables.ts';
import { upgradeNumbers, upgradeOwners } from './upgrade.ts';

export interface InventoryContext {
  readonly store: Store;
  readonly clock: Clock;
  readonly sids: SidFactory;
  /** Default: the simplest. */
  readonly rules?: LifeRules;
}

/** `unknown`: not in the inventory; `taken`: an account has it already; else the state that keeps it from sale. */
export type BuyFault = 'unknown' | Unavailable;

/** The numbers of this node: those for sale, and those that accounts hold. */
export class Inventory {
  private readonly context: InventoryContext;
  private readonly rules: LifeRules;
  private readonly stock: Stock;
  private readonly shelf: Shelf;
  private readonly owners: Owners;
  private readonly lives: Table<string, Life>;
  private readonly holdings: Holdings;
  private readonly quarantine: Quarantine;
  private readonly stories: Stories;
  private readonly recent: Memory<string, PhoneNumber>;

  constructor(context: InventoryContext) {
    this.context = context;
    this.rules = context.rules ?? simplestLife;
    this.stock = new Stock(context.store);
    this.shelf = new Shelf(this.stock);
    this.owners = new Owners(context.store, context.clock, this.stock, this.shelf);
    this.lives = context.store.table(lifeTable);
    this.holdings = new Holdings(context.store, (e164) => this.number(e164));
    this.quarantine = new Quarantine(context.store);
    this.stories = new Stories(context.store);
    this.recent = new Memory(context.store, context.clock);
  }

  /** Makes a store of a former build one of this build; to be awaited before anything else. */
  async upgrade(): Promise<void> {
    await upgradeNumbers(this.context.store, this.stock);
    await upgradeOwners(this.context.store, this.stock);
  }

  /**
   * Begins to read what is for sale and who has what into memory, some in each turn of the event loop; the first search
   * waits for it.
   */
  start(): void {
    this.shelf.begin();
  }

  /** To be awaited before the store is closed. */
  stop(): Promise<void> {
    return this.shelf.stop();
  }

  /**
   * Whose number this is, for the path of traffic: from memory, in less than a microsecond, once that is filled.
   * What another process has changed may be a second old.
   */
  ownerOf(e164: string): Owner | undefined {
    return this.owners.find(e164);
  }

  /** As `number`, but what another process has changed may be a second old: for the path of every message. */
  recentNumber(e164: string): PhoneNumber | undefined {
    const known = this.recent.find(e164);
    if (known !== undefined) return known;
    const found = this.number(e164);
    if (found !== undefined) this.recent.keep(e164, found);
    return found;
  }

  /** A number by its E.164 form, or a short code by its digits. */
  number(e164: string): PhoneNumber | undefined {
    const kept = this.kept(e164);
    return kept?.state === 'quarantine' ? { ...kept, ...settled(kept, this.context.clock.now()) } : kept;
  }

  /** The number whose PN or SC SID this is. */
  bySid(sid: Sid): AssignedNumber | undefined {
    return this.holdings.bySid(sid);
  }

  /** An account's numbers or short codes, newest first. */
  list(accountSid: Sid, filter: OwnedFilter, page: PageQuery<Sid>): Page<AssignedNumber, Sid> {
    return this.holdings.list(accountSid, filter, page);
  }

  /** Numbers for sale, in the order of their digits; see `searchAvailable`. */
  async search(search: NumberSearch): Promise<FoundPage> {
    await this.shelf.ready();
    return searchAvailable({ shelf: this.shelf, load: (e164) => this.number(e164) }, search);
  }

  /** Gives a number to an account; of two buyers, one gets it. `config` overrides what a new number has. */
  async buy(
    accountSid: Sid,
    e164: string,
    config: Partial<NumberConfig> = {},
  ): Promise<Result<AssignedNumber, BuyFault>> {
    return this.context.store.transact(() => this.take(accountSid, e164, config));
  }

  /** Buys any number that `search` finds. */
  async buyAny(
    accountSid: Sid,
    search: Omit<NumberSearch, 'limit' | 'after'>,
    config: Partial<NumberConfig> = {},
  ): Promise<Result<AssignedNumber, 'noneFound'>> {
    // Found outside of the transaction, so others may be faster: then all of these have been sold, and the next are looked for.
    for (let round = 0; round < buyRoundsMax; round++) {
      const { rows } = await this.search({ ...search, limit: candidatesAtOnce });
      if (rows.length === 0) break;
      const bought = await this.context.store.transact(() => {
        for (const { e164 } of rows) {
          const taken = this.take(accountSid, e164, config);
          if (taken.ok) return taken;
        }
        return undefined;
      });
      if (bought !== undefined) return bought;
    }
    return fail('noneFound');
  }

  /** The operator's `buy`: assigning a number to the account that holds it already changes nothing. */
  async assign(accountSid: Sid, e164: string): Promise<Result<AssignedNumber, BuyFault>> {
    return this.context.store.transact(() => {
      const held = this.number(e164);
      if (held !== undefined && isAssigned(held) && held.assignment.accountSid === accountSid)
        return ok(held);
      return this.take(accountSid, e164, {}, assignable);
    });
  }

  /** Gives an account a number that it brings; `listing`: one new to the inventory. Within a transaction of the caller's. */
  receive(accountSid: Sid, e164: string, config: Partial<NumberConfig>, listing?: Listing) {
    const batch = Batch.of(listing === undefined ? [] : [listing]);
    this.stock.add(batch, batch.blocks.keys(), true);
    return this.take(accountSid, e164, config, receivable);
  }

  /** Takes a number back; it rests, and is for sale again. With `accountSid`, only if that account holds it. */
  release(e164: string, accountSid?: Sid) {
    return this.turn(e164, (life, nowMs) => release(life, accountSid, this.rules, nowMs));
  }

  /** Takes a number one step on in its life; see `life.ts`. Alone, and on disk when it resolves. */
  turn<Fault>(
    e164: string,
    step: (life: Life, nowMs: number) => Result<Life, Fault>,
  ): Promise<Result<PhoneNumber, Fault | 'unknown'>> {
    const { store, clock } = this.context;
    return store.transact(() => {
      const before = this.kept(e164);
      if (before === undefined) return fail('unknown');
      const nowMs = clock.now();
      const life = step(settled(before, nowMs), nowMs);
      return life.ok ? ok(this.keep({ ...before, ...life.value }, before)) : life;
    });
  }

  /** Changes the configuration of a number, or (`accountSid`) hands it to another account as it is. */
  async update(
    sid: Sid,
    config: Partial<NumberConfig>,
    accountSid?: Sid,
  ): Promise<Result<AssignedNumber, 'unknown'>> {
    return this.context.store.transact(() => {
      const before = this.bySid(sid);
      if (before === undefined) return fail('unknown');
      const assignment: Assignment = {
        ...before.assignment,
        accountSid: accountSid ?? before.assignment.accountSid,
        updatedMs: this.context.clock.now(),
        config: { ...before.assignment.config, ...config },
      };
      return ok(this.keep({ ...before, assignment }, before));
    });
  }

  /** Overrides the pace of a sender, in segments a second; null returns to its class's. */
  setRate(e164: string, ratePerSecond: number | null): Promise<Result<PhoneNumber, 'unknown'>> {
    return this.turn(e164, (life) => ok({ ...life, ratePerSecond }));
  }

  /** Adds numbers, or renews what is known of them; who holds a number, and its pace, stays as it is. One transaction. */
  async add(listings: readonly Listing[]): Promise<void> {
    const batch = Batch.of(listings);
    await this.addBlocks(batch, Array.from(batch.blocks.keys()));
  }

  /** As `add`, some blocks of a batch. `alongside` writes in the same transaction. */
  async addBlocks(
    batch: Batch,
    keys: readonly string[],
    alongside: () => void = () => undefined,
  ): Promise<void> {
    return this.context.store.transact(() => {
      const moved = this.stock.retyped(batch, keys).map((e164) => this.kept(e164));
      this.stock.add(batch, keys, !this.rules.testsImported);
      // A carrier may correct the type of a number, and with it the lists that the number is in.
      for (const before of moved)
        if (before !== undefined) this.keep(this.kept(before.e164) ?? before, before);
      alongside();
    });
  }

  /** How many more kinds of numbers there may be (all that a list says of them, but the number itself). */
  profileRoom(): number {
    return this.stock.profileRoom();
  }

  knowsProfile(profileText: string): boolean {
    return this.stock.knowsProfile(profileText);
  }

  /** A number as it is written, where its quarantine may be over. */
  private kept(e164: string): PhoneNumber | undefined {
    const found = this.stock.find(e164);
    if (found === undefined) return undefined;
    const life = this.lives.get(e164) ?? newLife(found.forSale);
    return { e164, ...found.profile, ...life };
  }

  /** Within a transaction. */
  private take(
    accountSid: Sid,
    e164: string,
    config: Partial<NumberConfig>,
    rule = buyable,
  ): Result<AssignedNumber, BuyFault> {
    const before = this.kept(e164);
    if (before === undefined) return fail('unknown');
    const nowMs = this.context.clock.now();
    const free = rule(settled(before, nowMs), accountSid, nowMs);
    if (!free.ok) return free;
    const assignment: Assignment = {
      accountSid,
      sid: this.context.sids(sidPrefix(before)),
      createdMs: nowMs,
      updatedMs: nowMs,
      config: { ...newNumberConfig(e164), ...config },
    };
    return ok(this.keep({ ...before, state: 'assigned', withheld: null, assignment }, before));
  }

  /** Writes what has become of a number and the entries by which it is found, in place of what was there before. */
  private keep<N extends PhoneNumber>(number: N, before: PhoneNumber): N {
    const { e164, state, ratePerSecond, assignment, withheld } = number;
    if (isUneventful(number)) this.lives.remove(e164);
    else this.lives.put(e164, { state, ratePerSecond, assignment, withheld });
    this.stock.settle(e164, state === 'available', assignment?.accountSid);
    this.quarantine.move(before, number);
    this.stories.note(before, number, this.context.clock.now());
    this.holdings.move(before, number);
    return number;
  }
}

/** Numbers that `buyAny` tries in one transaction. */
const candidatesAtOnce = 64;
/** Each means that so many numbers were sold to others meanwhile. */
const buyRoundsMax = 1000;
