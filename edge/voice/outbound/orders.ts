import type { Sid } from '../../../control/base/sid.ts';
import { sidKey } from '../../../control/store/keys.ts';
import type { Store } from '../../../control/store/store.ts';
import type { Table, TableSpec } from '../../../control/store/table.ts';
import type { SealedTable } from '../../../control/vault/sealed.ts';
import type { Vault } from '../../../control/vault/vault.ts';
import type { Forwarding } from '../call-token.ts';
import type { CallOrder, NewCall } from './new-call.ts';

/** An order as it lies on disk: its password sealed, null where it has none. */
type Row = Omit<CallOrder, 'sipPassword'> & { readonly sealedPassword: Buffer | null };

const orderTable: TableSpec<Sid, Row> = {
  name: 'call-orders',
  key: sidKey('CA'),
  version: 1,
  readsOwnWrites: true,
};

/** Passwords of SIP peers. */
export const sealedOrders: SealedTable<Sid, Row> = {
  spec: orderTable,
  reseal: (row, reseal, sid) => ({
    ...row,
    sealedPassword: row.sealedPassword && reseal(row.sealedPassword, sid),
  }),
};

/** What queued calls are to do once their turn has come. */
export class Orders {
  private readonly rows: Table<Sid, Row>;
  private readonly vault: Pick<Vault, 'seal' | 'unseal'>;

  constructor(store: Store, vault: Pick<Vault, 'seal' | 'unseal'>) {
    this.rows = store.table(orderTable);
    this.vault = vault;
  }

  /** Keeps what of a wish is not in the call's record; joins the write of that. */
  put(sid: Sid, wish: NewCall, forwarding?: Forwarding): void {
    const { callerId, twiml, timeoutMs, timeLimitMs, sendDigits, recording } = wish;
    const { machineDetection, asyncDetection, sipUsername, sipPassword, headers } = wish;
    this.rows.put(sid, {
      callerId,
      twiml,
      timeoutMs,
      timeLimitMs,
      sendDigits,
      recording,
      machineDetection,
      asyncDetection,
      sipUsername,
      headers,
      ...(forwarding === undefined ? {} : { forwarding }),
      sealedPassword: sipPassword === '' ? null : this.vault.seal(sipPassword, sid),
    });
  }

  has(sid: Sid): boolean {
    return this.rows.has(sid);
  }

  /** Gives an order out, for good. */
  take(sid: Sid): CallOrder | undefined {
    const row = this.rows.get(sid);
    if (row === undefined) return undefined;
    this.rows.remove(sid);
    const { sealedPassword, ...order } = row;
    return { ...order, sipPassword: sealedPassword === null ? '' : this.vault.unseal(sealedPassword, sid) };
  }

  /** A call will not be placed. */
  remove(sid: Sid): void {
    this.rows.remove(sid);
  }
}
