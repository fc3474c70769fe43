import type { Account } from '../accounts/account.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { Sid } from '../base/sid.ts';
import type { Page, PageQuery } from '../store/facets.ts';
import { below, textsKey } from '../store/keys.ts';
import { OwnedRows } from '../store/owned-rows.ts';
import type { Table } from '../store/table.ts';
import type { SipAccessContext } from './context.ts';
import { parseDomainName, type DomainName } from './domain-name.ts';
import { newSipDomainConfig, type SipDomain, type SipDomainConfig } from './domain.ts';
import type { Mappings } from './mappings.ts';

/** Documented with error 21230. */
const domainsMax = 100;

/**
 * `taken`: somebody has it, or it is another account's SID; `foreignParent`: below a domain that does not exist or
 * is not the account's or its parent account's; `hasSubdomains`: they would lose their parent.
 */
export type DomainFault = 'taken' | 'foreignParent' | 'tooMany' | 'hasSubdomains' | 'notFound';

/** SIP Domains. Names are unique on the edge; every other operation sees one account's domains only. */
export class SipDomains {
  private readonly context: SipAccessContext;
  private readonly rows: OwnedRows<SipDomain>;
  /** By `DomainName.labels`, so that the subdomains of a domain are one stretch. */
  private readonly names: Table<readonly string[], Sid>;
  private readonly mappings: Mappings;

  constructor(context: SipAccessContext, mappings: Mappings) {
    this.context = context;
    this.rows = new OwnedRows<SipDomain>(context.store, 'sip-domains', 'SD', ({ accountSid }) => [
      [accountSid],
    ]);
    this.names = context.store.table({ name: 'sip-domain-names', key: textsKey, version: 1 });
    this.mappings = mappings;
  }

  async create(
    account: Pick<Account, 'sid' | 'ownerSid'>,
    name: DomainName,
    config: Partial<SipDomainConfig>,
  ): Promise<Result<SipDomain, DomainFault>> {
    const { clock, sids, store } = this.context;
    return store.transact(() => {
      if (this.rows.reaches([account.sid], domainsMax)) return fail('tooMany');
      const fault = this.nameFault(account, name);
      if (fault !== undefined) return fail(fault);
      const nowMs = clock.now();
      const row: SipDomain = {
        ...newSipDomainConfig,
        friendlyName: name.text,
        ...config,
        sid: sids('SD'),
        accountSid: account.sid,
        domainName: name.text,
        labels: name.labels,
        createdMs: nowMs,
        updatedMs: nowMs,
      };
      this.names.put(name.labels, row.sid);
      return ok(this.rows.keep(row));
    });
  }

  fetch(accountSid: Sid, sid: string): SipDomain | undefined {
    return this.rows.of(accountSid, sid);
  }

  /** The domain that a host name of a SIP URI leads to, whoever's it is. */
  byHost(host: string): SipDomain | undefined {
    const name = parseDomainName(host, this.context.domain);
    const sid = name.ok ? this.names.get(name.value.labels) : undefined;
    return sid === undefined ? undefined : this.rows.get(sid);
  }

  /** Newest first. */
  list(accountSid: Sid, page: PageQuery<Sid>): Page<SipDomain, Sid> {
    return this.rows.list([accountSid], page);
  }

  /** Changes a domain; with `name`, renames it. */
  async update(
    account: Pick<Account, 'sid' | 'ownerSid'>,
    sid: string,
    config: Partial<SipDomainConfig>,
    name?: DomainName,
  ): Promise<Result<SipDomain, DomainFault>> {
    const { clock, store } = this.context;
    return store.transact(() => {
      const before = this.fetch(account.sid, sid);
      if (before === undefined) return fail('notFound');
      if (name !== undefined && name.text !== before.domainName) {
        const fault = this.rename(account, before, name);
        if (fault !== undefined) return fail(fault);
      }
      const named = name === undefined ? {} : { domainName: name.text, labels: name.labels };
      return ok(this.rows.keep({ ...before, ...config, ...named, updatedMs: clock.now() }, before));
    });
  }

  /** Removes a domain with its mappings. */
  async remove(accountSid: Sid, sid: string): Promise<Result<void, 'hasSubdomains' | 'notFound'>> {
    return this.context.store.transact(() => {
      const row = this.fetch(accountSid, sid);
      if (row === undefined) return fail('notFound');
      const { labels } = row;
      if (this.hasSubdomains(labels)) return fail('hasSubdomains');
      this.mappings.removeAll(row.sid);
      this.names.remove(labels);
      this.rows.remove(row);
      return ok(undefined);
    });
  }

  private rename(
    account: Pick<Account, 'sid' | 'ownerSid'>,
    before: SipDomain,
    name: DomainName,
  ): DomainFault | undefined {
    const { labels } = before;
    // Only the ending differs: the same domain under its other name.
    if (labels.join('.') === name.labels.join('.')) return undefined;
    if (this.hasSubdomains(labels)) return 'hasSubdomains';
    const fault = this.nameFault(account, name);
    if (fault !== undefined) return fault;
    this.names.remove(labels);
    this.names.put(name.labels, before.sid);
    return undefined;
  }

  private nameFault(
    account: Pick<Account, 'sid' | 'ownerSid'>,
    { labels }: DomainName,
  ): 'taken' | 'foreignParent' | undefined {
    const [first = ''] = labels;
    // Every account's SID is reserved for it (https://www.twilio.com/docs/voice/api/sip-interface).
    if (/^ac[0-9a-f]{32}$/.test(first) && first !== account.sid.toLowerCase()) return 'taken';
    if (this.names.has(labels)) return 'taken';
    if (labels.length === 1) return undefined;
    const parentSid = this.names.get(labels.slice(0, -1));
    const parent = parentSid === undefined ? undefined : this.rows.get(parentSid);
    const owners: readonly (Sid | undefined)[] = [account.sid, account.ownerSid];
    return owners.includes(parent?.accountSid) ? undefined : 'foreignParent';
  }

  private hasSubdomains(labels: readonly string[]): boolean {
    return this.names.keys({ ...below(...labels), limit: 1 }).next().done !== true;
  }
}
