import type { Timer } from '../../control/base/clock.ts';
import type { Clock } from '../../control/base/clock.ts';
import type { Digit } from '../media.ts';
import { eventDigits } from './digit-sender.ts';

/** An event whose end was lost is over when nothing more has come for so long. */
const lostEndMs = 200;

interface Pressed {
  readonly timestamp: number;
  readonly digit: string;
  durationUnits: number;
}

/**
 * Makes digits of telephone events (RFC 4733): each once, when it has ended, whatever was repeated, lost or came late.
 * All packets of an event bear the timestamp of its beginning.
 */
export class DigitReceiver {
  private readonly clock: Clock;
  private readonly hear: (digit: Digit) => void;
  private pressed: Pressed | undefined;
  private lastEnded: number | undefined;
  private timer: Timer | undefined;

  constructor(clock: Clock, hear: (digit: Digit) => void) {
    this.clock = clock;
    this.hear = hear;
  }

  /** The payload of one packet, and its timestamp. */
  receive(payload: Uint8Array, timestamp: number): void {
    if (payload.length < 4) return;
    const digit = eventDigits[payload[0] as number];
    // The hook flash, and events of fax and modem, are no digits.
    if (digit === undefined || timestamp === this.lastEnded) return;
    if (this.pressed !== undefined && this.pressed.timestamp !== timestamp) {
      // One that is older than the present one is a late packet, not a new event.
      if (((timestamp - this.pressed.timestamp) | 0) < 0) return;
      this.end();
    }
    this.pressed ??= { timestamp, digit, durationUnits: 0 };
    const duration = ((payload[2] as number) << 8) | (payload[3] as number);
    this.pressed.durationUnits = Math.max(this.pressed.durationUnits, duration);
    this.timer?.cancel();
    if (((payload[1] as number) & 0x80) !== 0) this.end();
    else this.timer = this.clock.after(lostEndMs, () => this.end());
  }

  close(): void {
    this.timer?.cancel();
    this.pressed = undefined;
  }

  private end(): void {
    const { pressed } = this;
    if (pressed === undefined) return;
    this.pressed = undefined;
    this.timer?.cancel();
    this.lastEnded = pressed.timestamp;
    this.hear({
      digit: pressed.digit,
      durationMs: Math.round(pressed.durationUnits / 8),
      atMs: this.clock.now(),
    });
  }
}
