import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { joined } from '../../../media/quality/figures.ts';
import type { ReceivedFigures } from '../../../media/quality/figures.ts';
import { inboundRating, outboundRating } from '../../../media/quality/leg-quality.ts';
import type { LegQuality } from '../../../media/quality/leg-quality.ts';

const received: ReceivedFigures = {
  packets: 1_000,
  bytes: 160_000,
  lost: 0,
  gaps: 0,
  longestGap: 0,
  late: 0,
  jitterMs: 1,
  jitterMaxMs: 3,
};
const clean: LegQuality = {
  codec: 'PCMU',
  received,
  sent: { packets: 1_000, bytes: 160_000 },
  reported: { lost: 0, jitterMs: 2, jitterMaxMs: 4 },
  roundTrip: { meanMs: 20, maxMs: 30 },
};
const scoreOf = (quality: LegQuality): number => inboundRating(quality)?.mos ?? Number.NaN;

void describe('the quality of a leg', () => {
  void it('is nearly the best that there is where nothing was lost', () => {
    const mos = scoreOf(clean);
    assert.ok(mos > 4.3 && mos < 4.4, String(mos));
    assert.equal(inboundRating(clean)?.lossPercent, 0);
  });

  void it('falls with losses, more where they come together', () => {
    const scattered = { ...received, packets: 900, lost: 100, gaps: 100, longestGap: 1 };
    const together = { ...scattered, gaps: 10, longestGap: 10 };
    const lossy = inboundRating({ ...clean, received: scattered });
    assert.equal(lossy?.lossPercent, 10);
    assert.ok(lossy.mos > 3.2 && lossy.mos < 3.5, String(lossy.mos));
    assert.ok(scoreOf({ ...clean, received: together }) < lossy.mos - 0.3);
  });

  void it('falls with jitter, which needs a longer buffer, and with a long way', () => {
    assert.ok(scoreOf({ ...clean, received: { ...received, jitterMs: 100 } }) < scoreOf(clean) - 0.1);
    assert.ok(scoreOf({ ...clean, roundTrip: { meanMs: 600, maxMs: 600 } }) < scoreOf(clean) - 0.5);
  });

  void it('is unknown where nothing came, and where the peer reported nothing', () => {
    assert.equal(inboundRating({ ...clean, received: { ...received, packets: 0 } }), undefined);
    assert.equal(outboundRating({ ...clean, reported: null }), undefined);
    assert.equal(outboundRating({ ...clean, sent: { packets: 0, bytes: 0 } }), undefined);
  });

  void it('takes no report for more than all', () => {
    const boasting = { lost: 8_388_607, jitterMs: 5e8, jitterMaxMs: 5e8 };
    const rated = outboundRating({ ...clean, reported: boasting });
    assert.equal(rated?.lossPercent, 100);
    assert.deepEqual([rated.mos, rated.jitterMs, rated.jitterMaxMs], [1, 10_000, 10_000]);
  });

  void it('goes on over a transport that was made anew', () => {
    const both = joined(
      { ...clean, received: { ...received, lost: 5, gaps: 2, longestGap: 4, jitterMs: 2 } },
      {
        ...clean,
        received: { ...received, packets: 3_000, jitterMaxMs: 9 },
        reported: null,
        roundTrip: null,
      },
    );
    assert.deepEqual(both, {
      received: {
        ...received,
        packets: 4_000,
        bytes: 320_000,
        lost: 5,
        gaps: 2,
        longestGap: 4,
        jitterMs: 1.25,
        jitterMaxMs: 9,
      },
      sent: { packets: 2_000, bytes: 320_000 },
      reported: clean.reported,
      roundTrip: clean.roundTrip,
    });
  });
});
