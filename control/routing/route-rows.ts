import { Column } from '../prefixes/column.ts';
import { groupByKey, type Grouped } from '../prefixes/grouped.ts';
import { keyOf } from '../prefixes/prefix-key.ts';
import { traffics, type Route, type Traffic } from './route.ts';
import { isAlways, type TimeWindow } from './window.ts';

/** Different windows in one table. */
export const windowsMax = 10_000;

/** Routes as columns, in the order they came: a million of them are some tens of megabytes. */
export class RouteRows {
  /** `keyOf` their prefixes. */
  readonly prefixes = new Column(Float64Array);
  readonly costs = new Column(Float64Array);
  readonly carriers = new Column(Uint16Array);
  readonly priorities = new Column(Uint16Array);
  /** 0: none. */
  readonly weights = new Column(Uint16Array);
  /** Place among `windows` plus 1; 0: always. */
  readonly windowsOf = new Column(Uint16Array);
  /** See `trafficBits`. */
  readonly traffics = new Column(Uint8Array);
  readonly windows: TimeWindow[] = [];
  readonly carrierNames: string[] = [];
  private readonly carrierPlaces = new Map<string, number>();
  private readonly windowPlaces = new Map<string, number>();
  private ordered: Grouped | undefined;

  get count(): number {
    return this.prefixes.length;
  }

  /** The rows by their prefixes, within one in the order in which they are tried. */
  grouped(): Grouped {
    const { priorities, costs, weights } = this;
    this.ordered ??= groupByKey(
      this.prefixes.values,
      (a, b) =>
        priorities.at(a) - priorities.at(b) ||
        costs.at(a) - costs.at(b) ||
        // Of routes that are alike, those with a weight share the numbers before the others have their turn.
        Number(weights.at(a) === 0) - Number(weights.at(b) === 0),
    );
    return this.ordered;
  }

  add(route: Route): void {
    this.ordered = undefined;
    this.prefixes.push(keyOf(route.prefix));
    this.costs.push(route.costMicros);
    this.carriers.push(this.carrierPlace(route.carrier));
    this.priorities.push(route.priority);
    this.weights.push(route.weight ?? 0);
    this.windowsOf.push(this.windowPlace(route.window));
    this.traffics.push(trafficBits(route.traffic));
  }

  private carrierPlace(name: string): number {
    const known = this.carrierPlaces.get(name);
    if (known !== undefined) return known;
    const place = this.carrierNames.push(name) - 1;
    this.carrierPlaces.set(name, place);
    return place;
  }

  private windowPlace(window: TimeWindow): number {
    if (isAlways(window)) return 0;
    const text = JSON.stringify(window);
    const known = this.windowPlaces.get(text);
    if (known !== undefined) return known;
    const place = this.windows.push(window);
    this.windowPlaces.set(text, place);
    return place;
  }
}

/** Bit 0: messages, bit 1: calls. */
export const trafficBits = (traffic: readonly Traffic[]): number =>
  traffics.reduce((bits, one, place) => (traffic.includes(one) ? bits | (1 << place) : bits), 0);

export const trafficOfBits = (bits: number): readonly Traffic[] =>
  traffics.filter((_, place) => (bits & (1 << place)) !== 0);
