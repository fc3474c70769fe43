import type { Codec, LegOptions } from '../../../media/media.ts';
import { Negotiation } from '../../../media/rtp/negotiation.ts';

export interface SdpParts {
  readonly media?: readonly string[];
  readonly connection?: string;
  readonly attributes?: readonly string[];
}

/** An SDP body of lines, with what every body has. */
export function sdp({ media = ['m=audio 4000 RTP/AVP 0'], connection, attributes = [] }: SdpParts): string {
  const lines = [
    'v=0',
    'o=peer 1 1 IN IP4 192.0.2.1',
    's=-',
    `c=${connection ?? 'IN IP4 192.0.2.1'}`,
    't=0 0',
    ...attributes,
    ...media,
  ];
  return lines.map((line) => `${line}\r\n`).join('');
}

export const negotiation = (
  codecs: readonly Codec[] = ['PCMU', 'PCMA'],
  srtp: LegOptions['srtp'] = 'never',
  ...addresses: readonly string[]
): Negotiation => {
  const known = addresses.length === 0 ? ['203.0.113.9'] : addresses;
  return new Negotiation({ codecs, srtp }, { sessionId: 77, addresses: known, port: 20_000 });
};

/** The lines of a body that begin with `start`. */
export const linesOf = (body: string, start: string): readonly string[] =>
  body.split('\r\n').filter((line) => line.startsWith(start));

export const versionOf = (body: string): number => Number(linesOf(body, 'o=')[0]?.split(' ')[2]);
