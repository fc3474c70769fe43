import { ToneSource } from './tone.ts';
import type { ToneStep } from './tone.ts';

/** ITU-T Q.23: the frequencies of keys, by the row and the column of a keypad. */
export const rowHz: readonly number[] = [697, 770, 852, 941];
export const columnHz: readonly number[] = [1_209, 1_336, 1_477, 1_633];
/** Row by row. */
export const keys = '123A456B789C*0#D';

const toneMs = 100;
const gapMs = 100;
/** The high group leaves stronger, as phones send it, since lines weaken it more. */
const lowDbm0 = -9;
const twistDb = 2;

const pauses: Readonly<Record<string, number>> = { w: 500, W: 1_000 };

/** In-band digits: `0-9 A-D * #`; `w` waits 0.5 s, `W` 1 s. Other characters are passed over. */
export function dtmfSource(digits: string): ToneSource {
  const steps: ToneStep[] = [];
  for (const digit of digits) {
    const pauseMs = pauses[digit];
    const key = keys.indexOf(digit.toUpperCase());
    if (pauseMs !== undefined) steps.push({ hz: [], dbm0: 0, durationMs: pauseMs });
    else if (key >= 0) {
      const hz = [rowHz[key >> 2] as number, columnHz[key & 3] as number];
      steps.push({ hz, dbm0: lowDbm0, twistDb, durationMs: toneMs });
      steps.push({ hz: [], dbm0: 0, durationMs: gapMs });
    }
  }
  return new ToneSource(steps);
}
