import { defaultAlphabet, defaultExtension, lockingShifts, singleShifts } from './gsm7-tables.ts';

/** The septet that announces a character of the extension table. */
export const escapeSeptet = 0x1b;

/** In `gsm7Codes`: the character is written as an escape and the low seven bits. */
const extended = 0x80;

/** In `gsm7Codes`: the alphabet has no such character. */
const absent = 0xff;

/** The code of every UTF-16 unit, so that encoding is one look-up a character and never a search. */
const gsm7Codes = new Uint8Array(0x10000).fill(absent);
for (let septet = 0; septet < 128; septet++) {
  // 0x20 alone is a real space in the extension's rows of sixteen: an absent position is skipped.
  if (defaultExtension[septet] !== ' ') gsm7Codes[defaultExtension.charCodeAt(septet)] = septet | extended;
  if (septet !== escapeSeptet) gsm7Codes[defaultAlphabet.charCodeAt(septet)] = septet;
}

/** How many septets `text` takes in the default alphabet with its extension; -1 if it cannot be written in it. */
export function gsm7Length(text: string): number {
  let septets = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = gsm7Codes[text.charCodeAt(i)] as number;
    if (code >= extended) {
      if (code === absent) return -1;
      septets++;
    }
  }
  return septets;
}

/** Writes `text`, of which `gsm7Length` is `septets`, one septet an octet as SMPP carries it. */
export function writeGsm7(text: string, septets: number): Buffer {
  const out = Buffer.allocUnsafe(septets);
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    const code = gsm7Codes[text.charCodeAt(i)] as number;
    if (code >= extended) out[at++] = escapeSeptet;
    out[at++] = code & 0x7f;
  }
  return out;
}

/** `text` in GSM 7-bit, one septet an octet; undefined if the alphabet lacks one of its characters. */
export function encodeGsm7(text: string): Buffer | undefined {
  const septets = gsm7Length(text);
  return septets < 0 ? undefined : writeGsm7(text, septets);
}

/** National language identifiers from a user data header (3GPP TS 23.040 §9.2.3.24.15, .16). */
export interface NationalLanguage {
  readonly singleShift?: number;
  readonly lockingShift?: number;
}

/**
 * Reads GSM 7-bit, one septet an octet. Octets above 0x7F become U+FFFD. An escape before a position without a
 * character yields the main table's character, and one that ends the text or is doubled a space (TS 23.038
 * §6.2.1.1). Languages without a table here are read with the default one.
 */
export function decodeGsm7(octets: Uint8Array, language: NationalLanguage = {}): string {
  const main = lockingShifts[language.lockingShift ?? 0] ?? defaultAlphabet;
  const extension = singleShifts[language.singleShift ?? 0] ?? defaultExtension;
  const units = Buffer.allocUnsafe(octets.length * 2);
  let at = 0;
  for (let i = 0; i < octets.length; i++) {
    let octet = octets[i] as number;
    let unit = 0xfffd;
    if (octet === escapeSeptet) {
      i++;
      octet = octets[i] ?? escapeSeptet;
      if (octet === escapeSeptet) unit = 0x20;
      else if (octet < 128) {
        unit = extension.charCodeAt(octet);
        if (unit === 0x20) unit = main.charCodeAt(octet);
      }
    } else if (octet < 128) unit = main.charCodeAt(octet);
    units[at++] = unit & 0xff;
    units[at++] = unit >> 8;
  }
  return units.toString('utf16le', 0, at);
}

/**
 * Unpacks septets that lie bit by bit in octets (TS 23.038 §6.1.2.1), as a few carriers send them even over SMPP.
 * `fillBits` (0 to 6) are skipped at the start: what aligns the text after a user data header. A last septet of
 * zero bits that only fills up the last octet is dropped.
 */
export function unpackSeptets(octets: Uint8Array, fillBits = 0): Buffer {
  const bits = octets.length * 8 - fillBits;
  const count = bits <= 0 ? 0 : Math.floor(bits / 7);
  const out = Buffer.allocUnsafe(count);
  for (let i = 0; i < count; i++) {
    const bit = fillBits + i * 7;
    const low = octets[bit >> 3] as number;
    const high = octets[(bit >> 3) + 1] ?? 0;
    out[i] = ((low | (high << 8)) >> (bit & 7)) & 0x7f;
  }
  const filled = count > 0 && bits % 7 === 0 && out[count - 1] === 0;
  return filled ? out.subarray(0, count - 1) : out;
}

/** Whole octets of a header leave this many bits before the next septet boundary (TS 23.040 §9.2.3.24). */
export const fillBitsAfter = (headerOctets: number): number => (7 - ((headerOctets * 8) % 7)) % 7;
