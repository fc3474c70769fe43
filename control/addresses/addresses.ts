import type { Clock } from '../base/clock.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { Sid, SidFactory } from '../base/sid.ts';
import type { NumberConfig, PhoneNumber } from '../inventory/number.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Facet, Page, PageQuery } from '../store/facets.ts';
import { OwnedRows } from '../store/owned-rows.ts';
import type { Store } from '../store/store.ts';
import type { Address, AddressDetails } from './address.ts';

export interface AddressesContext {
  readonly store: Store;
  readonly clock: Clock;
  readonly sids: SidFactory;
  readonly inventory: Pick<Inventory, 'list'>;
}

/** Each must be exactly so. */
export interface AddressFilter {
  readonly customerName?: string;
  readonly friendlyName?: string;
  readonly isoCountry?: string;
  readonly emergencyEnabled?: boolean;
}

/** More than any tenant needs; without a bound one could fill the store. */
const addressesMax = 10_000;

const list = (accountSid: Sid, part: 'customer' | 'name' | 'country', text: string): Facet => [
  accountSid,
  part,
  text,
];

/** Addresses. Every operation names the account, and sees that account's only. */
export class Addresses {
  private readonly context: AddressesContext;
  private readonly rows: OwnedRows<Address>;

  constructor(context: AddressesContext) {
    this.context = context;
    this.rows = new OwnedRows<Address>(
      context.store,
      'addresses',
      'AD',
      ({ accountSid, customerName, friendlyName, isoCountry }) => [
        [accountSid],
        list(accountSid, 'customer', customerName),
        list(accountSid, 'name', friendlyName),
        list(accountSid, 'country', isoCountry),
      ],
    );
  }

  async create(
    accountSid: Sid,
    details: AddressDetails & Pick<Address, 'isoCountry'>,
  ): Promise<Result<Address, 'tooMany'>> {
    const { clock, sids, store } = this.context;
    return store.transact(() => {
      if (this.rows.reaches([accountSid], addressesMax)) return fail('tooMany');
      const nowMs = clock.now();
      return ok(
        this.rows.keep({ ...details, sid: sids('AD'), accountSid, createdMs: nowMs, updatedMs: nowMs }),
      );
    });
  }

  /** `sid` may be any text. */
  fetch(accountSid: Sid, sid: string): Address | undefined {
    return this.rows.of(accountSid, sid);
  }

  /** Newest first. */
  list(accountSid: Sid, filter: AddressFilter, page: PageQuery<Sid>): Page<Address, Sid> {
    const { customerName, friendlyName, isoCountry, emergencyEnabled } = filter;
    const narrowest =
      friendlyName !== undefined
        ? list(accountSid, 'name', friendlyName)
        : customerName !== undefined
          ? list(accountSid, 'customer', customerName)
          : isoCountry !== undefined
            ? list(accountSid, 'country', isoCountry)
            : [accountSid];
    return this.rows.list(
      narrowest,
      page,
      (row) =>
        row.customerName === (customerName ?? row.customerName) &&
        row.isoCountry === (isoCountry ?? row.isoCountry) &&
        row.emergencyEnabled === (emergencyEnabled ?? row.emergencyEnabled),
    );
  }

  async update(accountSid: Sid, sid: string, change: Partial<AddressDetails>): Promise<Address | undefined> {
    const { clock, store } = this.context;
    return store.transact(() => {
      const before = this.fetch(accountSid, sid);
      if (before === undefined) return undefined;
      return this.rows.keep({ ...before, ...change, updatedMs: clock.now() }, before);
    });
  }

  /** Removes an address that no number of the account names. */
  async remove(accountSid: Sid, sid: string): Promise<Result<null, 'unknown' | 'inUse'>> {
    const { inventory, store } = this.context;
    return store.transact(() => {
      const row = this.fetch(accountSid, sid);
      if (row === undefined) return fail('unknown');
      if (inventory.list(accountSid, { addressSid: row.sid }, { limit: 1 }).rows.length > 0)
        return fail('inUse');
      this.rows.remove(row);
      return ok(null);
    });
  }

  /** The number without the SIDs of addresses that its holder does not have: one handed over leaves them behind. */
  known<N extends PhoneNumber>(number: N): N {
    const held = number.assignment;
    if (held === null) return number;
    const { addressSid, emergencyAddressSid } = held.config;
    if (addressSid === '' && emergencyAddressSid === '') return number;
    const live = (sid: string): string => this.fetch(held.accountSid, sid)?.sid ?? '';
    const config: NumberConfig = {
      ...held.config,
      addressSid: live(addressSid),
      emergencyAddressSid: live(emergencyAddressSid),
    };
    return { ...number, assignment: { ...held, config } };
  }
}
