import type { NumberType } from '../inventory/number.ts';

/** What a message costs is asked by this. */
export interface MessageQuery {
  readonly plan: string;
  readonly direction: 'outbound' | 'inbound';
  readonly kind: 'sms' | 'mms';
  /** The other party's. */
  readonly number: string;
  readonly senderType: NumberType | 'alphanumeric';
}

/** Where prices come from. */
export interface Tariff {
  /** Millionths for each segment; 0 where there is no price. */
  message(query: MessageQuery): number;
}

/** What holds without a price table: usage is counted and costs nothing. */
export const unpriced: Tariff = { message: () => 0 };
