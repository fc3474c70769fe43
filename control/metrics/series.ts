import type { SamplerTurn, Told } from './sampler.ts';

/** The labels of one series, in the order of its metric's definition. */
export type Labels = readonly (readonly [name: string, value: string])[];

/** One value of a series, as prom-client knows it. */
export interface Value {
  readonly value: number;
  readonly labels: Readonly<Record<string, string | number>>;
  /** Where it is not the metric's own: that of a histogram's parts. */
  readonly metricName?: string;
}

/** What a metric has of one combination of label values. */
export interface Series {
  /** Adds its lines, each with its end. What of them never changes is made once. */
  write(lines: string[]): void;
  values(): readonly Value[];
}

/** Counts up, in steps that are not negative. */
export class CounterSeries implements Series {
  private readonly labels: Labels;
  private readonly head: string;
  // There from the start, so that a rate is told from its first increment on.
  private value = 0;

  constructor(name: string, labels: Labels) {
    this.labels = labels;
    this.head = lineHead(name, labels);
  }

  inc(by = 1): void {
    if (!(by >= 0)) throw new Error(`a counter cannot count ${by}`);
    this.value += by;
  }

  write(lines: string[]): void {
    lines.push(`${this.head}${valueText(this.value)}\n`);
  }

  values(): readonly Value[] {
    return [{ value: this.value, labels: Object.fromEntries(this.labels) }];
  }
}

/** Says how something is; with labels nothing until it has been set. */
export class GaugeSeries implements Series, Told {
  private readonly labels: Labels;
  private readonly head: string;
  private readonly turn: SamplerTurn | undefined;
  private value: number | undefined;

  constructor(name: string, labels: Labels, turn?: SamplerTurn) {
    this.labels = labels;
    this.head = lineHead(name, labels);
    this.turn = turn;
    if (labels.length === 0) this.value = 0;
  }

  set(value: number): void {
    this.turn?.told?.add(this);
    this.value = value;
  }

  forget(): void {
    this.value = undefined;
  }

  write(lines: string[]): void {
    if (this.value !== undefined) lines.push(`${this.head}${valueText(this.value)}\n`);
  }

  values(): readonly Value[] {
    return this.value === undefined ? [] : [{ value: this.value, labels: Object.fromEntries(this.labels) }];
  }
}

/** Counts observations by size; with labels nothing until the first. */
export class HistogramSeries implements Series {
  private readonly name: string;
  private readonly labels: Labels;
  private readonly bounds: readonly number[];
  /** Observations within each bound and above the one before; beyond the last one nothing. */
  private readonly counts: number[];
  private count = 0;
  private sum = 0;
  /** One for each bound, for all, for the sum and for the count; made when there is something to be told. */
  private heads: readonly string[] | undefined;

  /** `bounds` ascend. */
  constructor(name: string, labels: Labels, bounds: readonly number[]) {
    this.name = name;
    this.labels = labels;
    this.bounds = bounds;
    this.counts = bounds.map(() => 0);
  }

  observe(value: number): void {
    if (!Number.isFinite(value)) throw new Error(`a histogram cannot observe ${value}`);
    this.count++;
    this.sum += value;
    const { bounds } = this;
    for (let i = 0; i < bounds.length; i++) {
      if (value > (bounds[i] as number)) continue;
      (this.counts[i] as number)++;
      return;
    }
  }

  write(lines: string[]): void {
    if (this.count === 0 && this.labels.length > 0) return;
    const heads = (this.heads ??= this.makeHeads());
    let within = 0;
    let line = 0;
    for (const count of this.counts) lines.push(`${heads[line++]}${(within += count)}\n`);
    lines.push(`${heads[line++]}${this.count}\n`);
    lines.push(`${heads[line++]}${valueText(this.sum)}\n`);
    lines.push(`${heads[line++]}${this.count}\n`);
  }

  values(): readonly Value[] {
    if (this.count === 0 && this.labels.length > 0) return [];
    const labels = Object.fromEntries(this.labels);
    let within = 0;
    const bucket = (le: number | string, value: number): Value => ({
      value,
      labels: { le, ...labels },
      metricName: `${this.name}_bucket`,
    });
    return [
      ...this.bounds.map((le, i) => bucket(le, (within += this.counts[i] as number))),
      bucket('+Inf', this.count),
      { value: this.sum, labels, metricName: `${this.name}_sum` },
      { value: this.count, labels, metricName: `${this.name}_count` },
    ];
  }

  private makeHeads(): readonly string[] {
    const { name, labels } = this;
    return [
      ...[...this.bounds.map(String), '+Inf'].map((le) =>
        lineHead(`${name}_bucket`, [['le', le], ...labels]),
      ),
      lineHead(`${name}_sum`, labels),
      lineHead(`${name}_count`, labels),
    ];
  }
}

/** What stands before the value (text format 0.0.4: backslashes, line ends and quotes are escaped). */
function lineHead(name: string, labels: Labels): string {
  const written = labels.map(([label, value]) => `${label}="${escaped(value).replaceAll('"', '\\"')}"`);
  return written.length === 0 ? `${name} ` : `${name}{${written.join()}} `;
}

/** As in a label's value or a help. */
export const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

function valueText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}
