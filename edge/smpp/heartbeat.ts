import type { SmppTimers } from './timers.ts';

/** What the silence of the peer asks for. */
export type Pulse = 'fine' | 'enquire' | 'dead' | 'inactive';

/** Watches a bound session for silence (SMPP 3.4 §7.2). Any PDU of the peer is a sign of life. */
export class Heartbeat {
  private readonly timers: SmppTimers;
  private heardMs: number;
  /** When we last asked whether the peer lives; undefined once anything has been heard since. */
  private enquiredMs: number | undefined = undefined;
  private sequence = 0;
  private sentMs = 0;

  constructor(timers: SmppTimers, nowMs: number) {
    this.timers = timers;
    this.heardMs = nowMs;
  }

  heard(nowMs: number): void {
    this.heardMs = nowMs;
    this.enquiredMs = undefined;
  }

  /** enquire_link leaves with this sequence number. */
  enquired(sequence: number, nowMs: number): void {
    this.sequence = sequence;
    this.enquiredMs = this.sentMs = nowMs;
  }

  /** How long the answer to our last enquire_link took, if this sequence number is that of its answer; once. */
  takeAnswer(sequence: number, nowMs: number): number | undefined {
    if (this.sequence === 0 || sequence !== this.sequence) return undefined;
    this.sequence = 0;
    return nowMs - this.sentMs;
  }

  check(nowMs: number): Pulse {
    const { responseMs, enquireLinkMs, inactivityMs } = this.timers;
    if (this.enquiredMs !== undefined && nowMs >= this.enquiredMs + responseMs) return 'dead';
    if (inactivityMs > 0 && nowMs >= this.heardMs + inactivityMs) return 'inactive';
    return this.enquiredMs === undefined && nowMs >= this.heardMs + enquireLinkMs ? 'enquire' : 'fine';
  }

  /** When `check` next has something new to say. */
  deadlineMs(): number {
    const { responseMs, enquireLinkMs, inactivityMs } = this.timers;
    const enquiryMs =
      this.enquiredMs === undefined ? this.heardMs + enquireLinkMs : this.enquiredMs + responseMs;
    return inactivityMs > 0 ? Math.min(enquiryMs, this.heardMs + inactivityMs) : enquiryMs;
  }
}
