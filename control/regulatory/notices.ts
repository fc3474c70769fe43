import type { Sid } from '../base/sid.ts';
import { sidKey } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import type { Table } from '../store/table.ts';
import type { Bundle, BundleStatus } from './bundle.ts';

/** What an account's application is to be told of a bundle; the edge takes it up. */
export interface BundleNotice {
  readonly sid: Sid;
  readonly accountNo: number;
  readonly accountSid: Sid;
  readonly status: BundleStatus;
  readonly failureReason: string;
  readonly url: string;
  readonly atMs: number;
}

/** Notices that the command has left for a running edge, or for the next one. */
export class BundleNotices {
  private readonly rows: Table<Sid, BundleNotice>;

  constructor(store: Store) {
    this.rows = store.table<Sid, BundleNotice>({
      name: 'regulatory-notices',
      key: sidKey('BU'),
      version: 1,
    });
  }

  /** Within the transaction that changes the bundle. */
  leave(bundle: Bundle, accountNo: number, atMs: number): void {
    const { sid, accountSid, status, failureReason, statusCallback: url } = bundle;
    if (url !== '') this.rows.put(sid, { sid, accountNo, accountSid, status, failureReason, url, atMs });
  }

  waiting(limit: number): readonly BundleNotice[] {
    return Array.from(this.rows.entries({ limit }), ([, notice]) => notice);
  }

  remove(sid: Sid): void {
    this.rows.remove(sid);
  }
}
