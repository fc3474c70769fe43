import type { WireEvent } from '../events/wire-event.ts';

/**
 * What a trace shows: who took part, and what passed between them. Everything in it is fit to be shown (printable, and
 * masked as it was asked for) and survives JSON.
 */
export interface Ladder {
  readonly title: string;
  readonly participants: readonly Participant[];
  /** In the order of time. */
  readonly rows: readonly Row[];
  /** What is to be known of the whole: that something is hidden or missing. */
  readonly remarks: readonly string[];
}

/** A column. */
export interface Participant {
  readonly name: string;
  /** Addresses and ports that it spoke from or was spoken to at, as far as they differ from its name. */
  readonly endpoints: readonly string[];
}

export type Row = Arrow | Sound | Remark;

/** What a row means, for its colour. */
export type Tone = 'request' | 'progress' | 'success' | 'failure' | 'quiet';

/** A message from one participant to another; `from` and `to` are places in `participants`, and may be the same. */
export interface Arrow {
  readonly kind: 'arrow';
  readonly timeUs: number;
  readonly from: number;
  readonly to: number;
  readonly protocol: 'sip' | 'smpp' | 'tcp';
  readonly transport: WireEvent['transport'];
  readonly source: string;
  readonly destination: string;
  /** `INVITE`, `200 OK`, `submit_sm #7`. */
  readonly label: string;
  /** What distinguishes it: a URI, an SDP's codecs, addresses; '' for nothing. */
  readonly detail: string;
  /** `sent again`, `cannot be read: …`. */
  readonly notes: readonly string[];
  readonly tone: Tone;
  /** The whole message, masked. */
  readonly lines: readonly string[];
}

/** A stream of sound, in its place by its first packet. */
export interface Sound {
  readonly kind: 'sound';
  readonly timeUs: number;
  readonly from: number;
  readonly to: number;
  readonly source: string;
  readonly destination: string;
  readonly ssrc: number;
  /** The most frequent first. */
  readonly codecs: readonly string[];
  readonly secure: boolean;
  readonly packets: number;
  readonly expected: number;
  /** Negative where packets came twice. */
  readonly lost: number;
  readonly late: number;
  /** RFC 3550 A.8: after the last packet, the mean, and the maximum. */
  readonly jitterMs: number;
  readonly jitterMeanMs: number;
  readonly jitterMaxMs: number;
  /** The longest pause between two packets. */
  readonly gapMaxMs: number;
  readonly durationMs: number;
  /** What its receiver said last by RTCP; null if it did not, or was encrypted. */
  readonly reported: {
    readonly lost: number;
    readonly fractionLost: number;
    readonly jitterMs: number;
  } | null;
}

/** A line across all columns. */
export interface Remark {
  readonly kind: 'remark';
  readonly timeUs: number;
  readonly text: string;
}
