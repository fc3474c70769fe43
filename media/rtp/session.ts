import type { Codec } from '../media.ts';

/** Which way sound flows, as the one who says it sees it (RFC 3264 section 5.1). */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** Payload types that RFC 3551 fixed; the one of comfort noise is of RFC 3389. */
export const payloadTypeOf: Readonly<Record<Codec, number>> = { PCMU: 0, PCMA: 8 };
export const comfortNoisePayloadType = 13;
/** What our offers call telephone events (RFC 4733); an answer takes the number of the offer. */
export const eventsPayloadType = 101;

/** Suites of RFC 4568 that are spoken here, as they are written in SDP and as mediasoup names them. */
export const srtpSuites = ['AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32'] as const;
export type SrtpSuite = (typeof srtpSuites)[number];

export interface SrtpKey {
  readonly tag: number;
  readonly suite: SrtpSuite;
  /** Master key and salt, 30 bytes. */
  readonly keyBase64: string;
}

/** Where a peer wants its packets; undefined where it wants none (hold by 0.0.0.0, a name instead of an address). */
export interface RtpAddress {
  readonly ip: string;
  readonly port: number;
  readonly rtcpPort: number;
}

/** What a peer's SDP says of its audio. */
export interface PeerAudio {
  readonly address: RtpAddress | undefined;
  readonly direction: Direction;
  /** Ours among the codecs it named, in its order. */
  readonly codecs: readonly Codec[];
  readonly events: number | undefined;
  readonly comfortNoise: boolean;
  /** The first crypto line that we can take; undefined on a line without SRTP. */
  readonly srtp: SrtpKey | undefined;
  /** The profile as the peer wrote it: RTP/AVP, RTP/SAVP, RTP/AVPF, RTP/SAVPF. */
  readonly profile: string;
  readonly mid: string | undefined;
}

/** One m-line of a peer's SDP. What is no audio that we could take is answered with port 0. */
export type PeerLine =
  | { readonly kind: 'audio'; readonly audio: PeerAudio }
  | { readonly kind: 'other'; readonly type: string; readonly profile: string; readonly payloads: string };

/** What has been agreed: how both directions run until the next offer. */
export interface Agreed {
  /** What we send, and mostly what we get. */
  readonly codec: Codec;
  /** Everything the peer may send; `codec` is among them. */
  readonly codecs: readonly Codec[];
  /** What telephone events are called to the peer; undefined: not negotiated. */
  readonly events: number | undefined;
  readonly comfortNoise: boolean;
  readonly address: RtpAddress | undefined;
  /** Ours. */
  readonly direction: Direction;
  readonly srtp: SrtpKey | undefined;
}

export const sends = (direction: Direction): boolean => direction === 'sendrecv' || direction === 'sendonly';
export const receives = (direction: Direction): boolean =>
  direction === 'sendrecv' || direction === 'recvonly';

/** The direction of an answer to `offered` (RFC 3264 section 6.1). */
export function mirrored(offered: Direction): Direction {
  if (offered === 'sendonly') return 'recvonly';
  return offered === 'recvonly' ? 'sendonly' : offered;
}
