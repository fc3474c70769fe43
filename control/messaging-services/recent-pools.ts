import type { Clock } from '../base/clock.ts';
import type { Sid } from '../base/sid.ts';
import { sidKey } from '../store/keys.ts';
import { Memory } from '../store/memory.ts';
import type { Store } from '../store/store.ts';
import type { Table } from '../store/table.ts';
import type { PoolSender } from './pool-sender.ts';
import type { MessagingService } from './service.ts';

/** A service with all in its pool, as the choice of a sender wants them. Numbers that have left it may still be there. */
export interface ServicePool {
  readonly service: MessagingService;
  readonly senders: readonly PoolSender[];
}

interface Kept {
  readonly revision: number | undefined;
  readonly pool: ServicePool;
}

/** Senders of all pools in memory. */
const keptMax = 200_000;

/**
 * Pools for the path of every message. A pool is hundreds of rows, so that it is read again only when its revision has
 * changed, which is looked at once a second and after every transaction of this process. Until then it is the same object.
 */
export class RecentPools {
  private readonly revisions: Table<Sid, number>;
  private readonly read: (sid: Sid) => ServicePool | undefined;
  private readonly looked: Memory<Sid, ServicePool>;
  private readonly kept = new Map<Sid, Kept>();
  private senders = 0;

  constructor(store: Store, clock: Clock, read: (sid: Sid) => ServicePool | undefined) {
    this.revisions = store.table({ name: 'messaging-service-revisions', key: sidKey('MG'), version: 1 });
    this.read = read;
    this.looked = new Memory(store, clock);
  }

  find(sid: Sid): ServicePool | undefined {
    const looked = this.looked.find(sid);
    if (looked !== undefined) return looked;
    const revision = this.revisions.get(sid);
    const kept = this.kept.get(sid);
    const pool = kept !== undefined && kept.revision === revision ? kept.pool : this.read(sid);
    if (pool === undefined) return undefined;
    // A service that has not changed since an older build has no revision.
    if (revision !== undefined && pool !== kept?.pool) this.keep(sid, { revision, pool });
    this.looked.keep(sid, pool);
    return pool;
  }

  /** The service or its pool has changed; joins the transaction. */
  changed(sid: Sid): void {
    this.revisions.put(sid, (this.revisions.get(sid) ?? 0) + 1);
  }

  /** The service is gone; joins the transaction. */
  removed(sid: Sid): void {
    this.revisions.remove(sid);
    this.forget(sid);
  }

  private keep(sid: Sid, kept: Kept): void {
    this.forget(sid);
    const count = kept.pool.senders.length;
    if (this.senders + count > keptMax) {
      this.kept.clear();
      this.senders = 0;
    }
    this.kept.set(sid, kept);
    this.senders += count;
  }

  private forget(sid: Sid): void {
    this.senders -= this.kept.get(sid)?.pool.senders.length ?? 0;
    this.kept.delete(sid);
  }
}
