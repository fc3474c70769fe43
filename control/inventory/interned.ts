import { hash } from 'node:crypto';
import { bytesKey } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import type { Table, TableSpec } from '../store/table.ts';

/** What is remembered out of the table may be forgotten again. */
const knownMax = 20_000;

/** Texts that many rows name, each by a number from 1 on; a number means the same text for ever. */
export class Interned<Value> {
  private readonly store: Store;
  private readonly name: string;
  private readonly read: (text: string) => Value;
  private readonly texts: Table<Buffer, Buffer>;
  private readonly ids: Table<Buffer, Buffer>;
  private readonly known = new Map<number, Value>();

  /**
   * `textsName` and `idsName`: the tables, from number to text and from the text's hash to the number. `read` gives what
   * a text means.
   */
  constructor(store: Store, textsName: string, idsName: string, read: (text: string) => Value) {
    const spec = (name: string): TableSpec<Buffer, Buffer> => ({
      name,
      key: bytesKey,
      version: 1,
      plain: true,
    });
    this.store = store;
    this.name = textsName;
    this.read = read;
    this.texts = store.table(spec(textsName));
    this.ids = store.table(spec(idsName));
  }

  /** Throws if no text has this number: the store is broken. */
  valueOf(id: number): Value {
    const known = this.known.get(id);
    if (known !== undefined) return known;
    const bytes = this.texts.get(idKey(id));
    if (bytes === undefined) throw new Error(`${this.name}: number ${id} is missing`);
    const value = this.read(bytes.toString('utf8'));
    // What is read within a transaction may never be committed.
    if (!this.store.inTransaction) {
      if (this.known.size >= knownMax) this.known.clear();
      this.known.set(id, value);
    }
    return value;
  }

  /** How many texts there are. */
  count(): number {
    const [last] = this.texts.keys({ start: idKey(0xffffffff), reverse: true, limit: 1 });
    return last?.readUInt32BE() ?? 0;
  }

  has(text: string): boolean {
    return this.ids.has(hashOf(text));
  }

  /** The number of a text, a new one if it has none; within `Store.transact`. */
  idOf(text: string): number {
    const key = hashOf(text);
    const found = this.ids.get(key);
    if (found !== undefined) return found.readUInt32BE();
    const id = this.count() + 1;
    this.texts.put(idKey(id), Buffer.from(text, 'utf8'));
    this.ids.put(key, idKey(id));
    return id;
  }
}

const hashOf = (text: string): Buffer => hash('sha256', text, 'buffer').subarray(0, 16);

function idKey(id: number): Buffer {
  const key = Buffer.alloc(4);
  key.writeUInt32BE(id);
  return key;
}
