import { assertNever } from '../../../control/base/result.ts';
import { codingOf, type DefaultAlphabet } from './data-coding.ts';
import { decodeGsm7, fillBitsAfter, unpackSeptets, type NationalLanguage } from './gsm7.ts';
import { decodeUcs2 } from './ucs2.ts';

const utf8 = new TextDecoder('utf-8');
const shiftJis = new TextDecoder('shift_jis');
const iso2022Jp = new TextDecoder('iso-2022-jp');
const eucJp = new TextDecoder('euc-jp');
const cyrillic = new TextDecoder('iso-8859-5');
const hebrew = new TextDecoder('iso-8859-8');
const korean = new TextDecoder('euc-kr');

const escape = 0x1b;

/** What a short message says: text, or octets that no alphabet gives a meaning. */
export type ShortMessageText = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'binary' };

export interface DecodeOptions {
  /** From the user data header; only GSM 7-bit heeds it. */
  readonly language?: NationalLanguage;
  /** GSM 7-bit is packed bit by bit, aligned after a header of `headerOctets` (with its length octet; 0 without one). */
  readonly packed?: { readonly headerOctets: number };
}

function decodeAscii(octets: Uint8Array): string {
  const text = Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1');
  return text.replace(/[\u0080-\u00ff]/g, '\ufffd');
}

function decodeDefault(octets: Uint8Array, alphabet: DefaultAlphabet, options: DecodeOptions): string {
  switch (alphabet) {
    case 'gsm7': {
      const { packed } = options;
      const septets =
        packed === undefined ? octets : unpackSeptets(octets, fillBitsAfter(packed.headerOctets));
      return decodeGsm7(septets, options.language);
    }
    case 'latin1':
      return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1');
    case 'ascii':
      return decodeAscii(octets);
    case 'utf8':
      return utf8.decode(octets);
    default:
      return assertNever(alphabet);
  }
}

/**
 * Reads the text of a short message, without its user data header (SMPP 3.4 §5.2.19; 3GPP TS 23.038 §4). What is
 * malformed becomes U+FFFD; nothing throws, and the time taken is linear in the octets.
 */
export function decodeShortMessage(
  dataCoding: number,
  octets: Uint8Array,
  defaultAlphabet: DefaultAlphabet,
  options: DecodeOptions = {},
): ShortMessageText {
  const coding = codingOf(dataCoding);
  switch (coding) {
    case 'binary':
      return { kind: 'binary' };
    case 'default':
      return { kind: 'text', text: decodeDefault(octets, defaultAlphabet, options) };
    case 'ascii':
      return { kind: 'text', text: decodeAscii(octets) };
    case 'latin1':
      return { kind: 'text', text: decodeDefault(octets, 'latin1', options) };
    case 'ucs2':
      return { kind: 'text', text: decodeUcs2(octets) };
    case 'jis':
      // The specification names the character set, not its encoding: escapes tell ISO-2022-JP from Shift JIS.
      return { kind: 'text', text: (octets.includes(escape) ? iso2022Jp : shiftJis).decode(octets) };
    case 'iso2022jp':
      return { kind: 'text', text: iso2022Jp.decode(octets) };
    case 'eucjp':
      return { kind: 'text', text: eucJp.decode(octets) };
    case 'cyrillic':
      return { kind: 'text', text: cyrillic.decode(octets) };
    case 'hebrew':
      return { kind: 'text', text: hebrew.decode(octets) };
    case 'korean':
      return { kind: 'text', text: korean.decode(octets) };
    default:
      return assertNever(coding);
  }
}
