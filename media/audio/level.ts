/**
 * Levels. 0 dBm0 is the level to which G.711 is aligned: a sine of it peaks 3.17 dB below the largest µ-law value
 * (ITU-T G.711 §4, 3.14 dB for A-law).
 */
const zeroDbm0Peak = 32_124 / 10 ** (3.17 / 20);

/** The peak of a sine of so many dBm0, in samples' units. */
export const sinePeak = (dbm0: number): number => zeroDbm0Peak * 10 ** (dbm0 / 20);

/** The mean square of a sine of so many dBm0; power is compared as mean squares, without logarithms. */
export const meanSquareOf = (dbm0: number): number => sinePeak(dbm0) ** 2 / 2;

/** The mean square of a frame. */
export function meanSquare(frame: Int16Array): number {
  let sum = 0;
  for (let i = 0; i < frame.length; i++) {
    const sample = frame[i] as number;
    sum += sample * sample;
  }
  return sum / frame.length;
}
