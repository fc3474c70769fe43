import type { Codec } from '../media.ts';

/**
 * G.711 by tables: µ-law and A-law from and to 16-bit samples, and from one to the other. All of it works in place in
 * what the caller gives, and allocates nothing.
 *
 * Linear values are left-aligned in 16 bits: µ-law's 14 bits reach ±32,124, A-law's 13 bits ±32,256.
 */

/** What the absence of sound is in each law (the even bits of A-law inverted, as on the wire). */
export const ulawSilence = 0xff;
const alawSilence = 0xd5;

/** ITU-T G.711 table 2: the 14-bit value behind each µ-law octet; 33 is the bias that makes segments powers of two. */
function ulawValue(octet: number): number {
  const bits = ~octet & 0xff;
  const magnitude = ((((bits & 0x0f) << 3) + 0x84) << ((bits >> 4) & 7)) - 0x84;
  return (bits & 0x80) === 0 ? magnitude : -magnitude;
}

/** ITU-T G.711 table 1: the 13-bit value behind each A-law octet. */
function alawValue(octet: number): number {
  const bits = octet ^ 0x55;
  const segment = (bits >> 4) & 7;
  const step = ((bits & 0x0f) << 4) + 8;
  const magnitude = segment === 0 ? step : (step + 0x100) << (segment - 1);
  return (bits & 0x80) === 0 ? -magnitude : magnitude;
}

/** The segment of a magnitude whose lowest segment ends below 256. */
const segmentOf = (magnitude: number): number => Math.max(0, 24 - Math.clz32(magnitude));

function ulawOctet(sample: number): number {
  const biased = Math.min(Math.abs(sample), 32_635) + 0x84;
  const segment = segmentOf(biased);
  const bits = (segment << 4) | ((biased >> (segment + 3)) & 0x0f);
  return ~(sample < 0 ? bits | 0x80 : bits) & 0xff;
}

function alawOctet(sample: number): number {
  // Zero is a decision value of A-law, not a level: the negative side begins at −1.
  const magnitude = sample < 0 ? -sample - 1 : sample;
  const segment = segmentOf(magnitude);
  const bits = (segment << 4) | ((magnitude >> (segment === 0 ? 4 : segment + 3)) & 0x0f);
  return (sample < 0 ? bits : bits | 0x80) ^ 0x55;
}

const fromUlaw = Int16Array.from({ length: 256 }, (_, octet) => ulawValue(octet));
const fromAlaw = Int16Array.from({ length: 256 }, (_, octet) => alawValue(octet));
/** Indexed by the sample's 16 bits, unsigned. */
const toUlaw = Uint8Array.from({ length: 65_536 }, (_, bits) => ulawOctet((bits << 16) >> 16));
const toAlaw = Uint8Array.from({ length: 65_536 }, (_, bits) => alawOctet((bits << 16) >> 16));

/** As many samples as `into` holds, or as there are octets; gives their number. */
function expand(table: Int16Array, octets: Uint8Array, into: Int16Array): number {
  const count = Math.min(octets.length, into.length);
  for (let i = 0; i < count; i++) into[i] = table[octets[i] as number] as number;
  return count;
}

function compress(table: Uint8Array, samples: Int16Array, into: Uint8Array): number {
  const count = Math.min(samples.length, into.length);
  for (let i = 0; i < count; i++) into[i] = table[(samples[i] as number) & 0xffff] as number;
  return count;
}

function translate(table: Uint8Array, octets: Uint8Array, into: Uint8Array): number {
  const count = Math.min(octets.length, into.length);
  for (let i = 0; i < count; i++) into[i] = table[octets[i] as number] as number;
  return count;
}

export const decodeUlaw = (octets: Uint8Array, into: Int16Array): number => expand(fromUlaw, octets, into);
export const decodeAlaw = (octets: Uint8Array, into: Int16Array): number => expand(fromAlaw, octets, into);
export const encodeUlaw = (samples: Int16Array, into: Uint8Array): number => compress(toUlaw, samples, into);
export const encodeAlaw = (samples: Int16Array, into: Uint8Array): number => compress(toAlaw, samples, into);

/**
 * Each octet by way of its linear value: the nearest level of the other law, which is what tables 3 and 4 of G.711
 * give, except for a few ties that round the other way.
 */
const alawOfUlaw = Uint8Array.from(fromUlaw, (sample) => alawOctet(sample));
const ulawOfAlaw = Uint8Array.from(fromAlaw, (sample) => ulawOctet(sample));

/** `into` may be `octets` itself. */
export const ulawToAlaw = (octets: Uint8Array, into: Uint8Array): number =>
  translate(alawOfUlaw, octets, into);
/** `into` may be `octets` itself. */
export const alawToUlaw = (octets: Uint8Array, into: Uint8Array): number =>
  translate(ulawOfAlaw, octets, into);

export interface Law {
  decode(octets: Uint8Array, into: Int16Array): number;
  encode(samples: Int16Array, into: Uint8Array): number;
  /** The octet of silence. */
  readonly silence: number;
}

/** The laws by the names that SDP gives them. */
export const g711: Readonly<Record<Codec, Law>> = {
  PCMU: { decode: decodeUlaw, encode: encodeUlaw, silence: ulawSilence },
  PCMA: { decode: decodeAlaw, encode: encodeAlaw, silence: alawSilence },
};
