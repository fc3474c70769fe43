import { readImage, section, writeImage } from '../../prefixes/image.ts';
import { textOfKey } from '../../prefixes/prefix-key.ts';

interface Header {
  readonly carriers: readonly string[];
  readonly through: number;
}

/** What a table is made of; see `PortedTable`. */
export interface PortedColumns {
  /** `keyOf` the numbers, ascending. */
  readonly keys: Float64Array;
  /** Each number's carrier, as a place among `carriers`. */
  readonly carrierOf: Uint16Array;
  readonly carriers: readonly string[];
  /** The last of the changes (`PortedChange`) that the table comprises. */
  readonly through: number;
}

/** Numbers that were ported and the carriers that have them now: 10 bytes each; immutable. */
export class PortedTable {
  readonly columns: PortedColumns;

  constructor(columns: PortedColumns) {
    this.columns = columns;
  }

  /** Of what `bytes` made. */
  static read(bytes: ArrayBuffer): PortedTable {
    const image = readImage(bytes);
    const { carriers, through } = image.header as unknown as Header;
    return new PortedTable({
      keys: section(image, 'f64', 'keys'),
      carrierOf: section(image, 'u16', 'carriers'),
      carriers,
      through,
    });
  }

  bytes(): Buffer {
    const { keys, carrierOf, carriers, through } = this.columns;
    return writeImage({ header: { carriers, through }, sections: { keys, carriers: carrierOf } });
  }

  get size(): number {
    return this.columns.keys.length;
  }

  /** The carrier of the number with this key (`keyOf`); undefined: it has not been ported. */
  carrierOf(key: number): string | undefined {
    const { keys, carrierOf, carriers } = this.columns;
    let low = 0;
    let high = keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((keys[middle] as number) < key) low = middle + 1;
      else high = middle;
    }
    return keys[low] === key ? carriers[carrierOf[low] as number] : undefined;
  }

  /** How many numbers each carrier has. */
  counts(): ReadonlyMap<string, number> {
    const { carrierOf, carriers } = this.columns;
    const counts = new Array<number>(carriers.length).fill(0);
    for (const carrier of carrierOf) counts[carrier] = (counts[carrier] ?? 0) + 1;
    return new Map(carriers.map((name, place) => [name, counts[place] ?? 0]));
  }

  *entries(): IterableIterator<{ readonly e164: string; readonly carrier: string }> {
    const { keys, carrierOf, carriers } = this.columns;
    for (const [place, key] of keys.entries())
      yield { e164: textOfKey(key), carrier: carriers[carrierOf[place] ?? 0] ?? '' };
  }
}
