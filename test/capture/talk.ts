import { commands } from '../../edge/smpp/commands.ts';
import type { CommandName } from '../../edge/smpp/commands.ts';
import { encode } from '../../edge/smpp/encode.ts';
import { messageValues } from '../../edge/smpp/message.ts';
import type { ShortMessage } from '../../edge/smpp/message.ts';
import type { Value } from '../../edge/smpp/pdu.ts';
import type { Tlvs } from '../../edge/smpp/tlvs.ts';
import { Headers } from '../../edge/sip/message/headers.ts';
import { reasonPhrase } from '../../edge/sip/message/reason.ts';
import { writeMessage } from '../../edge/sip/message/write.ts';
import { writeRtpHeader } from '../../media/rtp/packet.ts';
import { sample } from '../smpp/sample.ts';

/** What the two sides of a capture say in tests, as bytes. */

/** One SIP message of a dialog. */
export interface SipWords {
  readonly callId: string;
  readonly method: string;
  readonly status?: number;
  readonly sequence?: number;
  readonly body?: string;
  readonly contentType?: string;
  readonly more?: readonly (readonly [string, string])[];
}

export function sip(words: SipWords): Buffer {
  const { callId, method, status, sequence = 1, body = '', contentType = 'application/sdp' } = words;
  const headers = Headers.of([
    ['Via', `SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK${callId}${sequence}${method};rport`],
    ['From', '"Alice" <sip:+15005550006@192.0.2.1>;tag=a'],
    ['To', `<sip:+14155552671@192.0.2.2>${status === undefined ? '' : ';tag=b'}`],
    ['Call-ID', callId],
    ['CSeq', `${sequence} ${method}`],
    ...(words.more ?? []),
    ...(body === '' ? [] : [['Content-Type', contentType] as const]),
  ]);
  const bytes = Buffer.from(body);
  return writeMessage(
    status === undefined
      ? { kind: 'request', method, uri: 'sip:+14155552671@192.0.2.2', headers, body: bytes }
      : { kind: 'response', status, reason: reasonPhrase(status), headers, body: bytes },
  );
}

/** An SDP with one line of sound. */
export const sdp = (address: string, port: number, more = ''): string =>
  `v=0\r\no=- 1 1 IN IP${address.includes(':') ? 6 : 4} ${address}\r\ns=-\r\n` +
  `c=IN IP${address.includes(':') ? 6 : 4} ${address}\r\nt=0 0\r\nm=audio ${port} RTP/AVP 0 8 101\r\n` +
  `a=rtpmap:101 telephone-event/8000\r\n${more}`;

export function smpp(
  name: CommandName,
  sequence: number,
  values: readonly Value[] = [],
  status = 0,
  tlvs: Tlvs = [],
): Buffer {
  const written = encode({ command: commands[name], status, sequence, values, tlvs });
  if (!written.ok) throw new Error(`cannot write ${name}: ${written.error.field}`);
  return written.value;
}

export const submit = (sequence: number, message: Partial<ShortMessage> = {}): Buffer => {
  const whole = { ...sample, ...message };
  return smpp('submit_sm', sequence, messageValues(whole), 0, whole.tlvs);
};

export const deliver = (sequence: number, message: Partial<ShortMessage> = {}): Buffer => {
  const whole = { ...sample, ...message };
  return smpp('deliver_sm', sequence, messageValues(whole), 0, whole.tlvs);
};

/** An RTP packet of PCMU, 20 ms unless more octets are given. */
export function rtp(
  sequence: number,
  timestamp: number,
  ssrc: number,
  octets = 160,
  payloadType = 0,
): Buffer {
  const packet = Buffer.alloc(12 + octets, 0xd5);
  writeRtpHeader(packet, payloadType, false, sequence & 0xffff, timestamp >>> 0, ssrc);
  return packet;
}
