import { callingCodeOfCountry } from '../inventory/e164.ts';
import type { MessageSenderType, NumberType, PhoneNumber } from '../inventory/number.ts';
import { freeCall, type CallPrice, type SenderType, type UnitName } from '../prices/price.ts';

/** What a message costs is asked by this. */
export interface MessageQuery {
  readonly plan: string;
  readonly direction: 'outbound' | 'inbound';
  readonly kind: 'sms' | 'mms';
  /** Outbound the other party's; inbound our own, by `pricedAs`: as Twilio's price lists have it. */
  readonly number: string;
  readonly senderType: MessageSenderType;
}

/** What a call leg costs is asked by this. */
export interface CallQuery {
  readonly plan: string;
  readonly direction: 'outbound' | 'inbound';
  /** Outbound the other party's; inbound our own, by `pricedAs`. `+` for a leg to or from no number. */
  readonly number: string;
  /** Of our own number; `sip` or `client` for a leg to or from such; null for a caller ID that is no number of ours. */
  readonly senderType: SenderType | null;
}

/** Where prices come from; everything costs nothing that has no price. */
export interface Tariff {
  /** Millionths for each segment. */
  message(query: MessageQuery): number;
  call(query: CallQuery): CallPrice;
  /** Millionths for each month. `country` is ISO 3166-1 alpha-2. */
  number(query: { readonly plan: string; readonly country: string; readonly type: NumberType }): number;
  /** Millionths for each use. */
  unit(query: { readonly plan: string; readonly category: UnitName }): number;
}

/** What holds without a price table: usage is counted and costs nothing. */
export const unpriced: Tariff = { message: () => 0, call: () => freeCall, number: () => 0, unit: () => 0 };

/** What stands for a number of ours in price lists: itself; for a short code the calling code of its country. */
export const pricedAs = ({ e164, place }: Pick<PhoneNumber, 'e164' | 'place'>): string =>
  e164.startsWith('+') ? e164 : `+${callingCodeOfCountry(place.country) ?? ''}`;
