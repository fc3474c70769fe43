import { blockSize, emptyMask, setBit, type Mask } from './block.ts';

/**
 * A glob of digits, `*` and `%` (see `NumberPattern`) as an automaton whose states are the bits of a small integer: bit
 * n says that the first n tokens have been met. The thousand endings of a block are tried once for each state that some
 * block's digits lead to, which are few, and remembered as a mask; then a block costs a step for each of its digits.
 */
export class DigitMasks {
  private readonly accepts: readonly number[];
  private readonly loops: number;
  private readonly met: number;
  private readonly masks = new Map<number, Mask>();

  constructor(glob: string) {
    const tokens = glob.replaceAll('%', '');
    let loops = 0;
    let at = 0;
    for (const token of glob) {
      if (token === '%') loops |= 1 << at;
      else at++;
    }
    this.loops = loops;
    this.met = 1 << tokens.length;
    this.accepts = Array.from({ length: 10 }, (_, digit) =>
      Array.from(tokens).reduce(
        (bits, token, index) => (token === '*' || token === String(digit) ? bits | (1 << index) : bits),
        0,
      ),
    );
  }

  /** Which endings make a match of these first digits; undefined: none. */
  endings(digits: string, from: number): Mask | undefined {
    let states = 1;
    for (let at = from; at < digits.length && states !== 0; at++)
      states = this.step(states, digits.charCodeAt(at) - 48);
    if (states === 0) return undefined;
    let mask = this.masks.get(states);
    if (mask === undefined) this.masks.set(states, (mask = this.maskOf(states)));
    return mask;
  }

  private step(states: number, digit: number): number {
    return ((states & (this.accepts[digit] ?? 0)) << 1) | (states & this.loops);
  }

  private maskOf(states: number): Mask {
    const mask = emptyMask();
    for (let suffix = 0; suffix < blockSize; suffix++) {
      const first = this.step(states, Math.floor(suffix / 100));
      const second = this.step(first, Math.floor(suffix / 10) % 10);
      if ((this.step(second, suffix % 10) & this.met) !== 0) setBit(mask, suffix, true);
    }
    return mask;
  }
}
