import { splitUserData, type UserDataHeader } from '../../smpp/text/udh.ts';
import { hasUdh } from '../../smpp/text/esm-class.ts';
import type { DefaultAlphabet } from '../../smpp/text/data-coding.ts';
import { decodeShortMessage } from '../../smpp/text/decode.ts';
import type { NationalLanguage } from '../../smpp/text/gsm7.ts';
import { tlvBytes, tlvInteger, type Tlvs } from '../../smpp/tlvs.ts';

/** User data without its header, and what is needed to read it. */
export interface Fragment {
  readonly dataCoding: number;
  readonly language: NationalLanguage;
  readonly octets: Buffer;
}

/** What joins the parts of one message: the header of TS 23.040 with 8 or 16 bits, or SMPP's own TLVs. */
export type ReferenceKind = 'udh8' | 'udh16' | 'sar';

/** One part of a message that was too long for one short message. */
export interface InboundPart {
  /** Name of the carrier that brought it. */
  readonly carrier: string;
  readonly from: string;
  readonly to: string;
  readonly reference: { readonly kind: ReferenceKind; readonly number: number };
  /** 2 to 255. */
  readonly total: number;
  /** 1 to `total`. */
  readonly sequence: number;
  readonly fragment: Fragment;
}

export type Inbound =
  | { readonly kind: 'whole'; readonly fragment: Fragment }
  | { readonly kind: 'part'; readonly part: InboundPart };

/** Of a deliver_sm or data_sm, what matters here. `from` and `to` as the caller normalised them. */
export interface InboundPdu {
  readonly carrier: string;
  readonly from: string;
  readonly to: string;
  readonly esmClass: number;
  readonly dataCoding: number;
  readonly shortMessage: Buffer;
  readonly tlvs: Tlvs;
}

/** A part is at most this long; a longer one cannot have come over the air and is taken as a message of its own. */
const partOctetsMax = 255;

type Place = Pick<InboundPart, 'reference' | 'total' | 'sequence'>;

/** The user data header goes before the TLVs: it is what the sending phone wrote. */
function placeOf(header: UserDataHeader, tlvs: Tlvs): Place | undefined {
  const { concatenation } = header;
  if (concatenation !== undefined) {
    const { bits, reference, total, sequence } = concatenation;
    return { reference: { kind: bits === 8 ? 'udh8' : 'udh16', number: reference }, total, sequence };
  }
  // SMPP 3.4 §5.3.2.22 to .24: all three or none.
  const number = tlvInteger(tlvs, 'sar_msg_ref_num');
  const total = tlvInteger(tlvs, 'sar_total_segments') ?? 0;
  const sequence = tlvInteger(tlvs, 'sar_segment_seqnum') ?? 0;
  if (number === undefined || total > 255 || sequence < 1 || sequence > total) return undefined;
  return { reference: { kind: 'sar', number }, total, sequence };
}

function headerOf(userData: Buffer, esmClass: number): { header: UserDataHeader; octets: Buffer } {
  const split = hasUdh(esmClass) ? splitUserData(userData) : undefined;
  // A header cut short leaves nothing that can be read with certainty: all of it is taken as text.
  if (!split?.ok) return { header: {}, octets: userData };
  return { header: split.value.header, octets: userData.subarray(split.value.headerOctets) };
}

/**
 * Takes an inbound short message apart. The octets are a copy, for the PDU's may be a view of the socket's buffer.
 * message_payload (§5.3.2.32) stands in for an empty short_message.
 */
export function readInbound(pdu: InboundPdu): Inbound {
  const { carrier, from, to, esmClass, dataCoding, shortMessage, tlvs } = pdu;
  const userData =
    shortMessage.length > 0 ? shortMessage : (tlvBytes(tlvs, 'message_payload') ?? shortMessage);
  const { header, octets } = headerOf(userData, esmClass);
  const language: NationalLanguage = {
    ...(header.singleShift === undefined ? {} : { singleShift: header.singleShift }),
    ...(header.lockingShift === undefined ? {} : { lockingShift: header.lockingShift }),
  };
  const fragment: Fragment = { dataCoding, language, octets: Buffer.from(octets) };
  const place = placeOf(header, tlvs);
  if (place === undefined || place.total < 2 || octets.length > partOctetsMax)
    return { kind: 'whole', fragment };
  return { kind: 'part', part: { carrier, from, to, ...place, fragment } };
}

const alike = (a: Fragment, b: Fragment): boolean =>
  a.dataCoding === b.dataCoding &&
  a.language.singleShift === b.language.singleShift &&
  a.language.lockingShift === b.language.lockingShift;

export interface InboundText {
  /** The fragments that are text, joined. */
  readonly text: string;
  /** The fragments that no alphabet gives a meaning (data_coding 2, 4 and the like), joined; empty if there are none. */
  readonly binary: Buffer;
}

/**
 * Reads fragments in order. Neighbours in one coding are joined before they are decoded, so that an escape or a
 * surrogate pair that a careless sender cut in two is whole again.
 */
export function readFragments(fragments: readonly Fragment[], defaultAlphabet: DefaultAlphabet): InboundText {
  let text = '';
  const binary: Buffer[] = [];
  for (let at = 0; at < fragments.length;) {
    const first = fragments[at] as Fragment;
    let end = at + 1;
    while (end < fragments.length && alike(first, fragments[end] as Fragment)) end++;
    const run = fragments.slice(at, end).map(({ octets }) => octets);
    const octets = run.length === 1 ? first.octets : Buffer.concat(run);
    const read = decodeShortMessage(first.dataCoding, octets, defaultAlphabet, { language: first.language });
    if (read.kind === 'text') text += read.text;
    else binary.push(octets);
    at = end;
  }
  return { text, binary: binary.length === 0 ? Buffer.alloc(0) : Buffer.concat(binary) };
}
