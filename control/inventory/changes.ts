import { bytesKey } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import type { Table } from '../store/table.ts';

/** Changes that are remembered; whoever has missed more reads every block anew. */
const changesKept = 8192;
const headKey = Buffer.from('head');

/** Which blocks have changed, one after the other, for those who keep them in memory. */
export class Changes {
  private readonly rows: Table<Buffer, Buffer>;

  constructor(store: Store) {
    this.rows = store.table<Buffer, Buffer>({
      name: 'number-changes',
      key: bytesKey,
      version: 1,
      plain: true,
    });
  }

  /** How many changes there have been. */
  count(): number {
    const head = this.rows.get(headKey);
    return head === undefined ? 0 : Number(head.readBigUInt64LE());
  }

  /** Within `Store.transact`. */
  note(blocks: readonly string[]): void {
    if (blocks.length === 0) return;
    const count = this.count();
    for (const [index, block] of blocks.entries())
      this.rows.put(changeKey(count + index), Buffer.from(block, 'latin1'));
    const head = Buffer.alloc(8);
    head.writeBigUInt64LE(BigInt(count + blocks.length));
    this.rows.put(headKey, head);
  }

  /** The blocks changed since `count`, undefined where that is too long ago. */
  between(count: number, until: number): ReadonlySet<string> | undefined {
    if (count > until || until - count > changesKept) return undefined;
    const blocks = new Set<string>();
    for (let at = count; at < until; at++) {
      const block = this.rows.get(changeKey(at));
      if (block !== undefined) blocks.add(block.toString('latin1'));
    }
    return blocks;
  }
}

function changeKey(count: number): Buffer {
  const key = Buffer.alloc(4);
  key.writeUInt32BE(count % changesKept);
  return key;
}
