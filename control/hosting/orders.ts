import type { Clock } from '../base/clock.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { Sid, SidFactory } from '../base/sid.ts';
import type { BuyFault, Inventory } from '../inventory/inventory.ts';
import type { Listing } from '../inventory/listing.ts';
import type { Facet, Page, PageQuery } from '../store/facets.ts';
import { OwnedRows } from '../store/owned-rows.ts';
import type { Store } from '../store/store.ts';
import type { HostedOrder, HostedOrderDetails, HostedOrderStatus } from './order.ts';

/** Of one account. */
const ordersMax = 10_000;

/** Each must be exactly so. */
export interface HostedOrderFilter {
  readonly status?: HostedOrderStatus;
  readonly e164?: string;
  readonly numberSid?: string;
  readonly friendlyName?: string;
}

const list = (accountSid: Sid, part: keyof HostedOrderFilter, text: string): Facet => [
  accountSid,
  part,
  text,
];

/** Orders to host numbers. What names an account sees that account's only; the operator sees all. */
export class HostedOrders {
  private readonly context: {
    readonly store: Store;
    readonly clock: Clock;
    readonly sids: SidFactory;
    readonly inventory: Pick<Inventory, 'number' | 'receive'>;
  };
  private readonly rows: OwnedRows<HostedOrder>;

  constructor(context: HostedOrders['context']) {
    this.context = context;
    this.rows = new OwnedRows<HostedOrder>(
      context.store,
      'hosted-orders',
      'HR',
      ({ accountSid, status, e164, numberSid, friendlyName }) => [
        ['all'],
        ['all', status],
        [accountSid],
        list(accountSid, 'status', status),
        list(accountSid, 'e164', e164),
        list(accountSid, 'numberSid', numberSid),
        list(accountSid, 'friendlyName', friendlyName),
        ...(status === 'received' ? [[accountSid, 'open', e164]] : []),
      ],
    );
  }

  fetch(accountSid: Sid, sid: string): HostedOrder | undefined {
    return this.rows.of(accountSid, sid);
  }

  /** Whoever's it is: for the operator. */
  any(sid: string): HostedOrder | undefined {
    return this.rows.get(sid);
  }

  /** Newest first. */
  list(accountSid: Sid, filter: HostedOrderFilter, page: PageQuery<Sid>): Page<HostedOrder, Sid> {
    const narrowest = (['e164', 'numberSid', 'friendlyName', 'status'] as const).find(
      (part) => filter[part] !== undefined,
    );
    const parts = Object.entries(filter) as [keyof HostedOrderFilter, string][];
    return this.rows.list(
      narrowest === undefined ? [accountSid] : list(accountSid, narrowest, filter[narrowest] ?? ''),
      page,
      (order) => parts.every(([part, text]) => order[part] === text),
    );
  }

  /** Every account's, the newest first. */
  listAll(status: HostedOrderStatus | undefined, page: PageQuery<Sid>): Page<HostedOrder, Sid> {
    return this.rows.list(status === undefined ? ['all'] : ['all', status], page);
  }

  /** `here`: the number is this edge's already, or the account has ordered it. */
  async create(
    accountSid: Sid,
    details: HostedOrderDetails,
  ): Promise<Result<HostedOrder, 'here' | 'tooMany'>> {
    const { clock, sids, store, inventory } = this.context;
    return store.transact(() => {
      const { state = 'portedout' } = inventory.number(details.e164) ?? {};
      if (state !== 'portedout' || this.rows.reaches([accountSid, 'open', details.e164], 1))
        return fail('here');
      if (this.rows.reaches([accountSid], ordersMax)) return fail('tooMany');
      const nowMs = clock.now();
      const own = { sid: sids('HR'), accountSid, createdMs: nowMs, updatedMs: nowMs };
      return ok(this.rows.keep({ ...details, ...own, status: 'received', failureReason: '', numberSid: '' }));
    });
  }

  /** Takes back one that nobody has acted on. */
  async cancel(accountSid: Sid, sid: string): Promise<Result<void, 'notFound' | 'notOpen'>> {
    return this.context.store.transact(() => {
      const order = this.fetch(accountSid, sid);
      if (order === undefined) return fail('notFound');
      if (order.status !== 'received') return fail('notOpen');
      this.rows.remove(order);
      return ok(undefined);
    });
  }

  /**
   * The number is here: the account has it from now on. `listing` describes one that is not in the inventory (`known`: it
   * is). Order and number change in one transaction.
   */
  complete(
    sid: string,
    listing: Listing | undefined,
  ): Promise<Result<HostedOrder, 'notFound' | 'notOpen' | 'known' | BuyFault>> {
    return this.settle<'known' | BuyFault>(sid, ({ accountSid, e164, config }) => {
      const { inventory } = this.context;
      if (listing !== undefined && inventory.number(e164) !== undefined) return fail('known');
      const received = inventory.receive(accountSid, e164, config, listing);
      if (!received.ok) return received;
      return ok({ status: 'completed', numberSid: received.value.assignment.sid });
    });
  }

  /** The number does not come, for a reason that the account may read. */
  reject(sid: string, failureReason: string): Promise<Result<HostedOrder, 'notFound' | 'notOpen'>> {
    return this.settle<never>(sid, () => ok({ status: 'failed', failureReason }));
  }

  private settle<Fault>(
    sid: string,
    settle: (
      order: HostedOrder,
    ) => Result<Partial<Pick<HostedOrder, 'status' | 'failureReason' | 'numberSid'>>, Fault>,
  ): Promise<Result<HostedOrder, Fault | 'notFound' | 'notOpen'>> {
    const { store, clock } = this.context;
    return store.transact(() => {
      const before = this.any(sid);
      if (before === undefined) return fail('notFound');
      if (before.status !== 'received') return fail('notOpen');
      const settled = settle(before);
      if (!settled.ok) return settled;
      return ok(this.rows.keep({ ...before, ...settled.value, updatedMs: clock.now() }, before));
    });
  }
}
