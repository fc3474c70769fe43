import { collectDefaultMetrics, Registry, type Metric } from 'prom-client';
import { systemClock, type Clock } from '../base/clock.ts';
import {
  definitions,
  type BoardDefinition,
  type CounterDefinition,
  type Definitions,
  type GaugeDefinition,
  type HistogramDefinition,
} from './definitions.ts';
import { exposition, slices } from './exposition.ts';
import { Family } from './family.ts';
import { runSampler, type Sampler, type SamplerTurn, type Told } from './sampler.ts';
import { CounterSeries, GaugeSeries, HistogramSeries, type Labels, type Series } from './series.ts';

export interface CounterChild {
  inc(by?: number): void;
}
export interface GaugeChild {
  set(value: number): void;
}
/** All series of a metric at once. */
export interface Board<Labels> {
  replace(rows: Iterable<readonly [labels: Labels, value: number]>): void;
}
export interface HistogramChild {
  observe(seconds: number): void;
}

type Values<L extends readonly string[]> = { readonly [I in keyof L]: string };

/** The child of one combination of label values. Where the values are few, keep the child: that spares the look-up. */
type Instrument<D> =
  D extends BoardDefinition<infer L>
    ? Board<Values<L>>
    : D extends CounterDefinition<infer L>
      ? (...values: Values<L>) => CounterChild
      : D extends GaugeDefinition<infer L>
        ? (...values: Values<L>) => GaugeChild
        : D extends HistogramDefinition<infer L>
          ? (...values: Values<L>) => HistogramChild
          : never;

/** One instrument for each row of the table of definitions. */
export type Instruments = { readonly [K in keyof Definitions]: Instrument<Definitions[K]> };

/** The metrics of one edge. */
export class Metrics {
  readonly instruments: Instruments;
  private readonly registry = new Registry();
  private readonly samplers = new Set<Sampler>();
  private readonly turn: SamplerTurn = { told: undefined };
  private readonly clock: Pick<Clock, 'monotonic'>;

  /** `processMetrics`: also prom-client's figures of the process and its event loop, which a test rarely wants. */
  constructor(options: { readonly processMetrics: boolean }, clock: Pick<Clock, 'monotonic'> = systemClock) {
    this.clock = clock;
    if (options.processMetrics) collectDefaultMetrics({ register: this.registry });
    this.instruments = Object.fromEntries(
      Object.entries(definitions).map(([key, definition]) => [
        key,
        instrument(definition, this.registry, this.turn),
      ]),
    ) as unknown as Instruments;
  }

  /**
   * Called before each scrape, to set gauges and boards from the state of a room. Should it throw, what it does not set
   * any more is left out of this scrape, which counts as a failure of `part`; all else is told. The function given back
   * removes it.
   */
  onScrape(part: string, sample: () => void): () => void {
    const sampler = { sample, told: new Set<Told>(), failures: this.instruments.scrapeFailures(part) };
    this.samplers.add(sampler);
    return () => void this.samplers.delete(sampler);
  }

  /** The metrics in the text format of Prometheus 0.0.4. */
  async scrape(): Promise<{ readonly contentType: string; readonly text: string }> {
    const turn = slices(this.clock);
    for (const sampler of this.samplers) {
      runSampler(sampler, this.turn);
      await turn();
    }
    return { contentType: this.registry.contentType, text: await exposition(this.registry, turn) };
  }
}

type AnyDefinition = Definitions[keyof Definitions];

function instrument(definition: AnyDefinition, registry: Registry, turn: SamplerTurn): unknown {
  const { name, help, labels: labelNames } = definition;
  const register = <S extends Series>(type: Family['type'], make: (labels: Labels) => S): Family<S> => {
    const family = new Family({ name, help, type, labelNames }, make);
    // Its type names prom-client's own classes; what it asks of them is `get`.
    registry.registerMetric(family as unknown as Metric);
    return family;
  };
  switch (definition.type) {
    case 'counter': {
      const family = register('counter', (labels) => new CounterSeries(name, labels));
      return (...values: readonly string[]) => family.with(values);
    }
    case 'gauge': {
      const family = register('gauge', (labels) => new GaugeSeries(name, labels, turn));
      return (...values: readonly string[]) => family.with(values);
    }
    case 'board': {
      const family = register('gauge', (labels) => new GaugeSeries(name, labels));
      const told = { forget: () => family.clear() };
      return {
        replace(rows: Iterable<readonly [readonly string[], number]>) {
          turn.told?.add(told);
          family.clear();
          for (const [values, value] of rows) family.with(values).set(value);
        },
      };
    }
    case 'histogram': {
      const { buckets } = definition;
      const family = register('histogram', (labels) => new HistogramSeries(name, labels, buckets));
      return (...values: readonly string[]) => family.with(values);
    }
  }
}
