import type { Sid } from '../../../control/base/sid.ts';
import { sidKey } from '../../../control/store/keys.ts';
import type { TableSpec } from '../../../control/store/table.ts';
import type { LegSample } from '../../../media/quality/course.ts';

/**
 * The samples of each call's sound, written with its end: at most 360 (media/quality/course.ts), of some 40 bytes each as
 * packed here, whole numbers in one array.
 */
export const callSampleTable: TableSpec<Sid, readonly LegSample[]> = {
  name: 'call-samples',
  key: sidKey('CA'),
  version: 1,
  unhurried: true,
  pack: (samples) => samples.map(packed),
  unpack: (rows) => (rows as readonly Packed[]).map(unpacked),
};

type Packed = readonly (number | null)[];

const micros = (ms: number): number => Math.round(ms * 1000);
const millis = (value: number | null | undefined): number => (value ?? 0) / 1000;

function packed({ atMs, figures: { received, sent, reported, roundTrip } }: LegSample): Packed {
  return [
    atMs,
    received.packets,
    received.bytes,
    received.lost,
    received.gaps,
    received.longestGap,
    received.late,
    micros(received.jitterMs),
    micros(received.jitterMaxMs),
    sent.packets,
    sent.bytes,
    reported === null ? null : reported.lost,
    reported === null ? null : micros(reported.jitterMs),
    reported === null ? null : micros(reported.jitterMaxMs),
    roundTrip === null ? null : micros(roundTrip.meanMs),
    roundTrip === null ? null : micros(roundTrip.maxMs),
  ];
}

function unpacked(row: Packed): LegSample {
  const [atMs, packets, bytes, lost, gaps, longestGap, late, jitter, jitterMax, ...rest] = row;
  const [sentPackets, sentBytes, reportedLost, reportedJitter, reportedMax, meanTrip, maxTrip] = rest;
  return {
    atMs: atMs ?? 0,
    figures: {
      received: {
        packets: packets ?? 0,
        bytes: bytes ?? 0,
        lost: lost ?? 0,
        gaps: gaps ?? 0,
        longestGap: longestGap ?? 0,
        late: late ?? 0,
        jitterMs: millis(jitter),
        jitterMaxMs: millis(jitterMax),
      },
      sent: { packets: sentPackets ?? 0, bytes: sentBytes ?? 0 },
      reported:
        typeof reportedLost === 'number'
          ? { lost: reportedLost, jitterMs: millis(reportedJitter), jitterMaxMs: millis(reportedMax) }
          : null,
      roundTrip: typeof meanTrip === 'number' ? { meanMs: millis(meanTrip), maxMs: millis(maxTrip) } : null,
    },
  };
}
