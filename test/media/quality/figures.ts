import type { LegFigures } from '../../../media/quality/figures.ts';

/** So many packets each way, without a fault. */
export const figuresOf = (packets: number): LegFigures => ({
  received: {
    packets,
    bytes: 160 * packets,
    lost: 0,
    gaps: 0,
    longestGap: 0,
    late: 0,
    jitterMs: 1.25,
    jitterMaxMs: 4,
  },
  sent: { packets, bytes: 160 * packets },
  reported: null,
  roundTrip: null,
});
