import { isShortCode } from './e164.ts';
import type { NumberType, PhoneNumber } from './number.ts';

/** What paces a sender: the `senders` of the configuration name a rate for each class. */
export type SenderClass = 'local' | 'mobile' | 'tollfree' | 'shortcode' | 'alphanumeric';

/** Toll-free area codes of +1 (https://www.nanpa.com). */
const tollFree = /^\+1(800|833|844|855|866|877|888)\d{7}$/;

/** The class of a number by its type. */
export const classOfType: Readonly<Record<NumberType, SenderClass>> = {
  local: 'local',
  mobile: 'mobile',
  tollfree: 'tollfree',
  national: 'local',
  voip: 'local',
  sharedcost: 'local',
  machinetomachine: 'mobile',
  shortcode: 'shortcode',
};

/** The class of a sender: as its row in the inventory says, or, where it has none, by its form. */
export function senderClass(sender: string, number?: Pick<PhoneNumber, 'type'>): SenderClass {
  if (number !== undefined) return classOfType[number.type];
  if (tollFree.test(sender)) return 'tollfree';
  if (/^\+\d+$/.test(sender)) return 'local';
  return isShortCode(sender) ? 'shortcode' : 'alphanumeric';
}
