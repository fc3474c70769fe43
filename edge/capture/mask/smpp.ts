import { messageCommands, messageOf } from '../../smpp/message.ts';
import type { ShortMessage } from '../../smpp/message.ts';
import type { Pdu, Value } from '../../smpp/pdu.ts';
import { parseReceipt } from '../../smpp/receipt.ts';
import type { Receipt } from '../../smpp/receipt.ts';
import { statusName } from '../../smpp/status.ts';
import { decodeShortMessage } from '../../smpp/text/decode.ts';
import { hasUdh } from '../../smpp/text/esm-class.ts';
import { splitUserData } from '../../smpp/text/udh.ts';
import type { Concatenation, UserDataHeader } from '../../smpp/text/udh.ts';
import { describeTlv, tlvBytes, tlvInteger, tlvTag } from '../../smpp/tlvs.ts';
import type { Unmasking } from './sip.ts';
import { masked, octetsText, printable } from './text.ts';

/** The message in a PDU that carries one. */
export const messageIn = (pdu: Pdu): ShortMessage | undefined =>
  Object.values(messageCommands).includes(pdu.command) ? messageOf(pdu) : undefined;

/** The octets of the message, in its PDU or beside it. */
export const payloadOf = (message: ShortMessage): Buffer =>
  message.shortMessage.length > 0
    ? message.shortMessage
    : (tlvBytes(message.tlvs, 'message_payload') ?? message.shortMessage);

/** The report in a deliver_sm or data_sm; undefined for any other message. */
export const receiptIn = (pdu: Pdu, message: ShortMessage): Receipt | undefined =>
  pdu.command === messageCommands.submit
    ? undefined
    : parseReceipt(message.esmClass, payloadOf(message).toString('latin1'), message.tlvs);

/** The part that a segment is: by its user data header, or by SAR (SMPP 3.4 §5.3.2.22–24). */
export function segmentOf(message: ShortMessage): Pick<Concatenation, 'sequence' | 'total'> | undefined {
  const part = userData(message).header.concatenation;
  if (part !== undefined) return part;
  const total = tlvInteger(message.tlvs, 'sar_total_segments');
  const sequence = tlvInteger(message.tlvs, 'sar_segment_seqnum');
  return total === undefined || sequence === undefined ? undefined : { sequence, total };
}

function userData(message: ShortMessage): { readonly header: UserDataHeader; readonly payload: Uint8Array } {
  const payload = payloadOf(message);
  const split = hasUdh(message.esmClass) ? splitUserData(payload) : undefined;
  return split?.ok === true ? split.value : { header: {}, payload };
}

/** What the message says, as a handset would show it; octets without an alphabet as hexadecimal. */
function shownText(message: ShortMessage): string {
  const { header, payload } = userData(message);
  const read = decodeShortMessage(message.dataCoding, payload, 'gsm7', { language: header });
  return read.kind === 'text' ? JSON.stringify(read.text) : Buffer.from(payload).toString('hex');
}

/** A PDU as lines to be shown: its header, its parameters, its optional parameters, as far as they may be seen. */
export function pduLines(pdu: Pdu, unmasking: Unmasking): readonly string[] {
  const { command, status, sequence, values, tlvs } = pdu;
  const message = messageIn(pdu);
  const lines = [
    `${command.name}, sequence_number ${sequence}, command_status ${statusName(status)}`,
    ...command.fields.map(
      (field, i) => `${field.name}: ${valueText(field.name, values[i] ?? '', unmasking)}`,
    ),
    ...tlvs.map(({ tag, value }) => {
      const { name, text } = describeTlv(tag, value);
      const open = tag !== tlvTag('message_payload') && text !== undefined;
      return `${name}: ${open ? text : octets(value, unmasking)}`;
    }),
  ];
  if (message !== undefined && unmasking.bodies && payloadOf(message).length > 0)
    lines.push(`text: ${shownText(message)}`);
  return lines.map(printable);
}

function valueText(name: string, value: Value, unmasking: Unmasking): string {
  if (name === 'password') return value === '' ? '' : masked;
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (Buffer.isBuffer(value)) return octets(value, unmasking);
  return (value as readonly unknown[]).map((entry) => JSON.stringify(entry)).join(' ');
}

const octetsShownMax = 255;

const octets = (value: Buffer, { bodies }: Unmasking): string =>
  bodies && value.length > 0
    ? value.toString('hex', 0, octetsShownMax)
    : value.length === 0
      ? ''
      : `[${octetsText(value.length)} masked]`;
