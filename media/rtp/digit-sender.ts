import { frameMs } from '../audio/frame.ts';

/** RFC 4733 section 3.2, table 3: the event of each digit is its place here. */
export const eventDigits = '0123456789*#ABCD';

/** How a digit sounds and how long the pause behind it is: within what ITU-T Q.24 asks for, with room. */
const digitMs = 160;
const gapMs = 80;
const pauseMs: Readonly<Record<string, number>> = { w: 500, W: 1_000 };
/** RFC 4733 section 2.5.1.4: the end is said three times. */
const endPackets = 3;
/** −10 dBm0, as section 2.3.3 counts it. */
const volume = 10;

/** A packet of an event, to be sent now. */
export interface EventPacket {
  readonly kind: 'event';
  readonly payload: Uint8Array;
  /** The first packet of an event: it bears the marker, and its timestamp is that of all others of the event. */
  readonly first: boolean;
  /** The last of the repeated ends come at once; this one closes the tick. */
  readonly more: boolean;
}

type Step =
  | { readonly kind: 'digit'; readonly event: number; readonly frames: number }
  | { readonly kind: 'pause'; readonly frames: number };

/** Turns digits into the packets of RFC 4733, tick by tick. Characters that are no digits are left out. */
export class DigitSender {
  private readonly steps: Step[] = [];
  private step = 0;
  private frame = 0;

  constructor(digits: string) {
    for (const character of digits) {
      const pause = pauseMs[character];
      const event = eventDigits.indexOf(character.toUpperCase());
      if (pause !== undefined) this.steps.push({ kind: 'pause', frames: pause / frameMs });
      else if (event >= 0) {
        this.steps.push({ kind: 'digit', event, frames: digitMs / frameMs });
        this.steps.push({ kind: 'pause', frames: gapMs / frameMs });
      }
    }
  }

  /** What leaves in this tick: a packet or several of an event, nothing in a pause; `ended` after the last. */
  tick(): readonly EventPacket[] | 'pause' | 'ended' {
    const step = this.steps[this.step];
    if (step === undefined) return 'ended';
    const frame = ++this.frame;
    if (frame >= step.frames) {
      this.step++;
      this.frame = 0;
    }
    if (step.kind === 'pause') return 'pause';
    const ends = frame >= step.frames;
    const payload = eventPayload(step.event, ends, frame * frameMs * 8);
    const first = frame === 1;
    if (!ends) return [{ kind: 'event', payload, first, more: false }];
    return Array.from({ length: endPackets }, (_, i) => ({
      kind: 'event' as const,
      payload,
      first: first && i === 0,
      more: i < endPackets - 1,
    }));
  }
}

/** RFC 4733 section 2.3: event, end bit and volume, duration in units of the timestamp. */
function eventPayload(event: number, ends: boolean, durationUnits: number): Uint8Array {
  return Uint8Array.of(event, (ends ? 0x80 : 0) | volume, durationUnits >> 8, durationUnits & 0xff);
}
