import { Column } from '../prefixes/column.ts';
import type { Traffic } from './route.ts';
import { trafficBits, type RouteRows } from './route-rows.ts';

/** Below 2^53 / 65,599, so that hashing stays exact. */
const hashPrime = 137_306_889_763;

interface Entry {
  readonly carrier: number;
  /** 0: always open. */
  readonly window: number;
  /** 0: takes its turn in the order given. */
  readonly weight: number;
  /** 1: shares numbers with the entry before it. */
  readonly shared: 0 | 1;
}

/**
 * What prefixes lead to: entries in the order in which they are tried, then the set of the next shorter prefix. Set 0 is
 * empty. Sets that come to the same order of carriers at every time and for every number are one set.
 */
export class RouteSets {
  private readonly rows: RouteRows;
  /** Sets by a hash of their order; by what they are made of where hours or weights change it. */
  private readonly fixed = new Map<number, number>();
  private readonly changing = new Map<string, number>();
  private readonly parents = new Column(Uint32Array);
  private readonly starts = new Column(Uint32Array);
  private readonly carriers = new Column(Uint16Array);
  private readonly windows = new Column(Uint16Array);
  private readonly weights = new Column(Uint16Array);
  private readonly shared = new Column(Uint8Array);
  /** Of each set: 1 where its order is always the same. */
  private readonly isFixed = new Column(Uint8Array);

  constructor(rows: RouteRows) {
    this.rows = rows;
    this.parents.push(0);
    this.starts.push(0);
    this.starts.push(0);
    this.isFixed.push(1);
  }

  get columns() {
    return {
      setParents: this.parents.values,
      setStarts: this.starts.values,
      setCarriers: this.carriers.values,
      setWindows: this.windows.values,
      setWeights: this.weights.values,
      setShared: this.shared.values,
    };
  }

  /** The set of a prefix with these rows of its own, in their order, and the set of the next shorter one. */
  setOf(traffic: Traffic, own: Uint32Array, parent: number): number {
    const bit = trafficBits([traffic]);
    const rows = own.filter((row) => (this.rows.traffics.at(row) & bit) !== 0);
    if (rows.length === 0) return parent;
    const entries = this.entriesOf(rows);
    const isFixed =
      this.isFixed.at(parent) === 1 && entries.every(({ window, shared }) => window === 0 && shared === 0);
    return isFixed ? this.fixedSet(entries, parent) : this.changingSet(entries, parent);
  }

  private entriesOf(rows: Uint32Array): readonly Entry[] {
    const { carriers, windowsOf, weights } = this.rows;
    const shared = Array.from(rows, (row, at) => at > 0 && this.alike(row, rows[at - 1] as number));
    return Array.from(rows, (row, at) => ({
      carrier: carriers.at(row),
      window: windowsOf.at(row),
      // A weight with nobody to share with says nothing.
      weight: shared[at] === true || shared[at + 1] === true ? weights.at(row) : 0,
      shared: shared[at] === true ? 1 : 0,
    }));
  }

  private fixedSet(entries: readonly Entry[], parent: number): number {
    const order = this.orderOf(parent, [...new Set(entries.map(({ carrier }) => carrier))]);
    const hash = order.reduce((sum, carrier) => (sum * 65_599 + carrier + 1) % hashPrime, 0);
    const known = this.fixed.get(hash);
    if (known !== undefined) {
      const other = this.orderOf(known, []);
      if (other.length === order.length && other.every((carrier, at) => carrier === order[at])) return known;
    }
    const set = this.add(entries, parent, 1);
    this.fixed.set(hash, set);
    return set;
  }

  private changingSet(entries: readonly Entry[], parent: number): number {
    const name = `${parent}:${entries.map((entry) => Object.values(entry).join()).join(';')}`;
    const set = this.changing.get(name) ?? this.add(entries, parent, 0);
    this.changing.set(name, set);
    return set;
  }

  private add(entries: readonly Entry[], parent: number, isFixed: 0 | 1): number {
    const set = this.parents.length;
    this.parents.push(parent);
    this.isFixed.push(isFixed);
    for (const { carrier, window, weight, shared } of entries) {
      this.carriers.push(carrier);
      this.windows.push(window);
      this.weights.push(weight);
      this.shared.push(shared);
    }
    this.starts.push(this.carriers.length);
    return set;
  }

  /** `before`, then the carriers of a set and its parents that are not among them, each once. */
  private orderOf(set: number, before: number[]): readonly number[] {
    const order = before;
    for (let at = set; at > 0; at = this.parents.at(at)) {
      for (let place = this.starts.at(at); place < this.starts.at(at + 1); place++) {
        const carrier = this.carriers.at(place);
        if (!order.includes(carrier)) order.push(carrier);
      }
    }
    return order;
  }

  /** Whether two rows, neighbours in order, share numbers by their weights. */
  private alike(a: number, b: number): boolean {
    const { weights, priorities, costs } = this.rows;
    return (
      weights.at(a) > 0 &&
      weights.at(b) > 0 &&
      priorities.at(a) === priorities.at(b) &&
      costs.at(a) === costs.at(b)
    );
  }
}
