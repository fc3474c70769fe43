import { smartEncodingTable } from './smart-encoding-table.ts';

const replacements = new Map<number, string>(
  smartEncodingTable.flatMap(([from, to]) => Array.from(from, (unit) => [unit.charCodeAt(0), to] as const)),
);

/**
 * `body` with typographic characters replaced by plain ones, as Twilio's Smart Encoding does
 * (https://www.twilio.com/docs/messaging/services#smart-encoding). Each is replaced whether or not the whole then
 * fits GSM 7-bit, which is how Twilio's segment calculator counts.
 */
export function smartEncode(body: string): string {
  let out = '';
  let copied = 0;
  for (let i = 0; i < body.length; i++) {
    const replacement = replacements.get(body.charCodeAt(i));
    if (replacement === undefined) continue;
    out += body.slice(copied, i) + replacement;
    copied = i + 1;
  }
  return copied === 0 ? body : out + body.slice(copied);
}
