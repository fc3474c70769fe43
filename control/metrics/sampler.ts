/** What a sampler sets at each scrape, and what would be stale if it did not. */
export interface Told {
  forget(): void;
}

/** What the sampler whose turn it is has set so far; undefined between samplers. */
export interface SamplerTurn {
  told: Set<Told> | undefined;
}

/** Sets gauges from the state of a room. */
export interface Sampler {
  readonly sample: () => void;
  readonly failures: { inc(): void };
  /** What it set the last time. */
  told: Set<Told>;
}

/** Has it set its gauges. If it cannot, that is counted, and what it set the last time and not now is forgotten. */
export function runSampler(sampler: Sampler, turn: SamplerTurn): void {
  const before = sampler.told;
  const now = new Set<Told>();
  sampler.told = turn.told = now;
  try {
    sampler.sample();
  } catch {
    sampler.failures.inc();
    for (const told of before) if (!now.has(told)) told.forget();
  } finally {
    turn.told = undefined;
  }
}
