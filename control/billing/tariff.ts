import { callingCodeOfCountry } from '../inventory/e164.ts';
import type { MessageSenderType, PhoneNumber } from '../inventory/number.ts';

/** What a message costs is asked by this. */
export interface MessageQuery {
  readonly plan: string;
  readonly direction: 'outbound' | 'inbound';
  readonly kind: 'sms' | 'mms';
  /** Outbound the other party's; inbound our own, by `pricedAs`: as Twilio's price lists have it. */
  readonly number: string;
  readonly senderType: MessageSenderType;
}

/** Where prices come from. */
export interface Tariff {
  /** Millionths for each segment; 0 where there is no price. */
  message(query: MessageQuery): number;
}

/** What holds without a price table: usage is counted and costs nothing. */
export const unpriced: Tariff = { message: () => 0 };

/** What stands for a number of ours in price lists: itself; for a short code the calling code of its country. */
export const pricedAs = ({ e164, place }: Pick<PhoneNumber, 'e164' | 'place'>): string =>
  e164.startsWith('+') ? e164 : `+${callingCodeOfCountry(place.country) ?? ''}`;
