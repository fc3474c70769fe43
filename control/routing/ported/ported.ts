import { keyOf, textOfKey } from '../../prefixes/prefix-key.ts';
import { PortedTable } from './ported-table.ts';

/** A number set or taken back since the table was made. */
interface Change {
  readonly number: number;
  readonly carrier: string;
}

const nothing = new PortedTable({
  keys: new Float64Array(),
  carrierOf: new Uint16Array(),
  carriers: [],
  through: 0,
});

/** Which carriers have the numbers that were ported, in memory. */
export class Ported {
  private table = nothing;
  /** By `keyOf` the number. */
  private readonly changes = new Map<number, Change>();
  private last = 0;

  /** The greatest number of the changes that have been told, or are part of the table. */
  get lastChange(): number {
    return this.last;
  }

  /** The carrier that has a number now; undefined: it has not been ported. Allocates nothing. */
  carrierOf(e164: string): string | undefined {
    if (this.table.size === 0 && this.changes.size === 0) return undefined;
    const key = keyOf(e164);
    const changed = this.changes.size === 0 ? undefined : this.changes.get(key);
    if (changed === undefined) return this.table.carrierOf(key);
    return changed.carrier === '' ? undefined : changed.carrier;
  }

  /** Puts a table in place of the one before, with the changes that are part of it. */
  replace(table: PortedTable = nothing): void {
    const { through } = table.columns;
    this.table = table;
    for (const [key, { number }] of this.changes) if (number <= through) this.changes.delete(key);
    this.last = Math.max(this.last, through);
  }

  /** `carrier` '': the number is not ported any more. */
  change(number: number, e164: string, carrier: string): void {
    this.changes.set(keyOf(e164), { number, carrier });
    this.last = number;
  }

  /** How many numbers each carrier has. */
  counts(): ReadonlyMap<string, number> {
    const counts = new Map(this.table.counts());
    const add = (carrier: string, numbers: number): void =>
      void counts.set(carrier, (counts.get(carrier) ?? 0) + numbers);
    for (const [key, { carrier }] of this.changes) {
      const before = this.table.carrierOf(key);
      if (before !== undefined) add(before, -1);
      if (carrier !== '') add(carrier, 1);
    }
    return new Map([...counts].filter(([, numbers]) => numbers > 0));
  }

  *entries(): IterableIterator<{ readonly e164: string; readonly carrier: string }> {
    for (const entry of this.table.entries()) if (!this.changes.has(keyOf(entry.e164))) yield entry;
    for (const [key, { carrier }] of this.changes)
      if (carrier !== '') yield { e164: textOfKey(key), carrier };
  }
}
