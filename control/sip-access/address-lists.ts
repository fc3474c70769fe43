import { fail, ok, type Result } from '../base/result.ts';
import type { Sid } from '../base/sid.ts';
import type { Page, PageQuery } from '../store/facets.ts';
import { textsKey } from '../store/keys.ts';
import { OwnedRows } from '../store/owned-rows.ts';
import type { Table } from '../store/table.ts';
import type { SipAccessContext } from './context.ts';
import { GuardLists, type GuardList } from './guard-lists.ts';
import type { Mappings } from './mappings.ts';
import { addressBits, networkOf, parseAddress } from './network.ts';

/** What a tenant says of an IpAddress. */
export interface IpAddressConfig {
  readonly friendlyName: string;
  /** As it was given. */
  readonly ipAddress: string;
  /** Null: the whole address. */
  readonly cidrPrefixLength: number | null;
}

/** An address or network of an IpAccessControlList (https://www.twilio.com/docs/voice/sip/api/sip-ipaddress-resource). */
export interface IpAddress {
  /** IP… */
  readonly sid: Sid;
  readonly accountSid: Sid;
  readonly listSid: Sid;
  readonly friendlyName: string;
  readonly ipAddress: string;
  readonly cidrPrefixLength: number;
  readonly createdMs: number;
  readonly updatedMs: number;
}

export type IpAddressFault = 'badName' | 'badAddress' | 'badPrefix' | 'taken' | 'tooMany' | 'notFound';

const addressesMax = 100;
const nameMax = 255;

/** IpAccessControlLists and the IpAddresses in them. */
export class AddressLists extends GuardLists {
  private readonly addresses: OwnedRows<IpAddress>;
  /** By list and network, so that the look-up of an address costs the same however long the list is. */
  private readonly networks: Table<readonly string[], Sid>;

  constructor(context: SipAccessContext, mappings: Mappings) {
    super(context, mappings, { table: 'sip-address-lists', prefix: 'AL', nameMax });
    this.addresses = new OwnedRows<IpAddress>(context.store, 'sip-addresses', 'IP', ({ listSid }) => [
      [listSid],
    ]);
    this.networks = context.store.table({ name: 'sip-networks', key: textsKey, version: 1 });
  }

  async add(list: GuardList, config: IpAddressConfig): Promise<Result<IpAddress, IpAddressFault>> {
    const read = readConfig(config);
    if (!read.ok) return read;
    const { clock, sids, store } = this.context;
    return store.transact(() => {
      if (this.fetch(list.accountSid, list.sid) === undefined) return fail('notFound');
      if (this.networks.has([list.sid, read.value.network])) return fail('taken');
      if (this.addresses.reaches([list.sid], addressesMax)) return fail('tooMany');
      const nowMs = clock.now();
      const row: IpAddress = {
        sid: sids('IP'),
        accountSid: list.accountSid,
        listSid: list.sid,
        friendlyName: config.friendlyName,
        ipAddress: config.ipAddress,
        cidrPrefixLength: read.value.cidrPrefixLength,
        createdMs: nowMs,
        updatedMs: nowMs,
      };
      this.networks.put([list.sid, read.value.network], row.sid);
      return ok(this.addresses.keep(row));
    });
  }

  address(list: GuardList, sid: string): IpAddress | undefined {
    const row = this.addresses.of(list.accountSid, sid);
    return row?.listSid === list.sid ? row : undefined;
  }

  addressesOf(list: GuardList, page: PageQuery<Sid>): Page<IpAddress, Sid> {
    return this.addresses.list([list.sid], page);
  }

  async change(
    list: GuardList,
    sid: string,
    change: Partial<IpAddressConfig>,
  ): Promise<Result<IpAddress, IpAddressFault>> {
    const { clock, store } = this.context;
    return store.transact(() => {
      const before = this.address(list, sid);
      if (before === undefined) return fail('notFound');
      const config: IpAddressConfig = { ...before, ...change };
      const read = readConfig(config);
      if (!read.ok) return read;
      const holder = this.networks.get([list.sid, read.value.network]);
      if (holder !== undefined && holder !== before.sid) return fail('taken');
      const after: IpAddress = {
        ...before,
        friendlyName: config.friendlyName,
        ipAddress: config.ipAddress,
        cidrPrefixLength: read.value.cidrPrefixLength,
        updatedMs: clock.now(),
      };
      this.networks.remove([list.sid, networkText(before)]);
      this.networks.put([list.sid, read.value.network], after.sid);
      return ok(this.addresses.keep(after, before));
    });
  }

  async removeAddress(list: GuardList, sid: string): Promise<boolean> {
    return this.context.store.transact(() => {
      const row = this.address(list, sid);
      if (row !== undefined) this.drop(row);
      return row !== undefined;
    });
  }

  /** Whether a list holds an address or a network that it is in. */
  admits(listSid: Sid, address: string): boolean {
    const parsed = parseAddress(address);
    if (parsed === undefined) return false;
    for (let length = addressBits(parsed); length >= 1; length--) {
      if (this.networks.has([listSid, networkOf(parsed, length)])) return true;
    }
    return false;
  }

  protected override empty(list: GuardList): void {
    const { rows } = this.addressesOf(list, { limit: addressesMax });
    for (const row of rows) this.drop(row);
  }

  private drop(row: IpAddress): void {
    this.addresses.remove(row);
    this.networks.remove([row.listSid, networkText(row)]);
  }
}

function readConfig({
  friendlyName,
  ipAddress,
  cidrPrefixLength,
}: IpAddressConfig): Result<
  { readonly network: string; readonly cidrPrefixLength: number },
  'badName' | 'badAddress' | 'badPrefix'
> {
  if (friendlyName === '' || friendlyName.length > nameMax) return fail('badName');
  const address = parseAddress(ipAddress);
  if (address === undefined) return fail('badAddress');
  const bits = addressBits(address);
  const length = cidrPrefixLength ?? bits;
  if (length < 1 || length > bits) return fail('badPrefix');
  return ok({ network: networkOf(address, length), cidrPrefixLength: length });
}

function networkText({ ipAddress, cidrPrefixLength }: IpAddress): string {
  const address = parseAddress(ipAddress);
  return address === undefined ? '' : networkOf(address, cidrPrefixLength);
}
