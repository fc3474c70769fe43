import { isSid, sidBytes, type Sid } from '../base/sid.ts';
import { FacetIndex, type Facet, type Page, type PageQuery } from '../store/facets.ts';
import type { Store } from '../store/store.ts';
import type { Table } from '../store/table.ts';
import { addressFacet, ownedFacet, ownedFacets } from './facets.ts';
import { isAssigned, type AssignedNumber, type PhoneNumber } from './number.ts';
import { isOwnedAs, type OwnedFilter } from './owned-filter.ts';
import { matchesPattern } from './pattern.ts';
import { numberSidTable } from './tables.ts';

/** The numbers that accounts hold: by their PN or SC SIDs, and in the lists of each account, newest first. */
export class Holdings {
  private readonly find: (e164: string) => PhoneNumber | undefined;
  private readonly sids: Table<Sid, string>;
  private readonly lists: FacetIndex;

  /** `find`: a number as it is now. */
  constructor(store: Store, find: (e164: string) => PhoneNumber | undefined) {
    this.find = find;
    this.sids = store.table(numberSidTable);
    this.lists = new FacetIndex(store, 'numbers-owned');
  }

  bySid(sid: Sid): AssignedNumber | undefined {
    const e164 = isSid(sid) ? this.sids.get(sid) : undefined;
    const found = e164 === undefined ? undefined : this.find(e164);
    // Both rows may be of different moments when another process has just released the number.
    return found !== undefined && isAssigned(found) && found.assignment.sid === sid ? found : undefined;
  }

  list(accountSid: Sid, filter: OwnedFilter, page: PageQuery<Sid>): Page<AssignedNumber, Sid> {
    const { type, friendlyName, pattern, beta, addressSid } = filter;
    if (addressSid !== undefined)
      return this.lists.newestSids(addressFacet(accountSid, addressSid), 'PN', page, (sid) =>
        this.bySid(sid),
      );
    if (filter.e164 !== undefined) return this.only(accountSid, filter.e164, filter, page);
    const list = type === 'shortcode' ? 'shortcodes' : (type ?? 'numbers');
    return this.lists.newestSids(
      ownedFacet(accountSid, list, friendlyName),
      type === 'shortcode' ? 'SC' : 'PN',
      page,
      (sid) => {
        if (pattern !== undefined) {
          const e164 = this.sids.get(sid);
          if (e164 === undefined || !matchesPattern(pattern, e164.replace('+', ''))) return undefined;
        }
        const found = this.bySid(sid);
        return beta === false && found?.beta === true ? undefined : found;
      },
    );
  }

  /** Enters what has become of a number, in place of what it was. Within a transaction. */
  move(before: PhoneNumber, now: PhoneNumber): void {
    const sid = (now.assignment ?? before.assignment)?.sid;
    if (sid === undefined) return;
    if (now.assignment === null) this.sids.remove(sid);
    else if (before.assignment?.sid !== sid) this.sids.put(sid, now.e164);
    const held = (row: PhoneNumber): readonly Facet[] =>
      row.assignment ? ownedFacets(row.type, row.assignment) : [];
    this.lists.move(held(before), held(now), sidBytes(sid));
  }

  /** The page of a list that can hold but one number. */
  private only(
    accountSid: Sid,
    e164: string,
    filter: OwnedFilter,
    { after, before }: PageQuery<Sid>,
  ): Page<AssignedNumber, Sid> {
    const found = this.find(e164);
    const fits = found !== undefined && isAssigned(found) && isOwnedAs(found, accountSid, filter);
    return { rows: fits && after === undefined && before === undefined ? [found] : [], next: null };
  }
}
