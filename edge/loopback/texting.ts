import type { DeliverSm } from '../smpp/message.ts';
import { withUdh } from '../smpp/text/esm-class.ts';
import { encodeGsm7, escapeSeptet } from '../smpp/text/gsm7.ts';
import { encodeUcs2 } from '../smpp/text/ucs2.ts';
import { buildUdh } from '../smpp/text/udh.ts';
import { noTlvs } from '../smpp/tlvs.ts';
import { addressOf } from './addresses.ts';

/** In octets as SMPP carries them: alone, and beside the six octets of a concatenation header (TS 23.040 §9.2.3.24.1). */
const limits = {
  gsm7: { dataCoding: 0x00, whole: 160, part: 153 },
  ucs2: { dataCoding: 0x08, whole: 140, part: 134 },
} as const;

/** A concatenation has at most 255 parts; what is beyond them is cut off. */
const partsMax = 255;

/** A deliver_sm that carries nothing yet. */
export const emptyDelivery = (from: string, to: string): DeliverSm => ({
  serviceType: '',
  source: addressOf(from),
  destination: addressOf(to),
  esmClass: 0,
  protocolId: 0,
  priorityFlag: 0,
  scheduleDeliveryTime: '',
  validityPeriod: '',
  registeredDelivery: 0,
  replaceIfPresent: 0,
  dataCoding: 0,
  shortMessage: Buffer.alloc(0),
  tlvs: noTlvs,
});

/** What a phone sends when its user texts: one deliver_sm, or several that `reference` (one octet) joins. */
export function deliveriesOf(from: string, to: string, text: string, reference: number): DeliverSm[] {
  const septets = encodeGsm7(text);
  const octets = septets ?? encodeUcs2(text);
  const limit = septets === undefined ? limits.ucs2 : limits.gsm7;
  const plain = { ...emptyDelivery(from, to), dataCoding: limit.dataCoding };
  if (octets.length <= limit.whole) return [{ ...plain, shortMessage: octets }];
  const pieces: Buffer[] = [];
  for (let at = 0; at < octets.length && pieces.length < partsMax;) {
    const end = partEnd(octets, at, limit);
    pieces.push(octets.subarray(at, end));
    at = end;
  }
  return pieces.map((piece, index) => {
    const concatenation = { bits: 8, reference, total: pieces.length, sequence: index + 1 } as const;
    const shortMessage = Buffer.concat([buildUdh({ concatenation }), piece]);
    return { ...plain, esmClass: withUdh(0), shortMessage };
  });
}

/** Phones cut neither an escape from its character nor a surrogate pair. */
function partEnd(octets: Buffer, at: number, limit: (typeof limits)[keyof typeof limits]): number {
  const end = at + limit.part;
  if (end >= octets.length) return octets.length;
  if (limit === limits.gsm7) return octets[end - 1] === escapeSeptet ? end - 1 : end;
  const last = octets.readUInt16BE(end - 2);
  return last >= 0xd800 && last <= 0xdbff ? end - 2 : end;
}
