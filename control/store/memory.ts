import type { Clock } from '../base/clock.ts';
import type { Store } from './store.ts';

/** What another process writes is felt after this. */
const rememberedMs = 1000;
const rememberedMax = 20_000;

/**
 * What was read from the store and will be asked for again at once: on the path of every message a look-up and the
 * decoding of its row cost more than all that is done with it. Forgotten after a second, and whenever this process
 * has completed a transaction (`Store.transact`), by which alone such rows change: so a suspension by REST is felt
 * by the next request.
 */
export class Memory<Key, Value> {
  private readonly kept = new Map<Key, { readonly value: Value; readonly untilMs: number }>();
  private readonly store: Pick<Store, 'transactions'>;
  private readonly clock: Clock;
  private transactions = 0;

  constructor(store: Pick<Store, 'transactions'>, clock: Clock) {
    this.store = store;
    this.clock = clock;
  }

  find(key: Key): Value | undefined {
    if (this.transactions !== this.store.transactions) return undefined;
    const found = this.kept.get(key);
    return found !== undefined && found.untilMs > this.clock.monotonic() ? found.value : undefined;
  }

  keep(key: Key, value: Value): void {
    if (this.transactions !== this.store.transactions || this.kept.size >= rememberedMax) {
      this.kept.clear();
      this.transactions = this.store.transactions;
    }
    this.kept.set(key, { value, untilMs: this.clock.monotonic() + rememberedMs });
  }
}
