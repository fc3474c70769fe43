import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import {
  definitions,
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
export interface HistogramChild {
  observe(seconds: number): void;
}

type Values<L extends readonly string[]> = { readonly [I in keyof L]: string };

/** The child of one combination of label values. Where the values are few, keep the child: that spares the look-up. */
type Instrument<D> =
  D extends CounterDefinition<infer L>
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

  /** `processMetrics`: also prom-client's figures of the process and its event loop, which a test rarely wants. */
  constructor(options: { readonly processMetrics: boolean }) {
    if (options.processMetrics) collectDefaultMetrics({ register: this.registry });
    this.instruments = Object.fromEntries(
      Object.entries(definitions).map(([key, definition]) => [key, instrument(definition, this.registry)]),
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
    return { contentType: this.registry.contentType, text: await this.registry.metrics() };
  }
}

type AnyDefinition = Definitions[keyof Definitions];

function instrument(definition: AnyDefinition, registry: Registry): (...values: string[]) => unknown {
  const labelNames: string[] = [...definition.labels];
  const common = { name: definition.name, help: definition.help, labelNames, registers: [registry] };
  switch (definition.type) {
    case 'counter':
      return remembered(new Counter(common));
    case 'gauge':
      return remembered(new Gauge(common));
    case 'histogram':
      return remembered(new Histogram({ ...common, buckets: [...definition.buckets] }));
  }
}

interface Labelled {
  labels(...values: string[]): unknown;
}

/** prom-client hashes the labels at every look-up; a map of what was looked up before is cheaper. */
function remembered(metric: Labelled): (...values: string[]) => unknown {
  const children = new Map<string, unknown>();
  return (...values) => {
    const key = values.join('\0');
    let child = children.get(key);
    if (child === undefined) {
      child = metric.labels(...values);
      children.set(key, child);
    }
    return child;
  };
}
