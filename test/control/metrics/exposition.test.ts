import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Counter, Gauge, Histogram, Registry, type Metric } from 'prom-client';
import { exposition, slices } from '../../../control/metrics/exposition.ts';
import { Family } from '../../../control/metrics/family.ts';
import { CounterSeries, GaugeSeries, HistogramSeries } from '../../../control/metrics/series.ts';
import { readMetrics } from '../../../benchmarks/support/metric-text.ts';

const bounds = [0.005, 0.5, 1, 2.5];
const common = (name: string, labelNames: readonly string[]) => ({
  name,
  help: `Of ${name}\n\\s`,
  labelNames,
});
const now = (): Promise<void> => Promise.resolve();

/** One registry of our families, and one of prom-client's own metrics, told the same. */
class Pair {
  readonly ours = new Registry();
  readonly theirs = new Registry();
  readonly counter;
  readonly gauge;
  readonly histogram;
  readonly bare;

  constructor(labelNames: readonly string[]) {
    const theirs = (name: string) => ({
      ...common(name, labelNames),
      labelNames: [...labelNames],
      registers: [this.theirs],
    });
    const [counter, gauge] = [new Counter(theirs('c_total')), new Gauge(theirs('g'))];
    const histogram = new Histogram({ ...theirs('h'), buckets: bounds });
    const bare = new Gauge({ ...theirs('bare'), labelNames: [] });
    const counters = this.keep(
      new Family(
        { ...common('c_total', labelNames), type: 'counter' },
        (l) => new CounterSeries('c_total', l),
      ),
    );
    const gauges = this.keep(
      new Family({ ...common('g', labelNames), type: 'gauge' }, (l) => new GaugeSeries('g', l)),
    );
    const histograms = this.keep(
      new Family(
        { ...common('h', labelNames), type: 'histogram' },
        (l) => new HistogramSeries('h', l, bounds),
      ),
    );
    const bares = this.keep(
      new Family({ ...common('bare', []), type: 'gauge' }, (l) => new GaugeSeries('bare', l)),
    );
    this.counter = (values: readonly string[], by: number): void => {
      counter.labels(...values).inc(by);
      counters.with(values).inc(by);
    };
    this.gauge = (values: readonly string[], value: number): void => {
      gauge.labels(...values).set(value);
      gauges.with(values).set(value);
    };
    this.histogram = (values: readonly string[], value: number): void => {
      histogram.labels(...values).observe(value);
      histograms.with(values).observe(value);
    };
    this.bare = (value: number): void => {
      bare.set(value);
      bares.with([]).set(value);
    };
  }

  private keep<F extends Family>(family: F): F {
    this.ours.registerMetric(family as unknown as Metric);
    return family;
  }
}

describe('The text of metrics', () => {
  const value = fc.oneof(
    fc.constantFrom('', 'a"b', 'back\\slash', 'two\nlines', '\\"\n', 'é'),
    // Zeros keep values apart in our keys, and nobody's name has one.
    fc.string({ unit: 'binary', maxLength: 8 }).map((text) => text.replaceAll('\0', '0')),
  );
  const number = fc.oneof(
    fc.constantFrom(0, 0.005, 1, 2.5, 1e21, 1e-9),
    fc.double({ noNaN: true, noDefaultInfinity: true, min: 0, max: 1e12 }),
  );

  it('is to the letter what prom-client writes of the same, and what it tells of ours', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc
          .integer({ min: 0, max: 3 })
          .chain((width) =>
            fc.tuple(
              fc.constant(width),
              fc.array(
                fc.tuple(
                  fc.constantFrom('counter', 'gauge', 'histogram'),
                  fc.array(value, { minLength: width, maxLength: width }),
                  number,
                ),
                { maxLength: 12 },
              ),
            ),
          ),
        fc.constantFrom(0, -1.5, Infinity, -Infinity),
        async ([width, steps], gauge) => {
          const pair = new Pair(['one', 'two', 'three'].slice(0, width));
          for (const [kind, values, by] of steps) pair[kind](values, by);
          pair.bare(gauge);
          const text = await exposition(pair.ours, now);
          assert.equal(text, await pair.theirs.metrics());
          assert.equal(text, await pair.ours.metrics());
          assert.deepEqual(readMetrics(text), readMetrics(await pair.theirs.metrics()));
        },
      ),
    );
  });

  it('writes a number that is none as Prometheus reads it', async () => {
    const registry = new Registry();
    const family = new Family({ ...common('g', []), type: 'gauge' }, (l) => new GaugeSeries('g', l));
    registry.registerMetric(family as unknown as Metric);
    family.with([]).set(NaN);
    assert.match(await exposition(registry, now), /^g NaN$/m);
  });

  it('refuses to count backward, and to observe what is no number', () => {
    assert.throws(() => new CounterSeries('c_total', []).inc(-1));
    assert.throws(() => new CounterSeries('c_total', []).inc(NaN));
    assert.throws(() => new HistogramSeries('h', [], bounds).observe(NaN));
  });

  it('lets others have their turn once a slice of it is over', async () => {
    let ms = 0;
    const turn = slices({ monotonic: () => ms });
    const order: string[] = [];
    const others = (): void => void setImmediate(() => order.push('others'));
    others();
    await turn();
    order.push('first');
    ms += 2;
    await turn();
    order.push('second');
    others();
    ms += 1;
    await turn();
    order.push('third');
    assert.deepEqual(order, ['first', 'others', 'second', 'third']);
  });
});
