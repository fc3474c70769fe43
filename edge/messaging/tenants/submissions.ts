import type { Account } from '../../../control/accounts/account.ts';
import type { Clock } from '../../../control/base/clock.ts';
import { fail, ok, type Result } from '../../../control/base/result.ts';
import type { SubmitSm } from '../../smpp/message.ts';
import type { Address } from '../../smpp/pdu.ts';
import { status } from '../../smpp/status.ts';
import { decodeShortMessage } from '../../smpp/text/decode.ts';
import { hasUdh } from '../../smpp/text/esm-class.ts';
import { buildUdh } from '../../smpp/text/udh.ts';
import { tlvBytes, tlvInteger } from '../../smpp/tlvs.ts';
import type { RawPayload, ReceiptWish } from '../message.ts';
import type { NewMessage, Refusal } from '../outbound/new-message.ts';
import { smppTime } from './smpp-times.ts';

/** What a tenant's ESME hears for each of Twilio's refusals (SMPP 3.4 §5.1.3). */
const statusByCode: ReadonlyMap<number, number> = new Map([
  [21211, status.ESME_RINVDSTADR],
  [21604, status.ESME_RINVDSTADR],
  [21612, status.ESME_RINVDSTADR],
  [21614, status.ESME_RINVDSTADR],
  [21266, status.ESME_RINVDSTADR],
  [21408, status.ESME_RINVDSTADR],
  [30004, status.ESME_RX_R_APPN],
  [30450, status.ESME_RX_R_APPN],
  [20429, status.ESME_RTHROTTLED],
  [21610, status.ESME_RX_R_APPN],
  [21212, status.ESME_RINVSRCADR],
  [21603, status.ESME_RINVSRCADR],
  [21606, status.ESME_RINVSRCADR],
  [21602, status.ESME_RINVMSGLEN],
  [21617, status.ESME_RINVMSGLEN],
  [21611, status.ESME_RMSGQFUL],
  [21624, status.ESME_RINVEXPIRY],
  [35114, status.ESME_RINVSCHED],
]);

export const statusOf = ({ code }: Refusal): number => statusByCode.get(code) ?? status.ESME_RSUBMITFAIL;

const tonAlphanumeric = 5;
const tonInternational = 1;

/** An address as Twilio writes it: an ESME sends E.164 mostly without its plus sign. */
function addressOf({ ton, addr }: Address): string {
  if (ton === tonAlphanumeric || addr.startsWith('+') || !/^\d+$/.test(addr)) return addr;
  return ton === tonInternational || addr.length > 8 ? `+${addr}` : addr;
}

/** registered_delivery (§5.2.17), bits 1 and 0. */
function wishOf(registeredDelivery: number): ReceiptWish | null {
  switch (registeredDelivery & 3) {
    case 1:
      return { when: 'always' };
    case 2:
      return { when: 'failure' };
    default:
      return null;
  }
}

type Content = { readonly body: string; readonly raw: RawPayload | null };

/** data_coding of plain text: SMSC default, IA5, Latin-1, UCS-2 (§5.2.19). */
const plainCodings: ReadonlySet<number> = new Set([0, 1, 3, 8]);

/** The user data header that says what the SAR TLVs say (§5.3.2.22 to .24), which not every carrier knows. */
function headerOfSar(sm: SubmitSm): Buffer | undefined {
  const reference = tlvInteger(sm.tlvs, 'sar_msg_ref_num');
  const total = tlvInteger(sm.tlvs, 'sar_total_segments') ?? 0;
  const sequence = tlvInteger(sm.tlvs, 'sar_segment_seqnum') ?? 0;
  if (reference === undefined || total > 255 || sequence < 1 || sequence > total) return undefined;
  return buildUdh({ concatenation: { bits: 16, reference: reference & 0xffff, total, sequence } });
}

/**
 * Plain text becomes a body like any other. What the ESME formatted itself (a part of a long message, binary
 * content, a message class) goes to the carrier as it is, and what can be read of it is kept for the lists.
 */
function contentOf(sm: SubmitSm): Content {
  const { dataCoding, shortMessage } = sm;
  const octets = Buffer.from(
    shortMessage.length > 0 ? shortMessage : (tlvBytes(sm.tlvs, 'message_payload') ?? shortMessage),
  );
  if (hasUdh(sm.esmClass)) return { body: '', raw: { dataCoding, udhi: true, octets } };
  const text = decodeShortMessage(dataCoding, octets, 'gsm7');
  const body = text.kind === 'text' ? text.text.replaceAll('\0', '') : '';
  const sar = headerOfSar(sm);
  if (sar !== undefined)
    return { body, raw: { dataCoding, udhi: true, octets: Buffer.concat([sar, octets]) } };
  if (text.kind === 'text' && plainCodings.has(dataCoding)) return { body, raw: null };
  return { body, raw: { dataCoding, udhi: false, octets } };
}

/**
 * A tenant's submit_sm as the message that a REST request would make; or the command_status that refuses it. ESMEs ask
 * for a day or more of validity by default: that becomes the longest there is.
 */
export function messageOfSubmit(
  account: Account,
  sm: SubmitSm,
  clock: Clock,
  validityMaxMs: number,
): Result<NewMessage, number> {
  const nowMs = clock.now();
  const validityMs = smppTime(sm.validityPeriod, nowMs);
  if (validityMs === undefined) return fail(status.ESME_RINVEXPIRY);
  const sendInMs = smppTime(sm.scheduleDeliveryTime, nowMs);
  if (sendInMs === undefined) return fail(status.ESME_RINVSCHED);
  return ok({
    account,
    direction: 'outbound-api',
    from: addressOf(sm.source),
    to: addressOf(sm.destination),
    ...contentOf(sm),
    mediaUrls: [],
    statusCallback: '',
    validityMs: validityMs === null || validityMs > validityMaxMs ? null : validityMs,
    sendAtMs: sendInMs === null ? null : nowMs + sendInMs,
    smartEncoding: false,
    provideFeedback: false,
    receipt: wishOf(sm.registeredDelivery),
  });
}
