import { messageSenderTypes } from '../inventory/number.ts';
import type { Micros } from './amount.ts';

export const directions = ['outbound', 'inbound'] as const;
export type PriceDirection = (typeof directions)[number];

export const priceServices = ['sms', 'mms', 'voice'] as const;
export type PriceService = (typeof priceServices)[number];

/** What sends or calls; inbound, what of ours is reached. */
export const senderTypes = [...messageSenderTypes, 'sip', 'client'] as const;
export type SenderType = (typeof senderTypes)[number];

/** What is priced by its uses, besides messages, calls and numbers: a begun minute of each. */
export const unitNames = ['recording_minute', 'transcription_minute', 'conference_minute'] as const;
export type UnitName = (typeof unitNames)[number];

/** What a call costs. */
export interface CallPrice {
  readonly perMinuteMicros: Micros;
  /** What is begun of so many seconds is charged whole. */
  readonly incrementSeconds: number;
  /** An answered call is charged as if it had lasted at least so long. */
  readonly minimumSeconds: number;
  /** Once for each answered call. */
  readonly connectMicros: Micros;
}

export const freeCall: CallPrice = Object.freeze({
  perMinuteMicros: 0,
  incrementSeconds: 60,
  minimumSeconds: 0,
  connectMicros: 0,
});

/** The seconds that are charged of so many answered ones; of 0, which is a call that nobody answered, none. */
export function billedSeconds({ incrementSeconds, minimumSeconds }: CallPrice, seconds: number): number {
  if (seconds <= 0) return 0;
  return Math.ceil(Math.max(seconds, minimumSeconds) / incrementSeconds) * incrementSeconds;
}

/** The price of a call that was answered for so many seconds, rounded up to a whole millionth; 0 if it was not answered. */
export function callCharge(price: CallPrice, seconds: number): Micros {
  const billed = billedSeconds(price, seconds);
  return billed === 0 ? 0 : price.connectMicros + Math.ceil((price.perMinuteMicros * billed) / 60);
}
