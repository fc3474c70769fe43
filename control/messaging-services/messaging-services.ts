import { fail, ok, type Result } from '../base/result.ts';
import type { Clock } from '../base/clock.ts';
import { isSid, type Sid, type SidFactory } from '../base/sid.ts';
import { countryOf } from '../inventory/e164.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { AssignedNumber } from '../inventory/number.ts';
import type { PhoneNumber } from '../inventory/number.ts';
import type { Page, PageQuery } from '../store/facets.ts';
import { Memory } from '../store/memory.ts';
import { OwnedRows } from '../store/owned-rows.ts';
import type { Store } from '../store/store.ts';
import type { PoolPrefix, PoolSender } from './pool-sender.ts';
import { RecentPools, type ServicePool } from './recent-pools.ts';
import { ServiceOptOuts } from './service-opt-outs.ts';
import { newServiceConfig, type MessagingService, type ServiceConfig } from './service.ts';

/** Phone numbers and short codes in one pool (https://www.twilio.com/docs/api/errors/21714). */
const numbersMax = 400;
/** Alphanumeric senders in one pool: one for each country would be fewer. */
const alphaSendersMax = 300;
const servicesMax = 1000;

/** Why a sender does not come into a pool. */
export type JoinFault = 'unknownNumber' | 'incapable' | 'inThisPool' | 'inAnotherPool' | 'full';

export interface ServicesContext {
  readonly store: Store;
  readonly clock: Clock;
  readonly sids: SidFactory;
  readonly inventory: Pick<Inventory, 'bySid'>;
}

/** The Messaging Services of all accounts, and the senders in their pools. */
export class MessagingServices {
  readonly optOuts: ServiceOptOuts;
  private readonly context: ServicesContext;
  private readonly services: OwnedRows<MessagingService>;
  private readonly senders: Readonly<Record<PoolPrefix, OwnedRows<PoolSender>>>;
  private readonly pools: RecentPools;
  /** By PN or SC SID: the pool a number is in, null for none. */
  private readonly memberships: Memory<Sid, MessagingService | null>;

  constructor(context: ServicesContext) {
    const { store, clock } = context;
    this.context = context;
    this.services = new OwnedRows(store, 'messaging-services', 'MG', (row) => [[row.accountSid]]);
    const rows = (name: string, prefix: PoolPrefix): OwnedRows<PoolSender> =>
      new OwnedRows(store, name, prefix, (row) => [[row.serviceSid]]);
    this.senders = {
      PN: rows('messaging-service-numbers', 'PN'),
      SC: rows('messaging-service-short-codes', 'SC'),
      AI: rows('messaging-service-alpha-senders', 'AI'),
    };
    this.optOuts = new ServiceOptOuts(store, clock);
    this.pools = new RecentPools(store, clock, (sid) => this.readPool(sid));
    this.memberships = new Memory(store, clock);
  }

  async create(
    accountSid: Sid,
    config: Partial<ServiceConfig>,
  ): Promise<Result<MessagingService, 'tooMany'>> {
    return this.context.store.transact(() => {
      if (this.services.reaches([accountSid], servicesMax)) return fail('tooMany');
      const nowMs = this.context.clock.now();
      const sid = this.context.sids('MG');
      const times = { createdMs: nowMs, updatedMs: nowMs };
      this.pools.changed(sid);
      return ok(this.services.keep({ sid, accountSid, ...newServiceConfig, ...config, ...times }));
    });
  }

  fetch(accountSid: Sid, sid: string): MessagingService | undefined {
    return this.services.of(accountSid, sid);
  }

  /** Whoever's it is; for the operator. */
  get(sid: string): MessagingService | undefined {
    return this.services.get(sid);
  }

  /** Those of all accounts, newest first; for the operator. */
  every(): Iterable<MessagingService> {
    return this.services.every();
  }

  list(accountSid: Sid, page: PageQuery<Sid>): Page<MessagingService, Sid> {
    return this.services.list([accountSid], page);
  }

  async update(
    accountSid: Sid,
    sid: string,
    config: Partial<ServiceConfig>,
  ): Promise<MessagingService | undefined> {
    return this.context.store.transact(() => {
      const before = this.fetch(accountSid, sid);
      if (before === undefined) return undefined;
      this.pools.changed(before.sid);
      return this.services.keep({ ...before, ...config, updatedMs: this.context.clock.now() }, before);
    });
  }

  /** Removes a service; its senders are free. Gives false if the account has no such service. */
  async remove(accountSid: Sid, sid: string): Promise<boolean> {
    return this.context.store.transact(() => {
      const service = this.fetch(accountSid, sid);
      if (service === undefined) return false;
      for (const rows of Object.values(this.senders))
        for (const sender of all(rows, service.sid)) rows.remove(sender);
      this.optOuts.put(service, []);
      this.pools.removed(service.sid);
      this.services.remove(service);
      return true;
    });
  }

