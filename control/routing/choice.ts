import type { Clock } from '../base/clock.ts';
import type { Routes, Traffic } from './route.ts';
import type { RouteTable } from './route-table.ts';
import { shareOrder } from './share.ts';
import { isAlways, isOpen, type TimeWindow } from './window.ts';

/** One way that a set of a table offers. */
interface Entry {
  readonly carrier: string;
  /** null: at any time. */
  readonly window: TimeWindow | null;
  readonly weight: number;
  /** Shares numbers with the entry before it. */
  readonly shared: boolean;
}

/** A set whose order is not the same for every number at every time. */
interface Changing {
  readonly entries: readonly Entry[];
  readonly weighted: boolean;
  /** The minute of which `order` is the order; without weights it is every number's. */
  minute: number;
  order: readonly string[];
}

const none: readonly string[] = Object.freeze([]);

/**
 * The carriers that a table gives numbers, of those that this edge has: the longest prefix, then the lowest priority, the
 * lowest cost, weights, the order given; carriers of shorter prefixes follow as fall-backs. Whether a carrier is up is
 * the caller's to know: the first that is up is the choice. A look-up is one search and allocates nothing unless routes
 * for this number have hours or weights.
 */
export class Choice implements Routes {
  private readonly table: RouteTable;
  private readonly setOf: Uint32Array;
  /** By their places in the table; undefined for those that this edge does not have. */
  private readonly names: readonly (string | undefined)[];
  private readonly clock: Pick<Clock, 'now'>;
  /** By set: its order, if that is the same for every number at every time; made when first asked for. */
  private readonly fixed: (readonly string[] | undefined)[];
  private readonly changing = new Map<number, Changing>();

  /** `carriers`: those that take this traffic; others in the table are passed over. */
  constructor(table: RouteTable, traffic: Traffic, carriers: ReadonlySet<string>, clock: Pick<Clock, 'now'>) {
    this.table = table;
    this.setOf = table.setsOf[traffic];
    this.names = table.carriers.map((name) => (carriers.has(name) ? name : undefined));
    this.clock = clock;
    this.fixed = new Array<readonly string[] | undefined>(table.sets.parents.length);
  }

  candidates(number: string): readonly string[] {
    const place = this.table.prefixes.find(number);
    if (place < 0) return none;
    const set = this.setOf[place] as number;
    return this.fixed[set] ?? this.settle(set, number);
  }

  leadsTo(number: string): boolean {
    const place = this.table.prefixes.find(number);
    if (place < 0) return false;
    const set = this.setOf[place] as number;
    const candidates = this.fixed[set] ?? this.settle(set, number);
    return candidates.length > 0 || this.changing.has(set);
  }

  /** The order of a set whose order is not known to be fixed. */
  private settle(set: number, number: string): readonly string[] {
    const changing = this.changing.get(set) ?? this.read(set);
    if (changing === undefined) return this.fixed[set] ?? none;
    const nowMs = this.clock.now();
    if (changing.weighted) return orderOf(changing.entries, number, nowMs);
    const minute = Math.floor(nowMs / 60_000);
    if (changing.minute !== minute) {
      changing.minute = minute;
      changing.order = Object.freeze(orderOf(changing.entries, number, nowMs));
    }
    return changing.order;
  }

  /** Puts a set where it belongs: among those of fixed order, or those that change, which it gives. */
  private read(set: number): Changing | undefined {
    this.fixed[set] = this.fixedOrder(set);
    if (this.fixed[set] !== undefined) return undefined;
    const entries = this.entriesOf(set);
    const weighted = entries.some(({ shared }) => shared);
    const changing = { entries, weighted, minute: NaN, order: none };
    // Hours and weights may be those of carriers that are not here.
    if (weighted || entries.some(({ window }) => window !== null)) this.changing.set(set, changing);
    else this.fixed[set] = Object.freeze(orderOf(entries, '', 0));
    return this.changing.get(set);
  }

  /** The order of a set none of whose entries has hours or shares numbers; undefined for others. */
  private fixedOrder(set: number): readonly string[] | undefined {
    const { parents, starts, carriers, windows, shared } = this.table.sets;
    const order: string[] = [];
    for (let at = set; at > 0; at = parents[at] as number) {
      const end = starts[at + 1] as number;
      for (let place = starts[at] as number; place < end; place++) {
        if (windows[place] !== 0 || shared[place] !== 0) return undefined;
        const name = this.names[carriers[place] as number];
        if (name !== undefined && !order.includes(name)) order.push(name);
      }
    }
    return Object.freeze(order);
  }

  private entriesOf(set: number): readonly Entry[] {
    const { parents, starts, carriers, windows, weights, shared } = this.table.sets;
    const entries: Entry[] = [];
    for (let at = set; at > 0; at = parents[at] as number) {
      const end = starts[at + 1] as number;
      // Whether the last entry that is taken is of the run of those that share numbers with this one.
      let inRun = false;
      for (let place = starts[at] as number; place < end; place++) {
        inRun &&= shared[place] === 1;
        const carrier = this.names[carriers[place] as number];
        if (carrier === undefined) continue;
        const window = this.table.window(windows[place] as number);
        entries.push({
          carrier,
          window: isAlways(window) ? null : window,
          weight: weights[place] as number,
          shared: inRun,
        });
        inRun = true;
      }
    }
    return entries;
  }
}

/** The carriers of the entries that are open, each once, those that share numbers in this number's order. */
function orderOf(entries: readonly Entry[], number: string, nowMs: number): readonly string[] {
  const order = new Set<string>();
  let at = 0;
  while (at < entries.length) {
    let end = at + 1;
    while (entries[end]?.shared === true) end++;
    const run = entries.slice(at, end).filter(({ window }) => window === null || isOpen(window, nowMs));
    if (run.length > 1) {
      const places = new Map(run.map((entry) => [entry, shareOrder(number, entry.carrier, entry.weight)]));
      run.sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
    }
    for (const { carrier } of run) order.add(carrier);
    at = end;
  }
  return [...order];
}
