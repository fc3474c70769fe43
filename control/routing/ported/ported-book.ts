import type { ImageHead, Images } from '../../prefixes/images.ts';
import type { KeyCodec } from '../../store/keys.ts';
import type { Store } from '../../store/store.ts';
import type { Table } from '../../store/table.ts';
import { Ported } from './ported.ts';
import { PortedRows } from './ported-rows.ts';
import { PortedTable } from './ported-table.ts';

/** The image of the imported numbers. */
export const portedImage = 'routes/ported';

/** One number that was set or taken back since the last import. */
export interface PortedChange {
  readonly e164: string;
  /** '': it is not ported any more. */
  readonly carrier: string;
}

/** By the numbers of the changes, from 1; they never come again. */
const changeKey: KeyCodec<number> = {
  encode(number) {
    const bytes = Buffer.allocUnsafe(4);
    bytes.writeUInt32BE(number);
    return bytes;
  },
  decode: (bytes) => bytes.readUInt32BE(0),
};

/** With so many changes, the table is made anew before the next. */
const changesMax = 10_000;

/** The ported numbers as the store keeps them: a table, and what has been changed since. */
export class PortedBook {
  private readonly store: Store;
  private readonly images: Images;
  private readonly changes: Table<number, PortedChange>;
  private readonly changesMax: number;

  constructor(store: Store, images: Images, options: { readonly changesMax?: number } = {}) {
    this.store = store;
    this.images = images;
    this.changes = store.table<number, PortedChange>({ name: 'ported-changes', key: changeKey, version: 1 });
    this.changesMax = options.changesMax ?? changesMax;
  }

  /** Which version of the table there is; undefined: none has been imported. */
  get head(): ImageHead | undefined {
    return this.images.head(portedImage);
  }

  /** Puts these numbers in place of all before; resolves once that is on disk. */
  async replace(rows: PortedRows): Promise<void> {
    await this.write(rows.table(this.lastChange()));
  }

  /** Says which carrier has a number; '' that it is not ported. Resolves once on disk. */
  async set(e164: string, carrier: string): Promise<void> {
    if (this.changes.count() >= this.changesMax) await this.fold();
    await this.store.transact(() => this.changes.put(this.lastChange() + 1, { e164, carrier }));
  }

  /** All that is known now. */
  async read(): Promise<Ported> {
    return (await this.readAll()).ported;
  }

  /** Tells `ported` what has changed since it was told last. */
  keepUp(ported: Ported): void {
    for (const [number, { e164, carrier }] of this.changes.entries({ start: ported.lastChange + 1 }))
      ported.change(number, e164, carrier);
  }

  /** Makes the table anew, the changes being part of it. */
  private async fold(): Promise<void> {
    const { ported, head } = await this.readAll();
    const rows = new PortedRows();
    for (const { e164, carrier } of ported.entries()) rows.add(e164, carrier);
    await this.write(rows.table(ported.lastChange), head);
  }

  private async readAll(): Promise<{ readonly ported: Ported; readonly head: ImageHead | null }> {
    const latest = await this.images.latest(portedImage);
    const ported = new Ported();
    if (latest !== undefined) ported.replace(PortedTable.read(latest.bytes));
    this.keepUp(ported);
    return { ported, head: latest?.head ?? null };
  }

  private async write(table: PortedTable, madeOf?: ImageHead | null): Promise<void> {
    await this.images.write(portedImage, table.bytes(), madeOf);
    await this.store.transact(() => {
      // The last stays for its number.
      const end = Math.min(table.columns.through + 1, this.lastChange());
      for (const number of [...this.changes.keys({ end })]) this.changes.remove(number);
    });
  }

  private lastChange(): number {
    for (const number of this.changes.keys({ reverse: true, limit: 1 })) return number;
    return 0;
  }
}
