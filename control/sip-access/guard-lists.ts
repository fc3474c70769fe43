import { fail, ok, type Result } from '../base/result.ts';
import type { Sid } from '../base/sid.ts';
import type { Page, PageQuery } from '../store/facets.ts';
import { OwnedRows } from '../store/owned-rows.ts';
import type { SipAccessContext } from './context.ts';
import type { Mappings } from './mappings.ts';

/** A CredentialList or an IpAccessControlList: what a tenant guards its SIP Domains with. */
export interface GuardList {
  /** CL… or AL… */
  readonly sid: Sid;
  readonly accountSid: Sid;
  /** Unique in the account. */
  readonly friendlyName: string;
  readonly createdMs: number;
  readonly updatedMs: number;
}

export type GuardListFault = 'badName' | 'nameTaken' | 'tooMany' | 'notFound';

export interface GuardListKind {
  readonly table: string;
  readonly prefix: string;
  /** Characters of a friendly name. */
  readonly nameMax: number;
}

const listsMax = 100;

/** What both kinds of lists have in common; what is in them is the subclass's. */
export abstract class GuardLists {
  protected readonly context: SipAccessContext;
  private readonly mappings: Mappings;
  private readonly kind: GuardListKind;
  private readonly rows: OwnedRows<GuardList>;

  constructor(context: SipAccessContext, mappings: Mappings, kind: GuardListKind) {
    this.context = context;
    this.mappings = mappings;
    this.kind = kind;
    this.rows = new OwnedRows<GuardList>(
      context.store,
      kind.table,
      kind.prefix,
      ({ accountSid, friendlyName }) => [[accountSid], [accountSid, friendlyName]],
    );
  }

  async create(accountSid: Sid, friendlyName: string): Promise<Result<GuardList, GuardListFault>> {
    const { clock, sids, store } = this.context;
    if (!this.isName(friendlyName)) return fail('badName');
    return store.transact(() => {
      if (this.rows.reaches([accountSid, friendlyName], 1)) return fail('nameTaken');
      if (this.rows.reaches([accountSid], listsMax)) return fail('tooMany');
      const nowMs = clock.now();
      const sid = sids(this.kind.prefix);
      return ok(this.rows.keep({ sid, accountSid, friendlyName, createdMs: nowMs, updatedMs: nowMs }));
    });
  }

  fetch(accountSid: Sid, sid: string): GuardList | undefined {
    return this.rows.of(accountSid, sid);
  }

  /** Newest first. */
  list(accountSid: Sid, page: PageQuery<Sid>): Page<GuardList, Sid> {
    return this.rows.list([accountSid], page);
  }

  async rename(
    accountSid: Sid,
    sid: string,
    friendlyName: string,
  ): Promise<Result<GuardList, GuardListFault>> {
    const { clock, store } = this.context;
    if (!this.isName(friendlyName)) return fail('badName');
    return store.transact(() => {
      const before = this.fetch(accountSid, sid);
      if (before === undefined) return fail('notFound');
      if (before.friendlyName !== friendlyName && this.rows.reaches([accountSid, friendlyName], 1))
        return fail('nameTaken');
      return ok(this.rows.keep({ ...before, friendlyName, updatedMs: clock.now() }, before));
    });
  }

  /** Removes a list and what is in it, unless a domain is guarded by it. */
  async remove(accountSid: Sid, sid: string): Promise<Result<void, 'mapped' | 'notFound'>> {
    return this.context.store.transact(() => {
      const row = this.fetch(accountSid, sid);
      if (row === undefined) return fail('notFound');
      if (this.mappings.isMapped(row.sid)) return fail('mapped');
      this.empty(row);
      this.rows.remove(row);
      return ok(undefined);
    });
  }

  /** Removes everything in a list; within a transaction. */
  protected abstract empty(list: GuardList): void;

  private isName(text: string): boolean {
    return text !== '' && text.length <= this.kind.nameMax;
  }
}
