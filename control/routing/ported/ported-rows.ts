import { Column } from '../../prefixes/column.ts';
import { keyOf } from '../../prefixes/prefix-key.ts';
import { PortedTable } from './ported-table.ts';

/** Ported numbers as columns, in the order they came. */
export class PortedRows {
  private readonly keys = new Column(Float64Array);
  private readonly carrierOf = new Column(Uint16Array);
  private readonly carriers = new Map<string, number>();
  private ordered: Uint32Array | undefined;

  get count(): number {
    return this.keys.length;
  }

  add(e164: string, carrier: string): void {
    this.addKey(keyOf(e164), carrier);
  }

  /** By `keyOf` the number. */
  addKey(key: number, carrier: string): void {
    this.ordered = undefined;
    const place = this.carriers.get(carrier) ?? this.carriers.size;
    this.carriers.set(carrier, place);
    this.keys.push(key);
    this.carrierOf.push(place);
  }

  /** Rows whose number another row before them has, each with that row. */
  *doubled(): IterableIterator<readonly [row: number, before: number]> {
    const order = this.inOrder();
    let first = 0;
    for (let place = 1; place < order.length; place++) {
      const row = order[place] as number;
      if (this.keys.at(row) === this.keys.at(order[first] as number)) yield [row, order[first] as number];
      else first = place;
    }
  }

  /** `through`: see `PortedColumns`. No number may stand twice. */
  table(through: number): PortedTable {
    const order = this.inOrder();
    return new PortedTable({
      keys: this.keys.inOrder(order),
      carrierOf: this.carrierOf.inOrder(order),
      carriers: [...this.carriers.keys()],
      through,
    });
  }

  private inOrder(): Uint32Array {
    const { keys } = this;
    this.ordered ??= Uint32Array.from({ length: keys.length }, (_, row) => row).sort(
      (a, b) => keys.at(a) - keys.at(b) || a - b,
    );
    return this.ordered;
  }
}
