import { integerOf, textOf, valueOf } from './message.ts';
import type { ShortMessage } from './message.ts';
import type { Address, Destination, Pdu, Unsuccessful, Value } from './pdu.ts';

/** submit_multi (SMPP 3.4 §4.5.1): one message to many. */
export interface SubmitMulti extends Omit<ShortMessage, 'destination'> {
  readonly destinations: readonly Destination[];
}

/** query_sm (SMPP 3.4 §4.8.1). */
export interface QuerySm {
  readonly messageId: string;
  readonly source: Address;
}

/** query_sm_resp (SMPP 3.4 §4.8.2). `finalDate` is '' while the message is under way. */
export interface QueryAnswer {
  readonly messageId: string;
  readonly finalDate: string;
  readonly messageState: number;
  readonly errorCode: number;
}

/** cancel_sm (SMPP 3.4 §4.9.1). Without a message id: all from source to destination. */
export interface CancelSm {
  readonly serviceType: string;
  readonly messageId: string;
  readonly source: Address;
  readonly destination: Address;
}

/** replace_sm (SMPP 3.4 §4.10.1). */
export interface ReplaceSm {
  readonly messageId: string;
  readonly source: Address;
  readonly scheduleDeliveryTime: string;
  readonly validityPeriod: string;
  readonly registeredDelivery: number;
  readonly shortMessage: Buffer;
}

const sourceOf = (pdu: Pdu): Address => ({
  ton: integerOf(pdu, 'source_addr_ton'),
  npi: integerOf(pdu, 'source_addr_npi'),
  addr: textOf(pdu, 'source_addr'),
});

/** What is in a submit_multi. */
export const submitMultiOf = (pdu: Pdu): SubmitMulti => ({
  serviceType: textOf(pdu, 'service_type'),
  source: sourceOf(pdu),
  destinations: valueOf(pdu, 'dest_address') as readonly Destination[],
  esmClass: integerOf(pdu, 'esm_class'),
  protocolId: integerOf(pdu, 'protocol_id'),
  priorityFlag: integerOf(pdu, 'priority_flag'),
  scheduleDeliveryTime: textOf(pdu, 'schedule_delivery_time'),
  validityPeriod: textOf(pdu, 'validity_period'),
  registeredDelivery: integerOf(pdu, 'registered_delivery'),
  replaceIfPresent: integerOf(pdu, 'replace_if_present_flag'),
  dataCoding: integerOf(pdu, 'data_coding'),
  shortMessage: valueOf(pdu, 'short_message') as Buffer,
  tlvs: pdu.tlvs,
});

export const queryOf = (pdu: Pdu): QuerySm => ({
  messageId: textOf(pdu, 'message_id'),
  source: sourceOf(pdu),
});

export const cancelOf = (pdu: Pdu): CancelSm => ({
  serviceType: textOf(pdu, 'service_type'),
  messageId: textOf(pdu, 'message_id'),
  source: sourceOf(pdu),
  destination: {
    ton: integerOf(pdu, 'dest_addr_ton'),
    npi: integerOf(pdu, 'dest_addr_npi'),
    addr: textOf(pdu, 'destination_addr'),
  },
});

export const replaceOf = (pdu: Pdu): ReplaceSm => ({
  messageId: textOf(pdu, 'message_id'),
  source: sourceOf(pdu),
  scheduleDeliveryTime: textOf(pdu, 'schedule_delivery_time'),
  validityPeriod: textOf(pdu, 'validity_period'),
  registeredDelivery: integerOf(pdu, 'registered_delivery'),
  shortMessage: valueOf(pdu, 'short_message') as Buffer,
});

/** The fields of query_sm_resp in order. */
export const queryValues = (answer: QueryAnswer): readonly Value[] => [
  answer.messageId,
  answer.finalDate,
  answer.messageState,
  answer.errorCode,
];

/** The fields of submit_multi_resp in order. */
export const multiValues = (messageId: string, unsuccessful: readonly Unsuccessful[]): readonly Value[] => [
  messageId,
  unsuccessful,
];
