/** The octets of a frame of 20 ms: 260 bits, and four in front that are always 1101. */
export const gsmFrameBytes = 33;
export const gsmSignature = 0xd0;

/** What one of the four parts of a frame says: its pitch, and the pulses that excite it. */
export interface GsmPart {
  lag: number;
  gain: number;
  grid: number;
  peak: number;
  readonly pulses: Uint8Array;
}

export interface GsmFrame {
  /** Codes of the eight log-area ratios. */
  readonly ratios: Uint8Array;
  readonly parts: readonly GsmPart[];
}

/** Bits of each log-area ratio's code (GSM 06.10 table 1.1). */
const ratioBits = [6, 6, 5, 5, 4, 4, 3, 3] as const;
const pulses = 13;

export const newGsmFrame = (): GsmFrame => ({
  ratios: new Uint8Array(ratioBits.length),
  parts: Array.from({ length: 4 }, () => ({
    lag: 0,
    gain: 0,
    grid: 0,
    peak: 0,
    pulses: new Uint8Array(pulses),
  })),
});

/** Takes the fields of a frame apart, the most significant bit first. */
export function readGsmFrame(bytes: Uint8Array, into: GsmFrame): void {
  let at = 4;
  const take = (bits: number): number => {
    let value = 0;
    for (let i = 0; i < bits; i++, at++)
      value = (value << 1) | (((bytes[at >> 3] as number) >> (7 - (at & 7))) & 1);
    return value;
  };
  ratioBits.forEach((bits, i) => {
    into.ratios[i] = take(bits);
  });
  for (const part of into.parts) {
    part.lag = take(7);
    part.gain = take(2);
    part.grid = take(2);
    part.peak = take(6);
    for (let i = 0; i < pulses; i++) part.pulses[i] = take(3);
  }
}
