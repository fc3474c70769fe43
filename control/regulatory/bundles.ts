import type { Clock } from '../base/clock.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { Sid, SidFactory } from '../base/sid.ts';
import type { AssignedNumber } from '../inventory/number.ts';
import type { Page, PageQuery } from '../store/facets.ts';
import { OwnedRows } from '../store/owned-rows.ts';
import type { Store } from '../store/store.ts';
import { isOpen, type Bundle, type BundleDetails, type BundleStatus } from './bundle.ts';
import { BundleNotices } from './notices.ts';
import type { Papers } from './papers.ts';

/** Bundles of one account, and items of one bundle. */
const bundlesMax = 1_000;
const itemsMax = 50;

export interface BundleFilter {
  readonly status?: BundleStatus;
  readonly friendlyName?: string;
}

/** Regulatory bundles. What names an account sees that account's only; the operator sees all. */
export class Bundles {
  private readonly context: { readonly store: Store; readonly clock: Clock; readonly sids: SidFactory };
  private readonly papers: Papers;
  private readonly rows: OwnedRows<Bundle>;
  private readonly notices: BundleNotices;

  constructor(context: Bundles['context'], papers: Papers) {
    this.context = context;
    this.papers = papers;
    this.notices = new BundleNotices(context.store);
    this.rows = new OwnedRows<Bundle>(
      context.store,
      'regulatory-bundles',
      'BU',
      ({ accountSid, status, friendlyName, items }) => [
        ['all'],
        ['all', status],
        [accountSid],
        [accountSid, 'status', status],
        [accountSid, 'name', friendlyName],
        ...items.map(({ objectSid }) => [accountSid, 'item', objectSid]),
      ],
    );
  }

  fetch(accountSid: Sid, sid: string): Bundle | undefined {
    return this.rows.of(accountSid, sid);
  }

  /** Whoever's it is: for the operator. */
  any(sid: string): Bundle | undefined {
    return this.rows.get(sid);
  }

  list(accountSid: Sid, { status, friendlyName }: BundleFilter, page: PageQuery<Sid>): Page<Bundle, Sid> {
    if (friendlyName !== undefined)
      return this.rows.list(
        [accountSid, 'name', friendlyName],
        page,
        (row) => status === undefined || row.status === status,
      );
    return this.rows.list(status === undefined ? [accountSid] : [accountSid, 'status', status], page);
  }

  /** Every account's, the newest first. */
  listAll(status: BundleStatus | undefined, page: PageQuery<Sid>): Page<Bundle, Sid> {
    return this.rows.list(status === undefined ? ['all'] : ['all', status], page);
  }

  /** A number without a bundle that its account does not have, as one that was handed over. */
  known(number: AssignedNumber): AssignedNumber {
    const { assignment } = number;
    const { accountSid, config } = assignment;
    if (config.bundleSid === '' || this.fetch(accountSid, config.bundleSid) !== undefined) return number;
    return { ...number, assignment: { ...assignment, config: { ...config, bundleSid: '' } } };
  }

  /** Whether a bundle names an end user or a document. */
  names(accountSid: Sid, objectSid: Sid): boolean {
    return this.rows.reaches([accountSid, 'item', objectSid], 1);
  }

  async create(
    accountSid: Sid,
    details: BundleDetails & Pick<Bundle, 'regulationSid' | 'isoCountry' | 'numberType' | 'endUserType'>,
  ): Promise<Result<Bundle, 'tooMany'>> {
    const { clock, sids, store } = this.context;
    return store.transact(() => {
      if (this.rows.reaches([accountSid], bundlesMax)) return fail('tooMany');
      const nowMs = clock.now();
      const own = { sid: sids('BU'), accountSid, createdMs: nowMs, updatedMs: nowMs };
      return ok(this.rows.keep({ ...details, ...own, status: 'draft', failureReason: '', items: [] }));
    });
  }

  change(accountSid: Sid, sid: string, details: Partial<BundleDetails>): Promise<Result<Bundle, 'notFound'>> {
    return this.step(this.fetch.bind(this, accountSid, sid), (bundle) => ok({ ...bundle, ...details }));
  }

  /** Hands a bundle in to be judged, or takes it back. One without an end user cannot be judged. */
  hand(
    accountSid: Sid,
    sid: string,
    status: 'draft' | 'pending-review',
  ): Promise<Result<Bundle, 'notFound' | 'notNow' | 'noEndUser'>> {
    return this.step(this.fetch.bind(this, accountSid, sid), (bundle) => {
      if (bundle.status === 'twilio-approved') return fail('notNow');
      if (status === 'pending-review' && !bundle.items.some(({ objectSid }) => objectSid.startsWith('IT')))
        return fail('noEndUser');
      return ok({ ...bundle, status, failureReason: '' });
    });
  }

  /** The operator's judgement; `reason` rejects. The account is told where it asked for it. */
  judge(
    sid: string,
    reason: string | null,
    accountNo: number,
  ): Promise<Result<Bundle, 'notFound' | 'notPending'>> {
    return this.step(
      () => this.any(sid),
      (bundle) => {
        if (bundle.status !== 'pending-review') return fail('notPending');
        const status = reason === null ? 'twilio-approved' : 'twilio-rejected';
        const judged = { ...bundle, status, failureReason: reason ?? '' } as const;
        this.notices.leave(judged, accountNo, this.context.clock.now());
        return ok(judged);
      },
    );
  }

  /** Puts an end user or a document of the account into an open bundle. */
  assign(
    accountSid: Sid,
    sid: string,
    objectSid: Sid,
  ): Promise<Result<Bundle, 'notFound' | 'notOpen' | 'noSuchObject' | 'tooMany'>> {
    const { clock, sids } = this.context;
    return this.step(this.fetch.bind(this, accountSid, sid), (bundle) => {
      if (!isOpen(bundle)) return fail('notOpen');
      if (!this.papers.has(accountSid, objectSid)) return fail('noSuchObject');
      if (bundle.items.length >= itemsMax) return fail('tooMany');
      const item = { sid: sids('BV'), objectSid, createdMs: clock.now() };
      return ok({ ...bundle, items: [...bundle.items.filter((each) => each.objectSid !== objectSid), item] });
    });
  }

  unassign(accountSid: Sid, sid: string, itemSid: Sid): Promise<Result<Bundle, 'notFound' | 'notOpen'>> {
    return this.step(this.fetch.bind(this, accountSid, sid), (bundle) => {
      if (!bundle.items.some((item) => item.sid === itemSid)) return fail('notFound');
      if (!isOpen(bundle)) return fail('notOpen');
      return ok({ ...bundle, items: bundle.items.filter((item) => item.sid !== itemSid) });
    });
  }

  /** One that is not being judged. */
  async remove(accountSid: Sid, sid: string): Promise<Result<void, 'notFound' | 'notOpen'>> {
    return this.context.store.transact(() => {
      const bundle = this.fetch(accountSid, sid);
      if (bundle === undefined) return fail('notFound');
      if (bundle.status === 'pending-review') return fail('notOpen');
      this.rows.remove(bundle);
      return ok(undefined);
    });
  }

  private step<Fault>(
    find: () => Bundle | undefined,
    change: (bundle: Bundle) => Result<Bundle, Fault>,
  ): Promise<Result<Bundle, Fault | 'notFound'>> {
    const { store, clock } = this.context;
    return store.transact(() => {
      const before = find();
      if (before === undefined) return fail('notFound');
      const after = change(before);
      return after.ok ? ok(this.rows.keep({ ...after.value, updatedMs: clock.now() }, before)) : after;
    });
  }
}
