import type { Codec } from '../codec.ts';
import { meanOpinionScore, rating } from './e-model.ts';
import type { LegSample } from './course.ts';
import type { LegFigures } from './figures.ts';

/** A leg's figures with the codec that they were counted in: what is kept of it. */
export interface LegQuality extends LegFigures {
  readonly codec: Codec;
}

/** A leg that has ended: all of it, and how it came to that. */
export interface MeasuredLeg {
  readonly sound: LegQuality;
  /** While it went on, oldest first: in the codec of its end. */
  readonly samples: readonly LegSample[];
}

/** How good one direction of a leg was. */
export interface StreamRating {
  /** Of what was sent, between 0 and 100. */
  readonly lossPercent: number;
  readonly jitterMs: number;
  readonly jitterMaxMs: number;
  /** The E-model's rating, 0 to 93.2, and the mean opinion score that it means, 1 to 4.5. */
  readonly rating: number;
  readonly mos: number;
}

/** A packet holds this much sound before it can leave, and a receiver holds back at least this much. */
const packetMs = 20;
const bufferMinMs = 40;

/** More of jitter is no figure: a peer reports what it likes. */
const jitterLimitMs = 10_000;

/** What the peer sent, as it came here; undefined where nothing came. */
export function inboundRating({ codec, received, roundTrip }: LegQuality): StreamRating | undefined {
  if (received.packets === 0) return undefined;
  const loss = received.lost / (received.packets + received.lost);
  // Section 7.4 of G.107: by random losses, of which each lasts 1 / (1 − loss) on average.
  const burstRatio = received.gaps === 0 ? 1 : (received.lost / received.gaps) * (1 - loss);
  return rated(codec, loss, burstRatio, received, roundTrip);
}

/** What we sent, as the peer's RTCP says that it came there; undefined where it said nothing. */
export function outboundRating({ codec, sent, reported, roundTrip }: LegQuality): StreamRating | undefined {
  if (reported === null || sent.packets === 0) return undefined;
  const loss = Math.min(1, reported.lost / sent.packets);
  return rated(codec, loss, 1, reported, roundTrip);
}

function rated(
  codec: Codec,
  loss: number,
  burstRatio: number,
  jitter: { readonly jitterMs: number; readonly jitterMaxMs: number },
  roundTrip: LegQuality['roundTrip'],
): StreamRating {
  const jitterMs = Math.min(jitterLimitMs, jitter.jitterMs);
  const jitterMaxMs = Math.min(jitterLimitMs, jitter.jitterMaxMs);
  // A buffer of twice the mean jitter loses few packets more.
  const bufferMs = Math.max(bufferMinMs, 2 * jitterMs);
  const delayMs = packetMs + bufferMs + (roundTrip?.meanMs ?? 0) / 2;
  const r = rating({ codec, lossPercent: 100 * loss, burstRatio, delayMs });
  return { lossPercent: 100 * loss, jitterMs, jitterMaxMs, rating: r, mos: meanOpinionScore(r) };
}
