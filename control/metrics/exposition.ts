import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Registry } from 'prom-client';
import type { Clock } from '../base/clock.ts';
import { Family } from './family.ts';

/** Resolves at once, or after others have had their turn. */
export type Turn = () => Promise<void>;

/** A scrape must not hold up messages for longer. */
const sliceMs = 2;

/** Cuts work into slices: others have their turn after each. */
export function slices(clock: Pick<Clock, 'monotonic'>): Turn {
  let begunMs = clock.monotonic();
  return async () => {
    if (clock.monotonic() - begunMs < sliceMs) return;
    await nextTurn();
    begunMs = clock.monotonic();
  };
}

/**
 * What a registry holds, in the text format of Prometheus 0.0.4, metric by metric: our families as they write
 * themselves, prom-client's own metrics by prom-client.
 */
export async function exposition(registry: Registry, turn: Turn): Promise<string> {
  const texts: string[] = [];
  for (const metric of registry.getMetricsAsArray()) {
    const one: unknown = metric;
    texts.push(
      one instanceof Family ? one.text() : `${await registry.getSingleMetricAsString(metric.name)}\n`,
    );
    await turn();
  }
  return texts.join('\n');
}
