import { escapeSeptet, gsm7Length, writeGsm7 } from '../../smpp/text/gsm7.ts';
import { encodeUcs2 } from '../../smpp/text/ucs2.ts';
import { smartEncode } from './smart-encoding.ts';

export type Encoding = 'GSM-7' | 'UCS-2';

export interface Segmented {
  readonly encoding: Encoding;
  /** Payload octets of each segment without its user data header: one septet an octet, or UTF-16BE. */
  readonly segments: readonly Buffer[];
  /** `segments.length`; 1 for an empty body. Twilio's NumSegments. */
  readonly count: number;
  /** As `characterCount` of the body given. */
  readonly characters: number;
}

export interface SegmentOptions {
  /** Twilio's SmartEncoded parameter: typographic characters are replaced before anything is counted. */
  readonly smartEncoding?: boolean;
}

/** data_coding of a segment (SMPP 3.4 §5.2.19). */
export const dataCodingOf = (encoding: Encoding): number => (encoding === 'GSM-7' ? 0x00 : 0x08);

/** The most that fits: alone, and beside the six octets of a concatenation header. In septets and UTF-16 units. */
const limits = {
  'GSM-7': { single: 160, part: 153 },
  'UCS-2': { single: 70, part: 67 },
} as const;

/**
 * What Twilio's limit of 1,600 counts (error 21617): a character outside the Basic Multilingual Plane, such as an
 * emoji, counts as two.
 */
export const characterCount = (body: string): number => body.length;

/** Where the part that begins at septet `at` ends. An escape, which is never a second octet, stays with its character. */
function gsm7End(septets: Uint8Array, at: number): number {
  const end = at + limits['GSM-7'].part;
  if (end >= septets.length) return septets.length;
  return septets[end - 1] === escapeSeptet ? end - 1 : end;
}

/** Where the part that begins at UTF-16 unit `at` ends. Surrogate pairs stay whole. */
function ucs2End(text: string, at: number): number {
  const end = at + limits['UCS-2'].part;
  if (end >= text.length) return text.length;
  const pairCut = isHigh(text.charCodeAt(end - 1)) && isLow(text.charCodeAt(end));
  return pairCut ? end - 1 : end;
}

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;

function splitGsm7(text: string, septetCount: number): Buffer[] {
  const septets = writeGsm7(text, septetCount);
  if (septetCount <= limits['GSM-7'].single) return [septets];
  const parts: Buffer[] = [];
  for (let at = 0; at < septets.length;) {
    const end = gsm7End(septets, at);
    parts.push(septets.subarray(at, end));
    at = end;
  }
  return parts;
}

function splitUcs2(text: string): Buffer[] {
  const octets = encodeUcs2(text);
  if (text.length <= limits['UCS-2'].single) return [octets];
  const parts: Buffer[] = [];
  for (let at = 0; at < text.length;) {
    const end = ucs2End(text, at);
    parts.push(octets.subarray(at * 2, end * 2));
    at = end;
  }
  return parts;
}

/** What is to be sent, and its length in septets; -1 if it must be UCS-2. */
function measure(body: string, { smartEncoding }: SegmentOptions): { text: string; septets: number } {
  const septets = gsm7Length(body);
  // Nothing that Smart Encoding replaces is in the alphabet.
  if (septets >= 0 || smartEncoding !== true) return { text: body, septets };
  const text = smartEncode(body);
  return { text, septets: gsm7Length(text) };
}

/**
 * Splits a message body into SMS segments as Twilio counts them
 * (https://www.twilio.com/docs/glossary/what-sms-character-limit): GSM-7 if every character is in the default alphabet
 * or its extension, 160 septets or 153 each; else UCS-2, 70 units or 67 each. The parts are views of one buffer.
 */
export function segment(body: string, options: SegmentOptions = {}): Segmented {
  const { text, septets } = measure(body, options);
  const encoding: Encoding = septets < 0 ? 'UCS-2' : 'GSM-7';
  const segments = septets < 0 ? splitUcs2(text) : splitGsm7(text, septets);
  return { encoding, segments, count: segments.length, characters: characterCount(body) };
}

/** How many segments `body` takes: `segment(body).count` without its octets. */
export function segmentCount(body: string, options: SegmentOptions = {}): number {
  const { text, septets } = measure(body, options);
  if (septets < 0) return ucs2Count(text);
  if (septets <= limits['GSM-7'].single) return 1;
  // Without extension characters every part but the last is full.
  if (septets === text.length) return Math.ceil(septets / limits['GSM-7'].part);
  return splitGsm7(text, septets).length;
}

function ucs2Count(text: string): number {
  if (text.length <= limits['UCS-2'].single) return 1;
  let count = 0;
  for (let at = 0; at < text.length; at = ucs2End(text, at)) count++;
  return count;
}
