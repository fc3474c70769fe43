/** A source of repeatable randomness for fuzzers: the same seed gives the same sequence. */
export interface Dice {
  /** Uniform integer in [0, below). */
  int(below: number): number;
  bytes(length: number): Buffer;
  pick<T>(choices: readonly T[]): T;
}

/** One parser under attack. `attack` makes one hostile input and feeds it; it throws if the parser misbehaves. */
export interface Fuzzer {
  readonly name: string;
  attack(dice: Dice): void | Promise<void>;
}

/** xorshift128, seeded through splitmix32: small, fast, and the same on every machine. */
export function dice(seed: number): Dice {
  let mix = seed | 0;
  const next32 = (): number => {
    mix = (mix + 0x9e3779b9) | 0;
    let z = mix;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
  let a = next32();
  let b = next32();
  let c = next32();
  let d = next32();
  const step = (): number => {
    const t = a ^ (a << 11);
    a = b;
    b = c;
    c = d;
    d = (d ^ (d >>> 19) ^ (t ^ (t >>> 8))) | 0;
    return d >>> 0;
  };
  const int = (below: number): number => step() % below;
  return {
    int,
    bytes(length) {
      const out = Buffer.allocUnsafe(length);
      for (let i = 0; i < length; i++) out[i] = int(256);
      return out;
    },
    pick(choices) {
      const chosen = choices[int(choices.length)];
      if (chosen === undefined) throw new Error('nothing to pick from');
      return chosen;
    },
  };
}
