/** What one leg's packets went through, counted where they pass (media/worker/overlay). */
export interface LegFigures {
  /** What the peer sent us. */
  readonly received: ReceivedFigures;
  readonly sent: { readonly packets: number; readonly bytes: number };
  /** What the peer's RTCP said of what we send; null where it sent none (RFC 3550 section 6.4). */
  readonly reported: ReportedFigures | null;
  /** To the peer and back, by its RTCP; null where it told nothing of ours. */
  readonly roundTrip: { readonly meanMs: number; readonly maxMs: number } | null;
}

/** Packets and bytes of payload; jitter is RFC 3550's interarrival jitter (appendix A.8), its mean and its maximum. */
export interface ReceivedFigures {
  readonly packets: number;
  readonly bytes: number;
  /** Sequence numbers that never came (RFC 3550 appendix A.3). */
  readonly lost: number;
  /** Places where numbers were missing at first, and how many were missing in the longest of them. */
  readonly gaps: number;
  readonly longestGap: number;
  /** Packets that came after a later one, or twice. */
  readonly late: number;
  readonly jitterMs: number;
  readonly jitterMaxMs: number;
}

export interface ReportedFigures {
  readonly lost: number;
  readonly jitterMs: number;
  readonly jitterMaxMs: number;
}

/** The figures of two stretches of one leg, whose transport was made anew between them. */
export function joined(first: LegFigures, second: LegFigures): LegFigures {
  const [a, b] = [first.received, second.received];
  const packets = a.packets + b.packets;
  return {
    received: {
      packets,
      bytes: a.bytes + b.bytes,
      lost: a.lost + b.lost,
      gaps: a.gaps + b.gaps,
      longestGap: Math.max(a.longestGap, b.longestGap),
      late: a.late + b.late,
      jitterMs: packets === 0 ? 0 : (a.jitterMs * a.packets + b.jitterMs * b.packets) / packets,
      jitterMaxMs: Math.max(a.jitterMaxMs, b.jitterMaxMs),
    },
    sent: {
      packets: first.sent.packets + second.sent.packets,
      bytes: first.sent.bytes + second.sent.bytes,
    },
    reported: joinedReports(first.reported, second.reported),
    roundTrip: joinedRoundTrips(first.roundTrip, second.roundTrip),
  };
}

function joinedReports(a: ReportedFigures | null, b: ReportedFigures | null): ReportedFigures | null {
  if (a === null || b === null) return a ?? b;
  return {
    lost: a.lost + b.lost,
    jitterMs: (a.jitterMs + b.jitterMs) / 2,
    jitterMaxMs: Math.max(a.jitterMaxMs, b.jitterMaxMs),
  };
}

function joinedRoundTrips(a: LegFigures['roundTrip'], b: LegFigures['roundTrip']): LegFigures['roundTrip'] {
  if (a === null || b === null) return a ?? b;
  return { meanMs: (a.meanMs + b.meanMs) / 2, maxMs: Math.max(a.maxMs, b.maxMs) };
}
