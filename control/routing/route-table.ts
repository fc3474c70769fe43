import { readImage, section } from '../prefixes/image.ts';
import { PrefixTable } from '../prefixes/prefix-table.ts';
import { compileRoutes } from './compile.ts';
import type { Route } from './route.ts';
import { RouteRows, trafficOfBits } from './route-rows.ts';
import { always, type TimeWindow } from './window.ts';

interface Header {
  readonly carriers: readonly string[];
  readonly windows: readonly TimeWindow[];
}

/** Routes by prefix as arrays; immutable. `Choice` finds carriers in it, this class shows its rows. */
export class RouteTable {
  readonly prefixes: PrefixTable;
  /** Every carrier that it names. */
  readonly carriers: readonly string[];
  /** What each prefix leads to, as a place among `sets`. */
  readonly setsOf: { readonly messages: Uint32Array; readonly calls: Uint32Array };
  /** See `RouteSets`. */
  readonly sets: {
    readonly parents: Uint32Array;
    readonly starts: Uint32Array;
    readonly carriers: Uint16Array;
    readonly windows: Uint16Array;
    readonly weights: Uint16Array;
    readonly shared: Uint8Array;
  };
  private readonly windows: readonly TimeWindow[];
  /** See `Grouped.starts`. */
  private readonly starts: Uint32Array;
  private readonly rows: {
    readonly costs: Float64Array;
    readonly carriers: Uint16Array;
    readonly priorities: Uint16Array;
    readonly weights: Uint16Array;
    readonly windowsOf: Uint16Array;
    readonly traffics: Uint8Array;
  };

  /** Of what `compileRoutes` made. */
  constructor(bytes: ArrayBuffer) {
    const image = readImage(bytes);
    const { carriers, windows } = image.header as unknown as Header;
    this.carriers = carriers;
    this.windows = windows;
    this.prefixes = new PrefixTable({
      keys: section(image, 'f64', 'keys'),
      lengths: section(image, 'u8', 'lengths'),
      parents: section(image, 'i32', 'parents'),
    });
    this.setsOf = { messages: section(image, 'u32', 'messages'), calls: section(image, 'u32', 'calls') };
    this.sets = {
      parents: section(image, 'u32', 'setParents'),
      starts: section(image, 'u32', 'setStarts'),
      carriers: section(image, 'u16', 'setCarriers'),
      windows: section(image, 'u16', 'setWindows'),
      weights: section(image, 'u16', 'setWeights'),
      shared: section(image, 'u8', 'setShared'),
    };
    this.starts = section(image, 'u32', 'starts');
    this.rows = {
      costs: section(image, 'f64', 'costs'),
      carriers: section(image, 'u16', 'carriers'),
      priorities: section(image, 'u16', 'priorities'),
      weights: section(image, 'u16', 'weights'),
      windowsOf: section(image, 'u16', 'windowsOf'),
      traffics: section(image, 'u8', 'traffics'),
    };
  }

  /** Their prefixes must be such (`isPrefix`). */
  static of(routes: Iterable<Route>): RouteTable {
    const rows = new RouteRows();
    for (const route of routes) rows.add(route);
    return new RouteTable(new Uint8Array(compileRoutes(rows)).buffer);
  }

  /** Routes. */
  get size(): number {
    return this.rows.carriers.length;
  }

  /** Of a place in `sets.windows`. */
  window(place: number): TimeWindow {
    return this.windows[place - 1] ?? always;
  }

  /** How many routes each carrier has. */
  counts(): ReadonlyMap<string, number> {
    const counts = new Array<number>(this.carriers.length).fill(0);
    for (const carrier of this.rows.carriers) counts[carrier] = (counts[carrier] ?? 0) + 1;
    return new Map(this.carriers.map((name, place) => [name, counts[place] ?? 0]));
  }

  /** The routes of every prefix that begins with this one ('': of all), in the order of the prefixes. */
  *within(prefix: string, limit = Infinity): IterableIterator<Route> {
    const { from, end } = this.placesWithin(prefix);
    let left = limit;
    for (let place = from; place < end; place++) {
      for (const route of this.at(place)) {
        if (left-- <= 0) return;
        yield route;
      }
    }
  }

  /** How many these are. */
  countWithin(prefix: string): number {
    const { from, end } = this.placesWithin(prefix);
    return (this.starts[end] ?? 0) - (this.starts[from] ?? 0);
  }

  /** The routes of every prefix that this number begins with, the longest first, each prefix's in their order. */
  *over(number: string): IterableIterator<Route> {
    for (let place = this.prefixes.find(number); place >= 0; place = this.prefixes.parent(place))
      yield* this.at(place);
  }

  private placesWithin(prefix: string): { readonly from: number; readonly end: number } {
    return prefix === '' ? { from: 0, end: this.prefixes.size } : this.prefixes.within(prefix);
  }

  private *at(place: number): IterableIterator<Route> {
    const prefix = this.prefixes.prefix(place);
    const end = this.starts[place + 1] ?? 0;
    for (let row = this.starts[place] ?? 0; row < end; row++) {
      const weight = this.rows.weights[row] ?? 0;
      yield {
        prefix,
        carrier: this.carriers[this.rows.carriers[row] ?? 0] ?? '',
        traffic: trafficOfBits(this.rows.traffics[row] ?? 0),
        priority: this.rows.priorities[row] ?? 0,
        costMicros: this.rows.costs[row] ?? 0,
        weight: weight === 0 ? null : weight,
        window: this.window(this.rows.windowsOf[row] ?? 0),
      };
    }
  }
}
