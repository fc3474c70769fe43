import type { ShortMessage } from '../smpp/message.ts';
import { decodeShortMessage } from '../smpp/text/decode.ts';
import { hasUdh } from '../smpp/text/esm-class.ts';
import { splitUserData } from '../smpp/text/udh.ts';
import { tlvBytes, tlvInteger } from '../smpp/tlvs.ts';
import { numberOf } from './addresses.ts';

/** One short message as a phone gets it over the air. `octets` are a copy, without the user data header. */
export interface Part {
  readonly from: string;
  readonly to: string;
  readonly dataCoding: number;
  readonly octets: Buffer;
  /** Which part of which message; 1 of 1 with reference '' for a whole one. */
  readonly reference: string;
  readonly sequence: number;
  readonly total: number;
}

/** A part is at most this long; a longer one cannot have come over the air and is a message of its own. */
const partOctetsMax = 255;

/** Takes a submit_sm apart; concatenation is by user data header or by SAR parameters. */
export function partOf(sm: ShortMessage): Part {
  const userData =
    sm.shortMessage.length > 0 ? sm.shortMessage : (tlvBytes(sm.tlvs, 'message_payload') ?? sm.shortMessage);
  const split = hasUdh(sm.esmClass) ? splitUserData(userData) : undefined;
  const payload = split?.ok === true ? split.value.payload : userData;
  const whole = {
    from: numberOf(sm.source),
    to: numberOf(sm.destination),
    dataCoding: sm.dataCoding,
    octets: Buffer.from(payload),
    reference: '',
    sequence: 1,
    total: 1,
  };
  if (payload.length > partOctetsMax) return whole;
  const header = split?.ok === true ? split.value.header.concatenation : undefined;
  if (header !== undefined) {
    const { bits, reference, sequence, total } = header;
    return { ...whole, reference: `udh${bits}:${reference}`, sequence, total };
  }
  const reference = tlvInteger(sm.tlvs, 'sar_msg_ref_num');
  const total = tlvInteger(sm.tlvs, 'sar_total_segments') ?? 0;
  const sequence = tlvInteger(sm.tlvs, 'sar_segment_seqnum') ?? 0;
  if (reference === undefined || total > 255 || sequence < 1 || sequence > total) return whole;
  return { ...whole, reference: `sar:${reference}`, sequence, total };
}

/** The text of parts in their order; what is binary is shown in hexadecimal. */
export function textOf(parts: readonly Part[]): string {
  const [first] = parts;
  if (first === undefined) return '';
  // Joined before it is decoded: a careless sender may cut a character in two.
  const alike = parts.every(({ dataCoding }) => dataCoding === first.dataCoding);
  if (!alike) return parts.map((part) => textOf([part])).join('');
  const octets = parts.length === 1 ? first.octets : Buffer.concat(parts.map((part) => part.octets));
  const read = decodeShortMessage(first.dataCoding, octets, 'gsm7');
  return read.kind === 'text' ? read.text : octets.toString('hex');
}
