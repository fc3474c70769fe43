import type { Metrics } from '../../control/metrics/metrics.ts';
import { inboundRating, outboundRating } from '../../media/quality/leg-quality.ts';
import type { LegQuality, StreamRating } from '../../media/quality/leg-quality.ts';

/** Counts how good a leg was, once it has ended. */
export function measured({ instruments }: Metrics, carrier: string, sound: LegQuality | null): void {
  if (sound === null) return;
  const { legScore, legLoss, legJitter, legRoundTrip } = instruments;
  const count = (direction: 'inbound' | 'outbound', stream: StreamRating | undefined): void => {
    if (stream === undefined) return;
    legScore(carrier, direction).observe(stream.mos);
    legLoss(carrier, direction).observe(stream.lossPercent / 100);
    legJitter(carrier, direction).observe(stream.jitterMs / 1000);
  };
  count('inbound', inboundRating(sound));
  count('outbound', outboundRating(sound));
  if (sound.roundTrip !== null) legRoundTrip(carrier).observe(sound.roundTrip.meanMs / 1000);
}
