import { parseNumber } from '../../control/inventory/e164.ts';

/** An address of a filter as messages and calls keep it: numbers in E.164, short codes and everything else as it is. */
export function addressOf(text: string): string {
  // A plus sign that was not percent-encoded in the query has become a space.
  const number = parseNumber(text.startsWith(' ') ? `+${text.slice(1)}` : text);
  return /^\d{3,8}$/.test(text) || !number.ok ? text : number.value.e164;
}
