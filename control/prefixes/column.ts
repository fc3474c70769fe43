type Cells = Float64Array | Uint32Array | Uint16Array | Uint8Array;

/** A typed array that grows: for tables whose length is known only once they have been read. */
export class Column<C extends Cells> {
  length = 0;
  private readonly Kind: new (length: number) => C;
  private cells: C;

  constructor(Kind: new (length: number) => C) {
    this.Kind = Kind;
    this.cells = new Kind(1024);
  }

  push(value: number): void {
    if (this.length === this.cells.length) {
      const grown = new this.Kind(this.length * 2);
      grown.set(this.cells);
      this.cells = grown;
    }
    this.cells[this.length++] = value;
  }

  at(place: number): number {
    return this.cells[place] as number;
  }

  /** The cells there are. They are the column's own until it grows. */
  get values(): C {
    return this.cells.subarray(0, this.length) as C;
  }

  /** A copy in another order. */
  inOrder(order: Uint32Array): C {
    const copy = new this.Kind(order.length);
    for (let place = 0; place < order.length; place++)
      copy[place] = this.cells[order[place] as number] as number;
    return copy;
  }
}
