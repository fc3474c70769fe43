import { hash } from 'node:crypto';
import { sidBytes, sidOf, type Sid } from '../base/sid.ts';
import { bytesKey } from './keys.ts';
import type { Store } from './store.ts';
import type { Table, TableSpec } from './table.ts';

/** What the rows of one list have in common, e.g. `['owner', 'AC…', 'status', 'active']`. */
export type Facet = readonly string[];

/** Which part of a list: `limit` rows after or before a member, or the first ones. */
export interface PageQuery<Key> {
  /** The last row of the page before this one. */
  readonly after?: Key;
  /** The first row of the page that follows this one. */
  readonly before?: Key;
  readonly limit: number;
}

export interface Page<Row, Key> {
  readonly rows: readonly Row[];
  /** What `after` is for the next page; null where the list ends. A page may be short and still have a next one. */
  readonly next: Key | null;
}

const hashBytes = 16;

/**
 * An index of lists: each row is a member of every facet it shows, and a facet's members are kept in the order of
 * their bytes. So a list, filtered or not, is read from one place, and a page costs the same at any length.
 */
export class FacetIndex {
  private readonly table: Table<Buffer, number>;

  /** `options`: of its table. */
  constructor(store: Store, name: string, options: Pick<TableSpec<Buffer, number>, 'unhurried'> = {}) {
    this.table = store.table<Buffer, number>({ name, key: bytesKey, version: 1, ...options });
  }

  /**
   * Puts `member` into the facets of `after` and takes it out of those of `before` that are not among them.
   * `tag` is a small number that a walk gives back, to filter by without reading the row.
   */
  move(before: readonly Facet[], after: readonly Facet[], member: Buffer, tag = 0): void {
    const shown = new Set(after.map(textOf));
    for (const facet of before) {
      const text = textOf(facet);
      if (!shown.has(text)) this.table.remove(keyOf(text, member));
    }
    for (const text of shown) {
      const key = keyOf(text, member);
      // A renewed row mostly shows what it showed before, and a read is far cheaper than a write.
      if (before.length === 0 || this.table.get(key) !== tag) this.table.put(key, tag);
    }
  }

  /** Members of a facet in ascending order, from the first that begins with `prefix` to the last. */
  *ascending(facet: Facet, prefix: Buffer = Buffer.alloc(0)): IterableIterator<readonly [Buffer, number]> {
    const start = keyOf(textOf(facet), prefix);
    for (const [key, tag] of this.table.entries({ start, end: above(start) })) {
      yield [key.subarray(hashBytes), tag];
    }
  }

  /** How many members a facet has; walks them. */
  count(facet: Facet): number {
    const start = keyOf(textOf(facet), Buffer.alloc(0));
    return this.table.count({ start, end: above(start) });
  }

  /**
   * One page of a facet, greatest member first. `load` gives the row of a member, or undefined where a filter leaves
   * it out; at most `scanMax` members are looked at, so a rare filter yields short pages instead of a long wait.
   */
  newest<Row>(
    facet: Facet,
    query: PageQuery<Buffer>,
    load: (member: Buffer) => Row | undefined,
    scanMax = 5_000,
  ): Page<Row, Buffer> {
    const rows: Row[] = [];
    let next: Buffer | null = null;
    let last: Buffer | null = null;
    let nearest: Buffer | null = null;
    let scanned = 0;
    for (const member of this.from(facet, query)) {
      if (rows.length >= query.limit || scanned >= scanMax) {
        next = last;
        break;
      }
      scanned++;
      last = member;
      const row = load(member);
      if (row === undefined) continue;
      rows.push(row);
      nearest ??= member;
    }
    // Walked from `before` towards newer rows: turn the page round. What follows it begins after the row met first.
    return query.before === undefined ? { rows, next } : { rows: rows.reverse(), next: nearest };
  }

  /** `newest` for lists of SIDs of one kind, whose order is the order of their making. */
  newestSids<Row>(
    facet: Facet,
    prefix: string,
    { after, before, limit }: PageQuery<Sid>,
    load: (sid: Sid) => Row | undefined,
  ): Page<Row, Sid> {
    // A cursor comes from outside; whatever it is, it is at most a place in the list.
    const place = (sid: Sid): Buffer => sidBytes(sid).subarray(0, 16);
    const query = {
      limit,
      ...(after === undefined ? {} : { after: place(after) }),
      ...(before === undefined ? {} : { before: place(before) }),
    };
    const page = this.newest(facet, query, (member) => load(sidOf(prefix, member)));
    return { rows: page.rows, next: page.next === null ? null : sidOf(prefix, page.next) };
  }

  private *from(facet: Facet, query: PageQuery<Buffer>): IterableIterator<Buffer> {
    const low = keyOf(textOf(facet), Buffer.alloc(0));
    const edge = query.before ?? query.after;
    const from = edge === undefined ? undefined : keyOf(textOf(facet), edge);
    const range =
      query.before !== undefined
        ? { start: from ?? low, end: above(low) }
        : { start: from ?? above(low), end: low, reverse: true };
    for (const key of this.table.keys(range)) {
      if (from === undefined || !key.equals(from)) yield key.subarray(hashBytes);
    }
  }
}

const textOf = (facet: Facet): string => JSON.stringify(facet);

const keyOf = (facetText: string, member: Buffer): Buffer => Buffer.concat([hashOf(facetText), member]);

/** The latest hashes: most rows of an account go into the same few lists. */
const hashes = new Map<string, Buffer>();
const hashesMax = 4_000;

function hashOf(facetText: string): Buffer {
  const known = hashes.get(facetText);
  if (known !== undefined) return known;
  if (hashes.size >= hashesMax) hashes.clear();
  // A copy: a slice would keep all of the digest.
  const made = Buffer.from(hash('sha256', facetText, 'buffer').subarray(0, hashBytes));
  hashes.set(facetText, made);
  return made;
}

/** The least key above all that begin with `prefix`. A prefix of nothing but 0xff has none; no hash is that. */
function above(prefix: Buffer): Buffer {
  const end = Buffer.from(prefix);
  let at = end.length - 1;
  while (at > 0 && end[at] === 0xff) at--;
  end[at] = (end[at] ?? 0) + 1;
  return end.subarray(0, at + 1);
}
