import type { Clock } from '../../control/base/clock.ts';
import type { Random } from '../../control/base/random.ts';
import type { Digit, LegFault } from '../media.ts';
import type { Home } from '../rtp/reach.ts';
import type { Encoder } from './encoder.ts';

/** What all legs of the media thread share. */
export interface LegEnvironment<Leg> {
  readonly clock: Clock;
  readonly random: Random;
  readonly encoder: Encoder;
  readonly homes: readonly Home[];
  /** The number of the tick that is due. */
  readonly tick: () => number;
  readonly digit: (leg: Leg, digit: Digit) => void;
  readonly fault: (leg: Leg, fault: LegFault, reason?: unknown) => void;
  /** Whether the leg needs ticks may have changed. */
  readonly changed: (leg: Leg) => void;
}
