import type { Clock } from '../../control/base/clock.ts';
import { sidBytes, type Sid } from '../../control/base/sid.ts';
import type { JobLoad } from '../../control/jobs/job-runner.ts';
import { OrderedJobs } from '../../control/jobs/ordered-jobs.ts';
import { orderedKey, orderedKeyMax, type OrderedKey } from '../../control/store/keys.ts';
import type { Store } from '../../control/store/store.ts';
import type { Table, TableSpec } from '../../control/store/table.ts';
import { tell, type Notice, type TellDeps } from './tenants.ts';

/** A webhook that an application is still owed. Its parameters are those of the moment when it came to be. */
export interface Callback extends Notice {
  readonly aboutSid: Sid;
  readonly attempts: number;
}

/** A table of callbacks: by the resource that they are about and the sequence number, so each resource's in order. */
export const callbackTable = (name: string): TableSpec<OrderedKey, Callback> => ({
  name,
  key: orderedKey,
  version: 1,
});

export interface CallbackDeps extends TellDeps {
  readonly store: Store;
  readonly table: TableSpec<OrderedKey, Callback>;
  readonly clock: Clock;
  /** Callbacks under way at a time. */
  readonly concurrency: number;
}

/** Tells applications what became of their resources: of each its events in order, until heard or given up. */
export class Callbacks {
  private readonly deps: CallbackDeps;
  private readonly rows: Table<OrderedKey, Callback>;
  private readonly jobs: OrderedJobs<Callback>;

  constructor(deps: CallbackDeps) {
    const { store, clock, concurrency } = deps;
    this.deps = deps;
    this.rows = store.table(deps.table);
    this.jobs = new OrderedJobs({
      rows: this.rows,
      orderMax: orderedKeyMax,
      durable: () => store.durable(),
      clock,
      concurrency,
      ownerOf: (id) => this.jobs.first(id)?.[1].accountNo,
      attempt: (callback) => tell(deps, callback),
    });
  }

  start(): void {
    this.jobs.start();
  }

  stop(): void {
    this.jobs.stop();
  }

  get load(): JobLoad {
    return this.jobs.load;
  }

  /** Leaves a callback about a resource, `sequence` in its order; joins the write of the change it tells of. */
  leave(sid: Sid, sequence: number, callback: Omit<Callback, 'attempts' | 'aboutSid'>): void {
    const key: OrderedKey = { id: sidBytes(sid), order: sequence };
    this.rows.put(key, { ...callback, aboutSid: sid, attempts: 0 });
    // A commit that fails is reported to whoever acknowledges; nothing waits on disk then.
    this.deps.store.durable().then(
      () => this.jobs.due(key.id),
      () => undefined,
    );
  }
}
