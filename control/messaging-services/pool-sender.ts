import type { Sid } from '../base/sid.ts';
import type { Capabilities, MessageSenderType } from '../inventory/number.ts';
import type { OwnedRow } from '../store/owned-rows.ts';

/** The three kinds of rows in a pool, by the letters of their SIDs. */
export type PoolPrefix = 'PN' | 'SC' | 'AI';

/** One sender in the pool of a Messaging Service. */
export interface PoolSender extends OwnedRow {
  /** PN or SC: that of the number, which it has for as long as the account holds it. AI: its own. */
  readonly sid: Sid;
  readonly serviceSid: Sid;
  readonly kind: MessageSenderType;
  /** E.164, a short code, or an alphanumeric sender ID. */
  readonly sender: string;
  /** Where it is from, or (alphanumeric) the country it is for, '' for every country; ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly capabilities: Pick<Capabilities, 'voice' | 'sms' | 'mms'>;
  readonly createdMs: number;
  readonly updatedMs: number;
}
