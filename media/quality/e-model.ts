import { codecImpairments } from './codecs.ts';
import type { Codec } from '../codec.ts';

/** What the E-model rates a connection by; everything else has the default of ITU-T G.107 (06/2015), table 2. */
export interface Connection {
  readonly codec: Codec;
  /** Ppl: packets that never reached the ear, in percent. */
  readonly lossPercent: number;
  /** BurstR (section 7.4): the mean length of the losses, by what it would be were they random. 1 where they are. */
  readonly burstRatio: number;
  /** T = Ta = Tr / 2: from mouth to ear. */
  readonly delayMs: number;
}

// Ro and Is, and the powers of noise that delay is judged by, from the defaults of table 2.
const basicRating = 94.77;
const simultaneous = 1.41;
const noiseDbm = -61.18;
const receiveLoudness = 2;
const talkerEchoLoudness = 65;
const weightedEchoPathLoss = 110;

/** The transmission rating R, from 0 (unusable) to 93.2, section 7.1: R = Ro − Is − Id − Ie,eff. */
export function rating(connection: Connection): number {
  const { codec, lossPercent, burstRatio, delayMs } = connection;
  const { impairment, robustness } = codecImpairments[codec];
  // Section 7.4, equation 7-29.
  const equipment =
    impairment + ((95 - impairment) * lossPercent) / (lossPercent / Math.max(1, burstRatio) + robustness);
  return Math.max(0, basicRating - simultaneous - delayImpairment(Math.max(0, delayMs)) - equipment);
}

/** The mean opinion score that belongs to a rating, from 1 (bad) to 4.5 (annex B). */
export function meanOpinionScore(r: number): number {
  if (r <= 0) return 1;
  if (r >= 100) return 4.5;
  // Below 6.5 the polynomial of equation B-4 falls under 1.
  return Math.max(1, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6);
}

/** Id, section 7.3: what delay does by the echo of the talker, by that of the listener, and by itself. */
export const delayImpairment = (delayMs: number): number =>
  talkerEcho(delayMs) + listenerEcho(2 * delayMs) + absoluteDelay(delayMs);

function talkerEcho(delayMs: number): number {
  const without = -1.5 * (noiseDbm - receiveLoudness);
  const loudness =
    talkerEchoLoudness -
    40 * Math.log10((1 + delayMs / 10) / (1 + delayMs / 150)) +
    6 * Math.exp(-0.3 * delayMs ** 2);
  const withEcho = 80 + 2.5 * (loudness - 14);
  const half = (without - withEcho) / 2;
  return (half + Math.sqrt(half ** 2 + 100) - 1) * (1 - Math.exp(-delayMs));
}

function listenerEcho(roundTripMs: number): number {
  const withEcho = 10.5 * (weightedEchoPathLoss + 7) * (roundTripMs + 1) ** -0.25;
  const half = (basicRating - withEcho) / 2;
  return half + Math.sqrt(half ** 2 + 169);
}

function absoluteDelay(delayMs: number): number {
  if (delayMs <= 100) return 0;
  const x = Math.log2(delayMs / 100);
  return 25 * ((1 + x ** 6) ** (1 / 6) - 3 * (1 + (x / 3) ** 6) ** (1 / 6) + 2);
}
