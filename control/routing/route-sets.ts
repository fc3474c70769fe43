import { Column } from '../prefixes/column.ts';
import type { Traffic } from './route.ts';
import { trafficBits, type RouteRows } from './route-rows.ts';

/**
 * What prefixes lead to, each set once: entries in the order in which they are tried, then the set of the next shorter
 * prefix. Set 0 is empty.
 */
export class RouteSets {
  private readonly rows: RouteRows;
  private readonly known = new Map<string, number>();
  private readonly parents = new Column(Uint32Array);
  private readonly starts = new Column(Uint32Array);
  private readonly carriers = new Column(Uint16Array);
  private readonly windows = new Column(Uint16Array);
  /** 0: takes its turn in the order given. */
  private readonly weights = new Column(Uint16Array);
  /** 1: shares numbers with the entry before it. */
  private readonly shared = new Column(Uint8Array);

  constructor(rows: RouteRows) {
    this.rows = rows;
    this.parents.push(0);
    this.starts.push(0);
    this.starts.push(0);
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
    const { carriers, windowsOf, weights } = this.rows;
    const shared = Array.from(rows, (row, at) => at > 0 && this.alike(row, rows[at - 1] as number));
    // A weight with nobody to share with says nothing.
    const weightOf = (row: number, at: number): number =>
      shared[at] === true || shared[at + 1] === true ? weights.at(row) : 0;
    const entries = Array.from(rows, (row, at) => [
      carriers.at(row),
      windowsOf.at(row),
      weightOf(row, at),
      shared[at] === true ? 1 : 0,
    ]);
    const name = `${parent}:${entries.join(';')}`;
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const set = this.parents.length;
    this.known.set(name, set);
    this.parents.push(parent);
    for (const [carrier = 0, window = 0, weight = 0, share = 0] of entries) {
      this.carriers.push(carrier);
      this.windows.push(window);
      this.weights.push(weight);
      this.shared.push(share);
    }
    this.starts.push(this.carriers.length);
    return set;
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
