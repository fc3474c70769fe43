import type { Metrics } from '../../../control/metrics/metrics.ts';

/**
 * Where a succession ended. `refused`: the process before still has calls. `start`: the successor did not come so far as
 * to ask for the work. `serve`: it failed with the work in hand.
 */
export type FailureStage = 'refused' | 'start' | 'serve';

/** How often this process could not hand its work over. It outlives the edge, which is opened anew where one fails late. */
export class SuccessionFailures {
  private readonly counts: Record<FailureStage, number> = { refused: 0, start: 0, serve: 0 };
  private metrics: Metrics | undefined;

  note(stage: FailureStage): void {
    this.counts[stage]++;
    this.metrics?.instruments.successionFailures(stage).inc();
  }

  /** From now on these metrics tell of them, of those before too. */
  tellBy(metrics: Metrics): void {
    this.metrics = metrics;
    for (const [stage, count] of Object.entries(this.counts))
      metrics.instruments.successionFailures(stage).inc(count);
  }
}
