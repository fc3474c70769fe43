import { isIP } from 'node:net';
import { parse } from 'sdp-transform';
import type { MediaDescription } from 'sdp-transform';
import type { Endpoint } from '../packets/endpoint.ts';
import { canonicalAddress } from '../packets/ip.ts';

/** What a payload type stands for. */
export interface Encoding {
  /** In upper case: PCMU, TELEPHONE-EVENT. */
  readonly name: string;
  /** Units of the timestamp in a second. */
  readonly clockRate: number;
}

/** One medium that an SDP offers or answers with. */
export interface MediaLine {
  /** audio, video, … */
  readonly type: string;
  /** Where RTP is to be sent; port 0 refuses the medium. */
  readonly endpoint: Endpoint;
  /** Keys were agreed upon: what RTCP says cannot be read. */
  readonly secure: boolean;
  readonly encodings: ReadonlyMap<number, Encoding>;
}

/** RFC 3551 §6, of sound. G722's clock is 8,000 by an old mistake that is kept. */
const fixed: readonly (readonly [payloadType: number, name: string, clockRate: number])[] = [
  [0, 'PCMU', 8000],
  [3, 'GSM', 8000],
  [4, 'G723', 8000],
  [8, 'PCMA', 8000],
  [9, 'G722', 8000],
  [13, 'CN', 8000],
  [15, 'G728', 8000],
  [18, 'G729', 8000],
];
const fixedEncodings: ReadonlyMap<number, Encoding> = new Map(
  fixed.map(([payloadType, name, clockRate]) => [payloadType, { name, clockRate }]),
);

/** What a payload type means without an SDP; undefined for those that are given out for each session. */
export const fixedEncoding = (payloadType: number): Encoding | undefined => fixedEncodings.get(payloadType);

const lengthMax = 16_384;
const linesMax = 16;

/** The media in a body; [] if it is no SDP (RFC 8866). */
export function mediaLines(body: Buffer): readonly MediaLine[] {
  if (body.length > lengthMax) return [];
  const text = body.toString('latin1');
  if (!/^\s*v=0\s*[\r\n]/.test(text)) return [];
  try {
    const session = parse(text);
    const shared = textOf(session.connection?.ip);
    return session.media.slice(0, linesMax).flatMap((line) => mediaLine(line, shared));
  } catch {
    return [];
  }
}

function mediaLine(line: MediaDescription, sharedAddress: string): readonly MediaLine[] {
  const written = (textOf(line.connection?.ip) || sharedAddress).split('/')[0] ?? '';
  const port: unknown = line.port;
  if (isIP(written) === 0 || typeof port !== 'number' || !(port >= 0 && port < 65_536)) return [];
  const encodings = new Map<number, Encoding>();
  for (const payloadType of textOf(line.payloads).split(' ').map(Number)) {
    const map = line.rtp.find(({ payload }) => payload === payloadType);
    const encoding =
      map === undefined
        ? fixedEncoding(payloadType)
        : { name: textOf(map.codec).toUpperCase(), clockRate: Number(map.rate) || 8000 };
    if (encoding !== undefined) encodings.set(payloadType, encoding);
  }
  const secure = textOf(line.protocol).includes('SAVP');
  return [
    { type: textOf(line.type), endpoint: { address: canonicalAddress(written), port }, secure, encodings },
  ];
}

/** sdp-transform makes a number of what looks like one, and leaves out what does not match, whatever its types say. */
const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
