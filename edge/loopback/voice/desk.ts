import type { Clock } from '../../../control/base/clock.ts';
import type { Random } from '../../../control/base/random.ts';
import type { Leg, Media } from '../../../media/media.ts';
import type { CallNews } from './events.ts';
import type { Line } from './line.ts';

/** What the phones of a carrier share. */
export interface Desk {
  readonly line: Line;
  readonly media: Media;
  readonly clock: Clock;
  readonly random: Random;
}

/** How one call tells what happens to it. */
export type Report = (news: CallNews) => void;

// RFC 3261 §21.
export const statuses = {
  temporarilyUnavailable: 480,
  requestTerminated: 487,
  notAcceptableHere: 488,
  serviceUnavailable: 503,
} as const;

/** Phones with nothing to say still say silence, so this is long. */
const rtpTimeoutMs = 60_000;

/** The sound of one phone; undefined where there are no ports or no worker. */
export async function openPhoneLeg(media: Media): Promise<Leg | undefined> {
  const leg = await media.openLeg({ codecs: ['PCMU', 'PCMA'], srtp: 'accept', rtpTimeoutMs });
  return leg.ok ? leg.value : undefined;
}
