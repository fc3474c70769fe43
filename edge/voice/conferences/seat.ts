import type { Sid } from '../../../control/base/sid.ts';
import type { Leg } from '../../../media/media.ts';
import type { ConferenceNoun } from '../../twiml/nouns/conference.ts';
import type { Participant } from '../conference.ts';
import { deferred, type Deferred } from '../deferred.ts';
import type { LiveCall } from '../live/live-call.ts';
import type { Source } from '../program/source.ts';

/** What a participant is doing. */
export type SeatMode =
  /** Waits for the conference to begin. */
  | { readonly kind: 'waiting' }
  | { readonly kind: 'talking' }
  /** Hears something of its own, and nobody: on hold, or an announcement, after which it talks again. */
  | { readonly kind: 'apart'; readonly source: Source | 'music' | 'silence'; readonly once: boolean }
  | { readonly kind: 'out'; readonly kicked: boolean };

/** A participant's place in a conference. What it does is led by its call; who changes it wakes the call. */
export class Seat {
  readonly live: LiveCall;
  readonly leg: Leg;
  readonly noun: ConferenceNoun;
  /** As the API shows it. */
  state: Participant;
  /** What it hears on hold. */
  holdSource: Source | 'music' = 'music';
  /** Its stay, from its admission on (`stays.ts`). */
  stay: Sid = '';
  /** Whether its sound is in the room. */
  inside = false;
  private current: SeatMode = { kind: 'waiting' };
  private waking: Deferred<undefined> = deferred();

  constructor(live: LiveCall, leg: Leg, noun: ConferenceNoun, state: Participant) {
    this.live = live;
    this.leg = leg;
    this.noun = noun;
    this.state = state;
  }

  get mode(): SeatMode {
    return this.current;
  }

  /** Resolves with the next change of mode. */
  get changed(): Promise<undefined> {
    return this.waking.promise;
  }

  /** Once out, always out. */
  become(mode: SeatMode): void {
    if (this.current.kind === 'out') return;
    this.current = mode;
    const { resolve } = this.waking;
    this.waking = deferred();
    resolve(undefined);
  }
}
