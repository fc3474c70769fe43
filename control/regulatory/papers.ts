import type { Clock } from '../base/clock.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { Sid, SidFactory } from '../base/sid.ts';
import type { Page, PageQuery } from '../store/facets.ts';
import { OwnedRows } from '../store/owned-rows.ts';
import type { Store } from '../store/store.ts';
import type { EndUser, SupportingDocument } from './bundle.ts';

/** Of one account. */
const rowsMax = 10_000;

/** One kind of what bundles are made of. */
class Shelf<Row extends EndUser | SupportingDocument> {
  private readonly context: Papers['context'];
  private readonly rows: OwnedRows<Row>;
  private readonly prefix: string;

  constructor(context: Papers['context'], name: string, prefix: string) {
    this.context = context;
    this.prefix = prefix;
    this.rows = new OwnedRows<Row>(context.store, name, prefix, ({ accountSid }) => [[accountSid]]);
  }

  fetch(accountSid: Sid, sid: string): Row | undefined {
    return this.rows.of(accountSid, sid);
  }

  list(accountSid: Sid, page: PageQuery<Sid>): Page<Row, Sid> {
    return this.rows.list([accountSid], page);
  }

  async create(
    accountSid: Sid,
    details: Pick<Row, 'friendlyName' | 'type' | 'attributes'>,
  ): Promise<Result<Row, 'tooMany'>> {
    const { store, clock, sids } = this.context;
    return store.transact(() => {
      if (this.rows.reaches([accountSid], rowsMax)) return fail('tooMany');
      const nowMs = clock.now();
      const own = { sid: sids(this.prefix), accountSid, createdMs: nowMs, updatedMs: nowMs };
      return ok(this.rows.keep({ ...details, ...own } as Row));
    });
  }

  async update(
    accountSid: Sid,
    sid: string,
    change: Partial<Pick<Row, 'friendlyName' | 'attributes'>>,
  ): Promise<Row | undefined> {
    const { store, clock } = this.context;
    return store.transact(() => {
      const before = this.fetch(accountSid, sid);
      return before && this.rows.keep({ ...before, ...change, updatedMs: clock.now() }, before);
    });
  }

  /** `inUse` is asked within the transaction. */
  async remove(
    accountSid: Sid,
    sid: string,
    inUse: (sid: Sid) => boolean,
  ): Promise<Result<void, 'notFound' | 'inUse'>> {
    return this.context.store.transact(() => {
      const row = this.fetch(accountSid, sid);
      if (row === undefined) return fail('notFound');
      if (inUse(row.sid)) return fail('inUse');
      this.rows.remove(row);
      return ok(undefined);
    });
  }
}

export type PaperShelf<Row extends EndUser | SupportingDocument> = Pick<Shelf<Row>, keyof Shelf<Row>>;

/** End users and supporting documents: what bundles are made of. */
export class Papers {
  readonly endUsers: PaperShelf<EndUser>;
  readonly documents: PaperShelf<SupportingDocument>;
  private readonly context: { readonly store: Store; readonly clock: Clock; readonly sids: SidFactory };

  constructor(context: Papers['context']) {
    this.context = context;
    this.context = context;
    this.endUsers = new Shelf<EndUser>(this.context, 'regulatory-end-users', 'IT');
    this.documents = new Shelf<SupportingDocument>(this.context, 'regulatory-documents', 'RD');
  }

  /** Whether this is an end user or a document of the account. */
  has(accountSid: Sid, sid: string): boolean {
    return (
      this.endUsers.fetch(accountSid, sid) !== undefined ||
      this.documents.fetch(accountSid, sid) !== undefined
    );
  }
}
