import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { serve } from './forked.ts';
import { readMetrics, type ShownMetric } from './metric-text.ts';

/** prom-client alone, behind Node's HTTP: the series of a text, each with a value. Answers with its port. */
serve((text: string) => {
  const registry = new Registry();
  for (const metric of readMetrics(text)) show(metric, registry);
  const server = createServer((_, response) => {
    void registry.metrics().then((body) => response.end(body));
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
});

function show({ name, type, series }: ShownMetric, registry: Registry): void {
  const common = { name, help: name, registers: [registry] };
  const labelNames = Object.keys(series[0]?.labels ?? {}).filter((label) => label !== 'le');
  switch (type) {
    case 'counter': {
      const counter = new Counter({ ...common, labelNames });
      for (const { labels, value } of series) counter.labels(labels).inc(value);
      return;
    }
    case 'gauge': {
      const gauge = new Gauge({ ...common, labelNames });
      for (const { labels, value } of series) gauge.labels(labels).set(value);
      return;
    }
    case 'histogram': {
      const bounds = new Set(
        series.flatMap(({ labels }) => (labels['le'] === undefined ? [] : Number(labels['le']))),
      );
      const buckets = Array.from(bounds).filter(Number.isFinite);
      const histogram = new Histogram({ ...common, labelNames, buckets });
      for (const {
        labels: { le, ...labels },
      } of series)
        if (le === '+Inf') histogram.labels(labels).observe(0.01);
    }
  }
}
