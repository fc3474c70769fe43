import type { Clock } from './clock.ts';
import { WallClock } from './wall-clock.ts';

/** One end of a message's way. */
export interface OverheardEnd {
  /** An IP address; one of IPv4 as such. */
  readonly address: string;
  readonly port: number;
}

/** A message that passed under TLS, as who spoke it knows it. Survives a structured clone. */
export interface Overheard {
  readonly protocol: 'sip' | 'smpp';
  /** When it was read or written, in microseconds since 1970. */
  readonly timeUs: number;
  readonly source: OverheardEnd;
  readonly destination: OverheardEnd;
  readonly bytes: Uint8Array;
}

/** Messages on their way to who keeps them. */
export interface OverheardBatch {
  /** In the order of time. */
  readonly messages: readonly Overheard[];
  /** How many have come since the last batch for which there was no room. */
  readonly missed: number;
}

/** Takes a message; copies the bytes. */
export type Overhear = (
  protocol: Overheard['protocol'],
  source: OverheardEnd,
  destination: OverheardEnd,
  bytes: Buffer,
) => void;

/** Hands a batch on, and calls `taken` when there is room for another, sooner or later. */
export type PassOn = (batch: OverheardBatch, taken: () => void) => void;

const gatherMs = 100;
/** What may wait; a message counts for its own octets and for what surrounds it. */
const waitingOctetsMax = 4 * 1024 * 1024;
const surroundingOctets = 256;

/**
 * Gathers what is overheard and hands it on, a batch at a time: the next leaves when the one before has been taken.
 * Whoever speaks never waits: what finds no room is missed, and counted.
 */
export class Overhearing {
  private readonly clock: Clock;
  private readonly wall: WallClock;
  private readonly pass: PassOn;
  private messages: Overheard[] = [];
  private octets = 0;
  private missed = 0;
  /** A batch is being gathered, or is on its way. */
  private busy = false;

  constructor(clock: Clock, pass: PassOn) {
    this.clock = clock;
    this.wall = new WallClock(clock);
    this.pass = pass;
  }

  readonly overhear: Overhear = (protocol, source, destination, bytes) => {
    if (this.octets + bytes.length + surroundingOctets > waitingOctetsMax) {
      this.missed++;
      return;
    }
    this.octets += bytes.length + surroundingOctets;
    // In memory of its own: a clone of a view would take along all that the view's memory holds.
    const own = new Uint8Array(bytes);
    this.messages.push({ protocol, timeUs: this.wall.nowUs(), source, destination, bytes: own });
    if (!this.busy) this.gather();
  };

  private gather(): void {
    this.busy = true;
    this.clock.after(gatherMs, () => {
      const { messages, missed } = this;
      this.messages = [];
      this.octets = 0;
      this.missed = 0;
      this.pass({ messages, missed }, () => {
        this.busy = false;
        if (this.messages.length > 0) this.gather();
      });
    });
  }
}
