import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import {
  definitions,
  type BoardDefinition,
  type CounterDefinition,
  type Definitions,
  type GaugeDefinition,
  type HistogramDefinition,
} from './definitions.ts';

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
  private readonly samplers = new Set<() => void>();
  private readonly tallies: Tally[] = [];

  /** `processMetrics`: also prom-client's figures of the process and its event loop, which a test rarely wants. */
  constructor(options: { readonly processMetrics: boolean }) {
    if (options.processMetrics) collectDefaultMetrics({ register: this.registry });
    this.instruments = Object.fromEntries(
      Object.entries(definitions).map(([key, definition]) => [
        key,
        instrument(definition, this.registry, this.tallies),
      ]),
    ) as unknown as Instruments;
  }

  /** Called before each scrape, to set gauges from the state of a room. The function given back removes it. */
  onScrape(sample: () => void): () => void {
    this.samplers.add(sample);
    return () => void this.samplers.delete(sample);
  }

  /** The metrics in the text format of Prometheus 0.0.4. */
  async scrape(): Promise<{ readonly contentType: string; readonly text: string }> {
    for (const sample of this.samplers) sample();
    for (const tally of this.tallies) tally.flush();
    return { contentType: this.registry.contentType, text: await this.registry.metrics() };
  }
}

type AnyDefinition = Definitions[keyof Definitions];

/** Counts by itself until it is scraped: prom-client hashes the labels at every increment, which is dear on a hot path. */
class Tally implements CounterChild {
  private readonly counter: CounterChild;
  private pending = 0;

  constructor(counter: CounterChild) {
    this.counter = counter;
    // A series that is there from the start, at 0, lets a rate be told from its first increment on.
    counter.inc(0);
  }

  inc(by = 1): void {
    this.pending += by;
  }

  flush(): void {
    if (this.pending === 0) return;
    this.counter.inc(this.pending);
    this.pending = 0;
  }
}

function instrument(definition: AnyDefinition, registry: Registry, tallies: Tally[]): unknown {
  const labelNames: string[] = [...definition.labels];
  const common = { name: definition.name, help: definition.help, labelNames, registers: [registry] };
  switch (definition.type) {
    case 'counter': {
      const counter = new Counter(common);
      return remembered((values) => {
        const tally = new Tally(counter.labels(...values));
        tallies.push(tally);
        return tally;
      });
    }
    case 'gauge': {
      const gauge = new Gauge(common);
      return remembered((values) => gauge.labels(...values));
    }
    case 'board': {
      const gauge = new Gauge(common);
      return {
        replace(rows: Iterable<readonly [readonly string[], number]>) {
          gauge.reset();
          for (const [values, value] of rows) gauge.labels(...values).set(value);
        },
      };
    }
    case 'histogram': {
      const histogram = new Histogram({ ...common, buckets: [...definition.buckets] });
      return remembered((values) => histogram.labels(...values));
    }
  }
}

/** One child for each combination of values. */
function remembered(make: (values: string[]) => unknown): (...values: string[]) => unknown {
  const children = new Map<string, unknown>();
  return (...values) => {
    const key = values.join('\0');
    let child = children.get(key);
    if (child === undefined) {
      child = make(values);
      children.set(key, child);
    }
    return child;
  };
}
