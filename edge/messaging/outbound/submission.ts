import type { Clock } from '../../../control/base/clock.ts';
import { sidBytes } from '../../../control/base/sid.ts';
import { smppAddress } from '../../smpp/address.ts';
import type { SubmitSm } from '../../smpp/message.ts';
import { withUdh } from '../../smpp/text/esm-class.ts';
import { decodeGsm7 } from '../../smpp/text/gsm7.ts';
import { buildUdh } from '../../smpp/text/udh.ts';
import { bytesTlv, integerTlv, noTlvs, type Tlvs } from '../../smpp/tlvs.ts';
import type { Message } from '../message.ts';
import { dataCodingOf, segment, type Encoding } from '../segments/segments.ts';
import type { CarrierFormat } from './carrier.ts';

interface Payload {
  readonly esmClass: number;
  readonly dataCoding: number;
  readonly octets: Buffer;
  readonly tlvs: Tlvs;
}

/** Segments are in the GSM alphabet; a carrier whose default is another gets that, one octet a character. */
function inAlphabet(octets: Buffer, encoding: Encoding, alphabet: CarrierFormat['defaultAlphabet']): Buffer {
  if (encoding === 'UCS-2' || alphabet === 'gsm7') return octets;
  const last = alphabet === 'latin1' ? 0xff : 0x7f;
  const text = decodeGsm7(octets);
  return Buffer.from(Array.from(text, (c) => (c.charCodeAt(0) <= last ? c.charCodeAt(0) : 0x3f)));
}

/**
 * The reference that joins the segments of one message at the phone. From the counter and randomness of the SID,
 * so that a segment sent after a restart still joins those sent before.
 */
const referenceOf = (message: Message): number => sidBytes(message.sid).readUInt16BE(7);

function payloads(message: Message, format: CarrierFormat): Payload[] {
  if (message.raw !== null) {
    const { dataCoding, udhi, octets } = message.raw;
    return [{ esmClass: udhi ? withUdh(0) : 0, dataCoding, octets, tlvs: noTlvs }];
  }
  const { encoding, segments } = segment(message.body, { smartEncoding: message.smartEncoding });
  const dataCoding = dataCodingOf(encoding);
  const texts = segments.map((octets) => inAlphabet(octets, encoding, format.defaultAlphabet));
  const [only] = texts;
  if (texts.length === 1 && only !== undefined)
    return [{ esmClass: 0, dataCoding, octets: only, tlvs: noTlvs }];
  switch (format.longMessages) {
    case 'payload': {
      const tlvs = [bytesTlv('message_payload', Buffer.concat(texts))];
      return [{ esmClass: 0, dataCoding, octets: Buffer.alloc(0), tlvs }];
    }
    case 'sar':
      return texts.map((octets, index) => ({
        esmClass: 0,
        dataCoding,
        octets,
        tlvs: [
          integerTlv('sar_msg_ref_num', referenceOf(message)),
          integerTlv('sar_total_segments', texts.length),
          integerTlv('sar_segment_seqnum', index + 1),
        ],
      }));
    case 'udh': {
      const reference = referenceOf(message) & 0xff;
      return texts.map((octets, index) => {
        const header = buildUdh({
          concatenation: { bits: 8, reference, total: texts.length, sequence: index + 1 },
        });
        return { esmClass: withUdh(0), dataCoding, octets: Buffer.concat([header, octets]), tlvs: noTlvs };
      });
    }
  }
}

/** Relative validity period (SMPP 3.4 §7.1.1.2): `YYMMDDhhmmss000R`; '' where the SMSC's default does. */
function relativeValidity(leftMs: number): string {
  const seconds = Math.max(1, Math.floor(leftMs / 1000));
  const two = (n: number): string => String(n).padStart(2, '0');
  const days = Math.min(30, Math.floor(seconds / 86_400));
  const clock = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60];
  return `0000${two(days)}${clock.map(two).join('')}000R`;
}

/** Receipts are always asked for: final success or failure (SMPP 3.4 §5.2.17). Statuses depend on them. */
const receiptAlways = 1;

/** The submit_sm of each segment of a message, as this carrier wants them. */
export function submissions(message: Message, format: CarrierFormat, clock: Clock): SubmitSm[] {
  const source = smppAddress(message.from, format.source);
  const destination = smppAddress(message.to, format.destination);
  const validityPeriod = relativeValidity(message.deadlineMs - clock.now());
  const own = format.tlvs.map(({ tag, value }) => bytesTlv(tag, Buffer.from(value)));
  return payloads(message, format).map(({ esmClass, dataCoding, octets, tlvs }) => ({
    serviceType: '',
    source,
    destination,
    esmClass,
    protocolId: 0,
    priorityFlag: 0,
    scheduleDeliveryTime: '',
    validityPeriod,
    registeredDelivery: receiptAlways,
    replaceIfPresent: 0,
    dataCoding,
    shortMessage: octets,
    tlvs: own.length === 0 ? tlvs : [...tlvs, ...own],
  }));
}
