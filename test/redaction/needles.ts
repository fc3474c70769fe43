/** Fewer letters than that are found by chance. */
export const shortestNeedle = 8;

const bitsOfFilter = 22;

/** The first eight bytes, as two numbers, to their place in the filter. */
const placeOf = (high: number, low: number): number =>
  (Math.imul(high, 0x9e3779b1) ^ Math.imul(low, 0x85ebca6b)) >>> (32 - bitsOfFilter);

/**
 * Texts to be found anywhere in a stream of bytes, whatever stands around them, many thousands at once: a filter of one
 * byte for each value of a hash of eight bytes passes over nearly everything that is none of them.
 */
export class Needles<T> {
  private readonly filter = new Uint8Array(2 ** bitsOfFilter);
  private readonly byBeginning = new Map<string, { readonly bytes: Buffer; readonly value: T }[]>();
  private longest = shortestNeedle;

  /** `value` is what is told where it is found. */
  add(bytes: Buffer, value: T): void {
    if (bytes.length < shortestNeedle) throw new Error('too short to be looked for');
    const beginning = bytes.toString('latin1', 0, shortestNeedle);
    const same = this.byBeginning.get(beginning) ?? [];
    same.push({ bytes, value });
    this.byBeginning.set(beginning, same);
    this.filter[placeOf(bytes.readInt32BE(0), bytes.readInt32BE(4))] = 1;
    this.longest = Math.max(this.longest, bytes.length);
  }

  /** What is found in a text that comes in pieces, each as often as it stands there. */
  *search(pieces: Iterable<Buffer>): Generator<T> {
    let rest = Buffer.alloc(0);
    for (const piece of pieces) {
      const bytes = Buffer.concat([rest, piece]);
      // What begins nearer to the end than the longest is long is left for the next piece.
      const from = Math.max(0, bytes.length - this.longest + 1);
      yield* this.beginningBefore(bytes, from);
      rest = bytes.subarray(from);
    }
    yield* this.beginningBefore(rest, rest.length);
  }

  private *beginningBefore(bytes: Buffer, end: number): Generator<T> {
    const { filter } = this;
    const last = Math.min(end, bytes.length - shortestNeedle + 1);
    if (last <= 0) return;
    let high = bytes.readInt32BE(0);
    let low = bytes.readInt32BE(4);
    for (let at = 0; ;) {
      if (filter[placeOf(high, low)] === 1) yield* this.standing(bytes, at);
      if (++at >= last) return;
      high = (high << 8) | (low >>> 24);
      low = (low << 8) | (bytes[at + shortestNeedle - 1] ?? 0);
    }
  }

  private *standing(bytes: Buffer, at: number): Generator<T> {
    for (const needle of this.byBeginning.get(bytes.toString('latin1', at, at + shortestNeedle)) ?? [])
      if (needle.bytes.equals(bytes.subarray(at, at + needle.bytes.length))) yield needle.value;
  }
}
