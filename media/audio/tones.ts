import type { ToneName } from '../media.ts';
import { ToneSource } from './tone.ts';
import type { ToneStep } from './tone.ts';

/**
 * The tones that a call may hear, each one period. Ringback and busy are North America's, as ITU-T E.180 supplement 2
 * lists them; the beeps are our own.
 */
const periods: Readonly<Record<ToneName, readonly ToneStep[]>> = {
  ringback: [
    { hz: [440, 480], dbm0: -19, durationMs: 2_000 },
    { hz: [], dbm0: 0, durationMs: 4_000 },
  ],
  busy: [
    { hz: [480, 620], dbm0: -24, durationMs: 500 },
    { hz: [], dbm0: 0, durationMs: 500 },
  ],
  'record-beep': [{ hz: [1_000], dbm0: -13, durationMs: 500 }],
  'enter-beep': [
    { hz: [523.25], dbm0: -16, durationMs: 120 },
    { hz: [783.99], dbm0: -16, durationMs: 180 },
  ],
  'exit-beep': [
    { hz: [783.99], dbm0: -16, durationMs: 120 },
    { hz: [523.25], dbm0: -16, durationMs: 180 },
  ],
};

/** A tone for so long, its period repeated or cut to fill it; without a duration one period of it. */
export const toneSource = (name: ToneName, durationMs?: number): ToneSource =>
  new ToneSource(periods[name], durationMs);
