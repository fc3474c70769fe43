import { smartEncode } from '../../edge/messaging/segments/smart-encoding.ts';
import { segment, segmentCount } from '../../edge/messaging/segments/segments.ts';
import { decodeShortMessage } from '../../edge/smpp/text/decode.ts';
import { splitUserData } from '../../edge/smpp/text/udh.ts';
import type { Dice, Fuzzer } from './fuzzer.ts';

const alphabets = ['gsm7', 'latin1', 'ascii', 'utf8'] as const;

function hostileText(dice: Dice): string {
  const units = Array.from({ length: dice.int(800) }, () =>
    dice.pick([
      'a',
      '€',
      '{',
      '😀',
      '\ud83d',
      '\ude00',
      '\u001b',
      '…',
      '\0',
      String.fromCharCode(dice.int(0x10000)),
    ]),
  );
  return units.join('');
}

/** Octets in any data_coding, with any header: text or octets come out, no longer than what went in allows. */
function attackDecoding(dice: Dice): void {
  const octets = dice.bytes(dice.int(300));
  const split = splitUserData(octets);
  if (split.ok) {
    const { header, payload, headerOctets } = split.value;
    if (headerOctets + payload.length !== octets.length) throw new Error('octets lost beside the header');
    const place = header.concatenation;
    if (place !== undefined && (place.sequence < 1 || place.sequence > place.total))
      throw new Error('impossible place');
  }
  const language = split.ok ? split.value.header : {};
  const options = dice.int(2) === 0 ? { language } : { language, packed: { headerOctets: dice.int(140) } };
  const read = decodeShortMessage(dice.int(256), octets, dice.pick(alphabets), options);
  if (read.kind === 'text' && read.text.length > octets.length * 2 + 1)
    throw new Error('more text than octets');
}

/** Any string splits into segments within their limits, as many as are counted. */
function attackSegments(dice: Dice): void {
  const body = hostileText(dice);
  const smartEncoding = dice.int(2) === 0;
  const { encoding, segments, count } = segment(body, { smartEncoding });
  if (count !== segments.length || count !== segmentCount(body, { smartEncoding }))
    throw new Error('counts differ');
  const octets = segments.reduce((sum, one) => sum + one.length, 0);
  const text = smartEncoding ? smartEncode(body) : body;
  if (encoding === 'UCS-2' && octets !== text.length * 2) throw new Error('units lost');
  const most = encoding === 'GSM-7' ? (count === 1 ? 160 : 153) : count === 1 ? 140 : 134;
  if (segments.some((one) => one.length > most)) throw new Error('segment too long');
}

/** Decoders of short messages, user data headers and the segmenter. */
export const fuzzer: Fuzzer = {
  name: 'text',
  attack(dice) {
    if (dice.int(2) === 0) attackDecoding(dice);
    else attackSegments(dice);
  },
};
