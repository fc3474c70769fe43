import type { SubmitSm } from '../../smpp/message.ts';
import type { Message, Part } from '../message.ts';
import type { Carrier, SubmitOutcome } from './carrier.ts';

/** How a flight ended, once nothing of it is unanswered. */
export type FlightEnd =
  | { readonly kind: 'sent' }
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'throttled' }
  | { readonly kind: 'lost' };

export interface FlightListener {
  nowMs(): number;
  answered(kind: SubmitOutcome['kind'], latencyMs: number): void;
  /** A segment was taken; `last` if it was the last one missing. */
  accepted(part: number, carrierId: string, last: boolean): void;
  ended(end: FlightEnd): void;
}

/** The gravest of several ends decides: a refusal is final, a throttle costs only time. */
const gravity: readonly FlightEnd['kind'][] = ['sent', 'throttled', 'lost', 'refused'];

const unsent: Part = { state: 'unsent', carrierId: '' };
const oneUnsent: readonly Part[] = [unsent];

/**
 * The parts of a message for a carrier that has it in `length` of them. One that another carrier has taken a part of,
 * but in another number of parts, begins again: those would not join.
 */
export const partsOf = ({ parts }: Message, length: number): readonly Part[] =>
  parts.length === length ? parts : length === 1 ? oneUnsent : Array.from({ length }, () => unsent);

/** One message on its way to one carrier: those of its segments that the carrier has not taken yet. */
export class Flight {
  /** As it was when it left; the row may have changed since. */
  readonly message: Message;
  readonly carrier: Carrier;
  private readonly sms: readonly SubmitSm[];
  private readonly listener: FlightListener;
  private readonly waiting: number[];
  private missing: number;
  private unanswered = 0;
  private ended = false;
  private end: FlightEnd = { kind: 'sent' };

  constructor(message: Message, carrier: Carrier, sms: readonly SubmitSm[], listener: FlightListener) {
    this.message = message;
    this.carrier = carrier;
    this.sms = sms;
    this.listener = listener;
    const parts = partsOf(message, sms.length);
    this.waiting = sms.map((_, index) => index).filter((index) => parts[index]?.state === 'unsent');
    this.missing = this.waiting.length;
  }

  /** How many segments the message has at this carrier. */
  get length(): number {
    return this.sms.length;
  }

  /** Submits what there is room for. False: segments are left, call again when there is room. */
  proceed(): boolean {
    if (this.end.kind !== 'sent') this.waiting.length = 0;
    while (this.waiting.length > 0) {
      if (!this.carrier.up) {
        this.waiting.length = 0;
        this.worsen({ kind: 'lost' });
        break;
      }
      if (this.carrier.capacity() <= 0) return false;
      this.submit(this.waiting.shift() as number);
    }
    this.finish();
    return true;
  }

  private submit(part: number): void {
    const begunMs = this.listener.nowMs();
    this.unanswered++;
    this.carrier.submit(this.sms[part] as SubmitSm, (outcome) => {
      this.unanswered--;
      this.listener.answered(outcome.kind, this.listener.nowMs() - begunMs);
      this.heard(part, outcome);
      // The rest of a message that has been turned away is not sent; what is under way is still awaited.
      if (this.end.kind !== 'sent') this.waiting.length = 0;
      this.finish();
    });
  }

  private heard(part: number, outcome: SubmitOutcome): void {
    switch (outcome.kind) {
      case 'accepted':
        this.missing--;
        return this.listener.accepted(part, outcome.messageId, this.missing === 0);
      case 'refused':
        return this.worsen({ kind: 'refused', status: outcome.status });
      case 'throttled':
        return this.worsen({ kind: 'throttled' });
      case 'lost':
        return this.worsen({ kind: 'lost' });
    }
  }

  private worsen(end: FlightEnd): void {
    if (gravity.indexOf(end.kind) > gravity.indexOf(this.end.kind)) this.end = end;
  }

  private finish(): void {
    if (this.unanswered > 0 || this.waiting.length > 0 || this.ended) return;
    this.ended = true;
    this.listener.ended(this.end);
  }
}
