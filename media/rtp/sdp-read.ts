import { isIP } from 'node:net';
import { parse } from 'sdp-transform';
import type { MediaDescription, SessionDescription } from 'sdp-transform';
import { fail, ok } from '../../control/base/result.ts';
import type { Result } from '../../control/base/result.ts';
import type { Codec } from '../media.ts';
import { comfortNoisePayloadType, payloadTypeOf, srtpSuites } from './session.ts';
import type { Direction, PeerAudio, PeerLine, RtpAddress, SrtpKey } from './session.ts';

const maxLength = 16_384;
const maxMediaLines = 16;
const directions: readonly Direction[] = ['sendrecv', 'sendonly', 'recvonly', 'inactive'];
const profiles: readonly string[] = ['RTP/AVP', 'RTP/SAVP', 'RTP/AVPF', 'RTP/SAVPF'];

/** Reads a peer's SDP (RFC 4566). Anything that is not SDP, or more of it than a phone could mean, is `malformed`. */
export function readSdp(text: string): Result<readonly PeerLine[], 'malformed'> {
  if (text.length > maxLength || !/^\s*v=0\s*(\r?\n|\r)/.test(text)) return fail('malformed');
  let session: SessionDescription;
  try {
    session = parse(text);
  } catch {
    return fail('malformed');
  }
  const { media } = session;
  if (media.length === 0 || media.length > maxMediaLines) return fail('malformed');
  const lines: PeerLine[] = [];
  for (const line of media) {
    if (typeof line.port !== 'number' || typeof line.protocol !== 'string') return fail('malformed');
    lines.push(readLine(session, line));
  }
  return ok(lines);
}

function readLine(session: SessionDescription, line: MediaDescription): PeerLine {
  const payloads = textOf(line.payloads);
  const profile = line.protocol;
  if (line.type !== 'audio' || !profiles.includes(profile) || !(line.port > 0 && line.port < 65_536))
    return { kind: 'other', type: line.type, profile, payloads };
  return { kind: 'audio', audio: readAudio(session, line, payloads) };
}

function readAudio(session: SessionDescription, line: MediaDescription, payloads: string): PeerAudio {
  const types = payloads.split(' ').map(Number);
  const codecs: Codec[] = [];
  let events: number | undefined;
  let comfortNoise = false;
  for (const type of types) {
    const name = encodingOf(line, type);
    if ((name === 'PCMU' || name === 'PCMA') && !codecs.includes(name)) codecs.push(name);
    else if (name === 'TELEPHONE-EVENT' && type >= 96 && type <= 127) events ??= type;
    else if (name === 'CN') comfortNoise = true;
  }
  const direction = line.direction ?? session.direction ?? 'sendrecv';
  return {
    address: readAddress(session, line),
    direction: directions.find((known) => known === direction) ?? 'sendrecv',
    codecs,
    events,
    comfortNoise,
    srtp: line.protocol.startsWith('RTP/S') ? readCrypto(line) : undefined,
    profile: line.protocol,
    mid: textOf(line.mid) || undefined,
  };
}

/** sdp-transform makes a number of what looks like one, and leaves out what does not match, whatever its types say. */
const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';

/** The encoding behind a payload type at 8 kHz, by its rtpmap or, without one, by RFC 3551. */
function encodingOf(line: MediaDescription, type: number): string | undefined {
  const map = line.rtp.find(({ payload }) => payload === type);
  if (map !== undefined) {
    if ((map.rate ?? 8_000) !== 8_000 || (map.encoding ?? 1) > 1) return undefined;
    const name = textOf(map.codec).toUpperCase();
    // A static codec under a number of the peer's own would need a second name for the same sound.
    if (name === 'PCMU' || name === 'PCMA') return type === payloadTypeOf[name] ? name : undefined;
    return name;
  }
  if (type === payloadTypeOf.PCMU) return 'PCMU';
  if (type === payloadTypeOf.PCMA) return 'PCMA';
  return type === comfortNoisePayloadType ? 'CN' : undefined;
}

function readAddress(session: SessionDescription, line: MediaDescription): RtpAddress | undefined {
  const ip = textOf((line.connection ?? session.connection)?.ip).split('/')[0] ?? '';
  // 0.0.0.0 is hold as RFC 2543 had it.
  if (isIP(ip) === 0 || ip === '0.0.0.0' || ip === '::') return undefined;
  const given = line.rtcp?.port;
  const rtcpPort =
    given !== undefined && given > 0 && given < 65_536 ? given : Math.min(line.port + 1, 65_535);
  return { ip, port: line.port, rtcpPort };
}

/** RFC 4568. Lines with an MKI or with session parameters that change the format are not taken (sections 6.1, 6.3). */
function readCrypto(line: MediaDescription): SrtpKey | undefined {
  for (const { id, suite, config, sessionConfig } of line.crypto ?? []) {
    const known = srtpSuites.find((name) => name === suite);
    if (
      known === undefined ||
      (sessionConfig !== undefined && !/^(WSH=\d+)?$/.test(textOf(sessionConfig).trim()))
    )
      continue;
    const match = /^inline:([A-Za-z0-9+/]{40})(\|2\^\d+|\|\d+)?$/.exec(textOf(config));
    if (match?.[1] !== undefined) return { tag: id, suite: known, keyBase64: match[1] };
  }
  return undefined;
}
