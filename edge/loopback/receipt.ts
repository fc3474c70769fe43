import { assertNever } from '../../control/base/result.ts';
import type { DeliverSm } from '../smpp/message.ts';
import type { MessageState } from '../smpp/message-state.ts';
import { buildReceipt } from '../smpp/receipt.ts';
import { noTlvs } from '../smpp/tlvs.ts';
import type { ReceiptBehaviour } from './behaviour.ts';
import { textOf, type Part } from './part.ts';
import { emptyDelivery } from './texting.ts';

/** A message that has come to its end. Times are Unix milliseconds. */
export interface Finished {
  readonly part: Part;
  /** As receipts write it. */
  readonly messageId: string;
  readonly state: MessageState;
  readonly submittedMs: number;
  readonly doneMs: number;
}

/** What carriers put where a message failed: their own codes. */
const errorCodes: Partial<Record<MessageState, string>> = { UNDELIVERABLE: '001', EXPIRED: '027' };

/** The deliver_sm that reports on a message, from its recipient to its sender. */
export function receiptOf(finished: Finished, form: Exclude<ReceiptBehaviour['form'], 'none'>): DeliverSm {
  const { part, messageId, state, submittedMs, doneMs } = finished;
  const built = buildReceipt({
    messageId,
    state,
    submittedMs,
    doneMs,
    errorCode: errorCodes[state] ?? '000',
    text: textOf([part]),
  });
  const plain = { ...emptyDelivery(part.to, part.from), esmClass: built.esmClass };
  const shortMessage = Buffer.from(built.text, 'latin1');
  switch (form) {
    case 'text':
      return { ...plain, shortMessage, tlvs: noTlvs };
    case 'tlv':
      return { ...plain, tlvs: built.tlvs };
    case 'both':
      return { ...plain, shortMessage, tlvs: built.tlvs };
    default:
      return assertNever(form);
  }
}
