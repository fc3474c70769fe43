import { buildSubmit, command, tlv } from './smsc-bytes.ts';

export type ReceiptForm = 'text' | 'tlv' | 'both';

export interface ReceiptFields {
  readonly id: number;
  /** Of the message that the receipt is about. */
  readonly source: string;
  readonly destination: string;
  /** DELIVRD, UNDELIV, EXPIRED, REJECTD, … (SMPP 3.4 appendix B). */
  readonly state: string;
  readonly form: ReceiptForm;
  readonly submittedMs: number;
}

/** message_state (section 5.2.28) of the texts of appendix B. */
const messageStates: Readonly<Record<string, number>> = {
  ENROUTE: 1,
  DELIVRD: 2,
  EXPIRED: 3,
  DELETED: 4,
  UNDELIV: 5,
  ACCEPTD: 6,
  UNKNOWN: 7,
  REJECTD: 8,
};

/** YYMMDDhhmm. */
function stamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\D/g, '').slice(2, 12);
}

/** The deliver_sm that carries a delivery receipt: back from the destination to the source, esm_class 0x04. */
export function receiptOf(fields: ReceiptFields): Buffer {
  const id = fields.id.toString().padStart(10, '0');
  const done = fields.state === 'DELIVRD';
  const text =
    `id:${id} sub:001 dlvrd:${done ? '001' : '000'} submit date:${stamp(fields.submittedMs)}` +
    ` done date:${stamp(fields.submittedMs)} stat:${fields.state} err:${done ? '000' : '001'} text:`;
  const tlvs = [
    tlv(0x001e, Buffer.from(`${id}\0`, 'latin1')),
    tlv(0x0427, Buffer.from([messageStates[fields.state] ?? 7])),
  ];
  return buildSubmit({
    commandId: command.deliverSm,
    sequence: 0,
    source: fields.destination,
    destination: fields.source,
    esmClass: 0x04,
    body: Buffer.from(fields.form === 'tlv' ? '' : text, 'latin1'),
    tlvs: fields.form === 'text' ? Buffer.alloc(0) : Buffer.concat(tlvs),
  });
}
