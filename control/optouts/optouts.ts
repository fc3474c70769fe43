import type { KeyCodec } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import type { Table } from '../store/table.ts';

/** Who does not want to hear from whom: the recipient texted STOP to the sender of this account. */
export interface OptOutKey {
  /** `Account.no`. */
  readonly accountNo: number;
  /** The account's own number, short code or alphanumeric sender. */
  readonly sender: string;
  /** E.164. */
  readonly recipient: string;
}

interface OptOut {
  readonly sinceMs: number;
}

/** Four bytes of account number, then both addresses with NUL between them. A sender of ours contains no NUL. */
const key: KeyCodec<OptOutKey> = {
  encode({ accountNo, sender, recipient }) {
    const bytes = Buffer.from(`\0\0\0\0${sender}\0${recipient}`, 'utf8');
    bytes.writeUInt32BE(accountNo, 0);
    return bytes;
  },
  decode(bytes) {
    const end = bytes.indexOf(0, 4);
    return {
      accountNo: bytes.readUInt32BE(0),
      sender: bytes.toString('utf8', 4, end),
      recipient: bytes.toString('utf8', end + 1),
    };
  },
};

/**
 * The recipients that opted out (Twilio's default handling of STOP and START; sending to one is error 21610).
 * Writes join the store's current group: await `Store.durable` before acknowledging the message that caused them.
 */
export class OptOuts {
  private readonly table: Table<OptOutKey, OptOut>;

  constructor(store: Store) {
    this.table = store.table<OptOutKey, OptOut>({
      name: 'opt-outs',
      key,
      version: 1,
      pack: (row) => row.sinceMs,
      unpack: (packed) => ({ sinceMs: packed as number }),
      readsOwnWrites: true,
    });
  }

  set(pair: OptOutKey, nowMs: number): void {
    this.table.put(pair, { sinceMs: nowMs });
  }

  clear(pair: OptOutKey): void {
    this.table.remove(pair);
  }

  has(pair: OptOutKey): boolean {
    return this.table.has(pair);
  }

  /** Since when, in Unix milliseconds; undefined if the recipient has not opted out. */
  since(pair: OptOutKey): number | undefined {
    return this.table.get(pair)?.sinceMs;
  }
}
