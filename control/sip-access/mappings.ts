import { fail, ok, type Result } from '../base/result.ts';
import { sidBytes, sidOf, type Sid } from '../base/sid.ts';
import { FacetIndex, type Page, type PageQuery } from '../store/facets.ts';
import { textsKey } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import type { Table } from '../store/table.ts';

/** What a list is mapped to a domain for, and the letters of the lists' SIDs. The order is part of the store's format. */
export const mappingUses = {
  /** Endpoints that call authenticate by these credentials. */
  callCredentials: 'CL',
  /** Calls may come from these addresses. */
  callAddresses: 'AL',
  /** Endpoints that register authenticate by these credentials. */
  registrationCredentials: 'CL',
} as const;

export type MappingUse = keyof typeof mappingUses;

const uses = Object.keys(mappingUses) as readonly MappingUse[];

/** A list that guards a domain. */
export interface Mapping {
  readonly domainSid: Sid;
  readonly listSid: Sid;
  readonly createdMs: number;
}

/** Which lists guard which domains. Writes join the transaction that is under way. */
export class Mappings {
  private readonly rows: Table<readonly string[], number>;
  private readonly index: FacetIndex;

  constructor(store: Store) {
    // By domain, use and list; the row is when it was mapped.
    this.rows = store.table({ name: 'sip-mappings', key: textsKey, version: 1 });
    this.index = new FacetIndex(store, 'sip-mappings-index');
  }

  fetch(domainSid: Sid, use: MappingUse, listSid: Sid): Mapping | undefined {
    const createdMs = this.rows.get([domainSid, use, listSid]);
    return createdMs === undefined ? undefined : { domainSid, listSid, createdMs };
  }

  /** The lists of a domain, newest list first. */
  list(domainSid: Sid, use: MappingUse, page: PageQuery<Sid>): Page<Mapping, Sid> {
    return this.index.newestSids([domainSid, use], mappingUses[use], page, (listSid) =>
      this.fetch(domainSid, use, listSid),
    );
  }

  /** The SIDs of every list of a domain, oldest first. */
  *listsOf(domainSid: Sid, use: MappingUse): IterableIterator<Sid> {
    for (const [member] of this.index.ascending([domainSid, use])) yield sidOf(mappingUses[use], member);
  }

  has(domainSid: Sid, use: MappingUse): boolean {
    return this.listsOf(domainSid, use).next().done !== true;
  }

  /** Whether any domain is guarded by a list. */
  isMapped(listSid: Sid): boolean {
    return this.index.ascending(['list', listSid]).next().done !== true;
  }

  add({ domainSid, listSid, createdMs }: Mapping, use: MappingUse): Result<Mapping, 'alreadyMapped'> {
    if (this.rows.has([domainSid, use, listSid])) return fail('alreadyMapped');
    this.rows.put([domainSid, use, listSid], createdMs);
    this.index.move([], [[domainSid, use]], sidBytes(listSid));
    this.index.move([], [['list', listSid]], userOf(domainSid, use));
    return ok({ domainSid, listSid, createdMs });
  }

  /** Gives false if the list is not mapped so. */
  remove(domainSid: Sid, use: MappingUse, listSid: Sid): boolean {
    if (!this.rows.has([domainSid, use, listSid])) return false;
    this.rows.remove([domainSid, use, listSid]);
    this.index.move([[domainSid, use]], [], sidBytes(listSid));
    this.index.move([['list', listSid]], [], userOf(domainSid, use));
    return true;
  }

  /** Everything that guards a domain goes with it. */
  removeAll(domainSid: Sid): void {
    for (const use of uses) {
      for (const listSid of [...this.listsOf(domainSid, use)]) this.remove(domainSid, use, listSid);
    }
  }
}

/** A member of a list's facet: the domain and the use. */
const userOf = (domainSid: Sid, use: MappingUse): Buffer =>
  Buffer.concat([sidBytes(domainSid), Buffer.of(uses.indexOf(use))]);
