/**
 * Pairs of ports, RTP on the even one and RTCP above it (RFC 3550 section 11). The pair that has been free longest is
 * taken first, so that a late packet of the last call seldom meets the next one.
 */
export class PortPairs {
  private readonly free: Uint16Array;
  private first = 0;
  private count: number;
  private readonly taken = new Set<number>();

  constructor(range: { readonly first: number; readonly last: number }) {
    const lowest = range.first + (range.first % 2);
    const pairs = Math.max(0, Math.floor((range.last - lowest + 1) / 2));
    this.free = Uint16Array.from({ length: pairs }, (_, i) => lowest + 2 * i);
    this.count = pairs;
  }

  /** How many pairs there are in all, and how many of them are free. */
  get size(): number {
    return this.free.length;
  }

  get available(): number {
    return this.count;
  }

  /** The even port of a pair that nobody has; undefined when all are taken. */
  take(): number | undefined {
    if (this.count === 0) return undefined;
    const port = this.free[this.first] as number;
    this.first = (this.first + 1) % this.free.length;
    this.count--;
    this.taken.add(port);
    return port;
  }

  /** Giving back twice is once. */
  give(port: number): void {
    if (!this.taken.delete(port)) return;
    this.free[(this.first + this.count) % this.free.length] = port;
    this.count++;
  }
}