  /** Takes a number or short code of the service's account into its pool. */
  async addNumber(service: MessagingService, numberSid: string): Promise<Result<PoolSender, JoinFault>> {
    return this.context.store.transact(() => {
      const number = this.numberOf(service, numberSid);
      if (number === undefined) return fail('unknownNumber');
      const { sms, mms, voice } = number.capabilities;
      if (!sms && !mms) return fail('incapable');
      const prefix = number.type === 'shortcode' ? 'SC' : 'PN';
      const rows = this.senders[prefix];
      const before = rows.get(numberSid);
      if (before !== undefined && this.isLive(before))
        return fail(before.serviceSid === service.sid ? 'inThisPool' : 'inAnotherPool');
      if (this.sweep(service.sid) >= numbersMax) return fail('full');
      const nowMs = this.context.clock.now();
      const row: PoolSender = {
        sid: number.assignment.sid,
        accountSid: service.accountSid,
        serviceSid: service.sid,
        kind: number.type,
        sender: number.e164,
        country: number.place.country || countryOf(number.e164),
        capabilities: { voice, sms, mms },
        createdMs: nowMs,
        updatedMs: nowMs,
      };
      if (before !== undefined) this.pools.changed(before.serviceSid);
      this.pools.changed(service.sid);
      return ok(rows.keep(row, before));
    });
  }

  /** Takes an alphanumeric sender into a pool: one for each country, and one ('') for all others. */
  async addAlphaSender(
    service: MessagingService,
    sender: string,
    country: string,
  ): Promise<Result<PoolSender, 'inThisPool' | 'full'>> {
    return this.context.store.transact(() => {
      const held = all(this.senders.AI, service.sid);
      if (held.some((other) => other.country === country)) return fail('inThisPool');
      if (held.length >= alphaSendersMax) return fail('full');
      const nowMs = this.context.clock.now();
      const row: PoolSender = {
        sid: this.context.sids('AI'),
        accountSid: service.accountSid,
        serviceSid: service.sid,
        kind: 'alphanumeric',
        sender,
        country,
        capabilities: { voice: false, sms: true, mms: false },
        createdMs: nowMs,
        updatedMs: nowMs,
      };
      this.pools.changed(service.sid);
      return ok(this.senders.AI.keep(row));
    });
  }

  /** A sender of a service's pool. */
  sender(service: MessagingService, prefix: PoolPrefix, sid: string): PoolSender | undefined {
    const row = this.senders[prefix].of(service.accountSid, sid);
    return row !== undefined && row.serviceSid === service.sid && this.isLive(row) ? row : undefined;
  }

  /** A service's senders of one kind of row, newest first, of those that `fits` does not leave out. */
  listSenders(
    service: MessagingService,
    prefix: PoolPrefix,
    page: PageQuery<Sid>,
    fits: (row: PoolSender) => boolean = () => true,
  ): Page<PoolSender, Sid> {
    return this.senders[prefix].list([service.sid], page, (row) => fits(row) && this.isLive(row));
  }

  /** Takes a sender out of a pool. Gives false if it is not in it. */
  async removeSender(service: MessagingService, prefix: PoolPrefix, sid: string): Promise<boolean> {
    return this.context.store.transact(() => {
      const row = this.sender(service, prefix, sid);
      if (row === undefined) return false;
      this.pools.changed(service.sid);
      this.senders[prefix].remove(row);
      return true;
    });
  }

  /** For the path of every message: an account's service with its senders, those that have just left it among them. */
  recentPool(accountSid: Sid, sid: string): ServicePool | undefined {
    const pool = isSid(sid, 'MG') ? this.pools.find(sid) : undefined;
    return pool?.service.accountSid === accountSid ? pool : undefined;
  }

  /** For the path of every message: the service whose pool a number is in. */
  recentServiceOf({ assignment }: PhoneNumber): MessagingService | undefined {
    if (assignment === null) return undefined;
    const known = this.memberships.find(assignment.sid);
    if (known !== undefined) return known ?? undefined;
    const row = this.senders[assignment.sid.startsWith('SC') ? 'SC' : 'PN'].get(assignment.sid);
    const service = row && this.services.of(assignment.accountSid, row.serviceSid);
    this.memberships.keep(assignment.sid, service ?? null);
    return service;
  }

  /** A service's senders of all kinds. */
  pool(service: MessagingService): readonly PoolSender[] {
    return this.rowsOf(service).filter((sender) => this.isLive(sender));
  }

  private readPool(sid: Sid): ServicePool | undefined {
    const service = this.services.get(sid);
    return service && { service, senders: this.rowsOf(service) };
  }

  private rowsOf({ sid }: MessagingService): readonly PoolSender[] {
    return Object.values(this.senders).flatMap((rows) => all(rows, sid));
  }

  private numberOf(service: MessagingService, sid: string): AssignedNumber | undefined {
    const number = this.context.inventory.bySid(sid);
    return number?.assignment.accountSid === service.accountSid ? number : undefined;
  }

  /** Whether the account still holds what is in the pool. */
  private isLive({ kind, sid, accountSid }: PoolSender): boolean {
    if (kind === 'alphanumeric') return true;
    return this.context.inventory.bySid(sid)?.assignment.accountSid === accountSid;
  }

  /** Removes the numbers that have left, and counts the others. */
  private sweep(serviceSid: Sid): number {
    let left = 0;
    for (const rows of [this.senders.PN, this.senders.SC])
      for (const row of all(rows, serviceSid)) {
        if (this.isLive(row)) left++;
        else rows.remove(row);
      }
    return left;
  }
}

const all = (rows: OwnedRows<PoolSender>, serviceSid: Sid): readonly PoolSender[] =>
  rows.list([serviceSid], { limit: numbersMax + alphaSendersMax }).rows;
