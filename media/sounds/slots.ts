import { fail, ok, type Result } from '../../control/base/result.ts';

/** Work of a kind that may be done so many times at once; what comes more waits its turn, in order, up to a bound. */
export class Slots {
  private readonly parallel: number;
  private readonly waitingMax: number;
  private readonly queue: (() => void)[] = [];
  private active = 0;

  constructor(parallel: number, waitingMax: number) {
    this.parallel = parallel;
    this.waitingMax = waitingMax;
  }

  get load(): { readonly active: number; readonly waiting: number } {
    return { active: this.active, waiting: this.queue.length };
  }

  /** Takes a slot at once, or none. Give it back with `leave`. */
  tryEnter(): boolean {
    if (this.active >= this.parallel) return false;
    this.active++;
    return true;
  }

  leave(): void {
    const next = this.queue.shift();
    // A slot passes from hand to hand, so that nobody who comes later overtakes.
    if (next === undefined) this.active--;
    else next();
  }

  /** Does `work` when its turn has come. */
  async run<T, E>(work: () => Promise<Result<T, E>>): Promise<Result<T, E | 'busy'>> {
    if (!this.tryEnter()) {
      if (this.queue.length >= this.waitingMax) return fail('busy');
      await new Promise<void>((resolve) => this.queue.push(resolve));
    }
    try {
      const done = await work();
      return done.ok ? ok(done.value) : fail(done.error);
    } finally {
      this.leave();
    }
  }
}

/** Several who ask for the same thing at the same time share one answer. */
export class Shared<T> {
  private readonly flights = new Map<string, Promise<T>>();

  get size(): number {
    return this.flights.size;
  }

  run(key: string, work: () => Promise<T>): Promise<T> {
    const flying = this.flights.get(key);
    if (flying !== undefined) return flying;
    const flight = work().finally(() => this.flights.delete(key));
    this.flights.set(key, flight);
    return flight;
  }
}
