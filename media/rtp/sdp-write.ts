import { isIPv6 } from 'node:net';
import { write } from 'sdp-transform';
import type { MediaDescription } from 'sdp-transform';
import type { Codec } from '../media.ts';
import { comfortNoisePayloadType, payloadTypeOf } from './session.ts';
import type { Direction, PeerLine, SrtpKey } from './session.ts';

/** What we say of our audio. */
export interface OurAudio {
  readonly port: number;
  readonly direction: Direction;
  readonly codecs: readonly Codec[];
  readonly events: number | undefined;
  readonly comfortNoise: boolean;
  readonly srtp: SrtpKey | undefined;
  readonly profile: string;
  readonly mid: string | undefined;
}

export interface OurSession {
  readonly sessionId: number;
  readonly version: number;
  /** What peers are told. */
  readonly address: string;
}

/** Our SDP with one audio line: an offer, or an answer where `lines` are the peer's: the others get port 0. */
export function writeSdp(
  session: OurSession,
  audio: OurAudio,
  lines: readonly PeerLine[] = [],
  at = 0,
): string {
  const ipVer = isIPv6(session.address) ? 6 : 4;
  const { address } = session;
  const media = lines.map((line) => rejected(line));
  media[at] = audioLine(audio);
  return write({
    version: 0,
    origin: {
      username: '-',
      sessionId: session.sessionId,
      sessionVersion: session.version,
      netType: 'IN',
      ipVer,
      address,
    },
    name: '-',
    connection: { version: ipVer, ip: address },
    timing: { start: 0, stop: 0 },
    media,
  });
}

function audioLine(audio: OurAudio): MediaDescription {
  const rtp: MediaDescription['rtp'] = audio.codecs.map((codec) => ({
    payload: payloadTypeOf[codec],
    codec,
    rate: 8_000,
  }));
  const fmtp: MediaDescription['fmtp'] = [];
  if (audio.events !== undefined) {
    rtp.push({ payload: audio.events, codec: 'telephone-event', rate: 8_000 });
    // RFC 4733 section 2.4.1: the digits, A to D, and the hook flash.
    fmtp.push({ payload: audio.events, config: '0-16' });
  }
  if (audio.comfortNoise) rtp.push({ payload: comfortNoisePayloadType, codec: 'CN', rate: 8_000 });
  return {
    type: 'audio',
    port: audio.port,
    protocol: audio.profile,
    payloads: rtp.map(({ payload }) => payload).join(' '),
    ...(audio.mid === undefined ? {} : { mid: audio.mid }),
    rtp,
    fmtp,
    ...(audio.srtp === undefined
      ? {}
      : {
          crypto: [{ id: audio.srtp.tag, suite: audio.srtp.suite, config: `inline:${audio.srtp.keyBase64}` }],
        }),
    ptime: 20,
    direction: audio.direction,
  };
}

/** RFC 3264 section 6: a line that is not taken keeps its place, with port 0. */
function rejected(line: PeerLine): MediaDescription {
  return line.kind === 'audio'
    ? { type: 'audio', port: 0, protocol: line.audio.profile, payloads: '0', rtp: [], fmtp: [] }
    : { type: line.type, port: 0, protocol: line.profile, payloads: line.payloads, rtp: [], fmtp: [] };
}
