import {
  isFinalState,
  stateOfValue,
  stateOfWord,
  stateValue,
  stateWord,
  type MessageState,
} from './message-state.ts';
import { receiptFields } from './receipt-fields.ts';
import { messageType } from './text/esm-class.ts';
import { bytesTlv, integerTlv, textTlv, tlvBytes, tlvInteger, tlvText, type Tlvs } from './tlvs.ts';

/** What kind of report a deliver_sm is, by its esm_class (SMPP 3.4 §5.2.12). */
export type ReceiptKind = 'receipt' | 'deliveryAck' | 'userAck' | 'intermediate';

export interface Receipt {
  readonly kind: ReceiptKind;
  /** The ids the report gives, receipted_message_id before the text's, without repetition; see `idForms`. */
  readonly messageIds: readonly string[];
  readonly state: MessageState;
  /** The SMSC's or network's own code, as written; absent where there is none or it says zero. */
  readonly errorCode?: string;
  /** YYMMDDhhmm in the SMSC's time zone: Twilio's RawDlrDoneDate. */
  readonly doneDate?: string;
  /** No further report on this message is to be expected. */
  readonly final: boolean;
}

/**
 * Which report a deliver_sm or data_sm is; undefined for an ordinary message. The text alone never makes a report:
 * anyone can write one into a message.
 */
export function receiptKind(esmClass: number): ReceiptKind | undefined {
  const type = messageType(esmClass);
  switch (type) {
    case 'receipt':
    case 'deliveryAck':
    case 'userAck':
    case 'intermediate':
      return type;
    case 'message':
    case 'conversationAbort':
    case 'reserved':
      return undefined;
  }
}

/** network_error_code (§5.3.2.31) is a network type and a code of two octets. */
function networkError(tlvs: Tlvs): string | undefined {
  const value = tlvBytes(tlvs, 'network_error_code');
  if (value?.length !== 3) return undefined;
  const code = value.readUInt16BE(1);
  return code === 0 ? undefined : String(code).padStart(3, '0');
}

/**
 * Reads a report from its esm_class, its text (decoded by its data_coding; from message_payload where that holds it)
 * and its TLVs. A TLV goes before the same thing in the text (§5.3.2.12, §5.3.2.35). Undefined if it is no report, or
 * names no message or no state.
 */
export function parseReceipt(esmClass: number, text: string, tlvs: Tlvs): Receipt | undefined {
  const kind = receiptKind(esmClass);
  if (kind === undefined) return undefined;
  const fields = receiptFields(text);
  const ids = new Set<string>();
  for (const id of [tlvText(tlvs, 'receipted_message_id')?.trim(), fields.id]) if (id) ids.add(id);
  const value = tlvInteger(tlvs, 'message_state');
  const told = value === undefined ? undefined : stateOfValue(value);
  const state = told ?? (fields.state === undefined ? undefined : stateOfWord(fields.state));
  if (ids.size === 0 || state === undefined) return undefined;
  const written = fields.error !== undefined && !/^0+$/.test(fields.error) ? fields.error : undefined;
  const errorCode = written ?? networkError(tlvs);
  return {
    kind,
    messageIds: [...ids],
    state,
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(fields.doneDate === undefined ? {} : { doneDate: fields.doneDate }),
    final: kind !== 'intermediate' && isFinalState(state),
  };
}

/** A report that we send as the SMSC. */
export interface ReceiptToSend {
  /** As it was in our submit_sm_resp. */
  readonly messageId: string;
  readonly state: MessageState;
  readonly submittedMs: number;
  readonly doneMs: number;
  /** Three digits; '000' for none. */
  readonly errorCode: string;
  /** The message; its first 20 characters are quoted. */
  readonly text: string;
}

/** The esm_class, short_message (ASCII) and TLVs of a deliver_sm. */
export interface BuiltReceipt {
  readonly esmClass: number;
  readonly text: string;
  readonly tlvs: Tlvs;
}

/** YYMMDDhhmm in UTC. */
const dateOf = (timeMs: number): string => new Date(timeMs).toISOString().replace(/\D/g, '').slice(2, 12);

/** GSM (§5.3.2.31). */
const networkTypeGsm = 3;

/** A receipt in the form of SMPP 3.4 appendix B with the TLVs that say the same; dates are in UTC. */
export function buildReceipt(receipt: ReceiptToSend): BuiltReceipt {
  const { messageId, state, errorCode } = receipt;
  const delivered = state === 'DELIVERED' ? '001' : '000';
  const quoted = receipt.text.slice(0, 20).replace(/[^ -~]/g, '?');
  const tlvs = [textTlv('receipted_message_id', messageId), integerTlv('message_state', stateValue(state))];
  const code = Number(errorCode);
  if (Number.isInteger(code) && code > 0 && code <= 0xffff) {
    tlvs.push(bytesTlv('network_error_code', Buffer.from([networkTypeGsm, code >> 8, code & 0xff])));
  }
  return {
    esmClass: 0x04,
    text:
      `id:${messageId} sub:001 dlvrd:${delivered} submit date:${dateOf(receipt.submittedMs)} ` +
      `done date:${dateOf(receipt.doneMs)} stat:${stateWord(state)} err:${errorCode} text:${quoted}`,
    tlvs,
  };
}
