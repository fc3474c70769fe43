import { escaped, type Labels, type Series, type Value } from './series.ts';

export interface FamilyDefinition {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labelNames: readonly string[];
}

/**
 * All series of one metric. prom-client's registry holds it beside its own metrics, by the interface that those have;
 * counting and writing are done here, for a busy edge has thousands of series.
 */
export class Family<S extends Series = Series> {
  readonly name: string;
  readonly help: string;
  readonly type: FamilyDefinition['type'];
  private readonly labelNames: readonly string[];
  private readonly make: (labels: Labels) => S;
  private readonly series = new Map<string, S>();

  constructor({ name, help, type, labelNames }: FamilyDefinition, make: (labels: Labels) => S) {
    this.name = name;
    this.help = help;
    this.type = type;
    this.labelNames = labelNames;
    this.make = make;
    // Without labels there is one series, from the start.
    if (labelNames.length === 0) this.with([]);
  }

  /** The one series of these values of its labels. */
  with(values: readonly string[]): S {
    const key = values.join('\0');
    let series = this.series.get(key);
    if (series === undefined) {
      series = this.make(this.labelNames.map((name, i) => [name, values[i] ?? '']));
      this.series.set(key, series);
    }
    return series;
  }

  clear(): void {
    this.series.clear();
  }

  /** In the text format of Prometheus 0.0.4. */
  text(): string {
    const lines = [`# HELP ${this.name} ${escaped(this.help)}\n`, `# TYPE ${this.name} ${this.type}\n`];
    for (const series of this.series.values()) series.write(lines);
    return lines.join('');
  }

  /** As prom-client's metrics tell their values. */
  get(): Promise<FamilyDefinition & { readonly values: readonly Value[]; readonly aggregator: 'sum' }> {
    const { name, help, type, labelNames } = this;
    const values = Array.from(this.series.values(), (series) => series.values()).flat();
    return Promise.resolve({ name, help, type, labelNames, values, aggregator: 'sum' });
  }
}
