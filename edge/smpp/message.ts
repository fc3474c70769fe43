import { commands } from './commands.ts';
import type { Command, CommandName } from './commands.ts';
import type { Address, Pdu, Value } from './pdu.ts';
import type { Tlvs } from './tlvs.ts';

/**
 * One short message as submit_sm and deliver_sm carry it (SMPP 3.4 §4.4.1, §4.6.1); data_sm (§4.7.1) is the same with
 * its missing parameters empty. message_payload is among `tlvs`. `shortMessage` is raw octets in `dataCoding`, with
 * the user data header in front if `esmClass` says so. Buffers may be views of received bytes: copy them to keep them.
 */
export interface ShortMessage {
  readonly serviceType: string;
  readonly source: Address;
  readonly destination: Address;
  readonly esmClass: number;
  readonly protocolId: number;
  readonly priorityFlag: number;
  readonly scheduleDeliveryTime: string;
  readonly validityPeriod: string;
  readonly registeredDelivery: number;
  readonly replaceIfPresent: number;
  readonly dataCoding: number;
  readonly shortMessage: Buffer;
  readonly tlvs: Tlvs;
}

/** A message from a tenant to us, or from us to a carrier. */
export type SubmitSm = ShortMessage;
/** A message or a receipt from a carrier to us, or from us to a tenant. */
export type DeliverSm = ShortMessage;

/** The commands that carry one short message. */
export const messageCommands = {
  submit: commands.submit_sm,
  deliver: commands.deliver_sm,
  data: commands.data_sm,
} as const;

/** Proves at start that the positions below are the dictionary's. */
function expectFields(name: CommandName, fields: readonly string[]): void {
  const actual = commands[name].fields.map((field) => field.name).join();
  if (actual !== fields.join()) throw new Error(`${name} has the fields ${actual}`);
}

const head = [
  'service_type',
  'source_addr_ton',
  'source_addr_npi',
  'source_addr',
  'dest_addr_ton',
  'dest_addr_npi',
  'destination_addr',
  'esm_class',
];
const submitFields = [
  ...head,
  'protocol_id',
  'priority_flag',
  'schedule_delivery_time',
  'validity_period',
  'registered_delivery',
  'replace_if_present_flag',
  'data_coding',
  'sm_default_msg_id',
  'short_message',
];
const defaultMessagePosition = submitFields.indexOf('sm_default_msg_id');
expectFields('submit_sm', submitFields);
expectFields('deliver_sm', submitFields);
expectFields('data_sm', [...head, 'registered_delivery', 'data_coding']);

const noOctets = Buffer.alloc(0);

/** The message in a submit_sm, deliver_sm or data_sm. */
export function messageOf(pdu: Pdu): ShortMessage {
  const values = pdu.values;
  const isData = pdu.command === messageCommands.data;
  return {
    serviceType: values[0] as string,
    source: { ton: values[1] as number, npi: values[2] as number, addr: values[3] as string },
    destination: { ton: values[4] as number, npi: values[5] as number, addr: values[6] as string },
    esmClass: values[7] as number,
    protocolId: isData ? 0 : (values[8] as number),
    priorityFlag: isData ? 0 : (values[9] as number),
    scheduleDeliveryTime: isData ? '' : (values[10] as string),
    validityPeriod: isData ? '' : (values[11] as string),
    registeredDelivery: (isData ? values[8] : values[12]) as number,
    replaceIfPresent: isData ? 0 : (values[13] as number),
    dataCoding: (isData ? values[9] : values[14]) as number,
    shortMessage: isData ? noOctets : (values[16] as Buffer),
    tlvs: pdu.tlvs,
  };
}

/** sm_default_msg_id: the number of a text stored at the message centre; 0 if the message brings its own. */
export const defaultMessageOf = (pdu: Pdu): number =>
  pdu.command === messageCommands.data ? 0 : (pdu.values[defaultMessagePosition] as number);

/** The mandatory parameters of a submit_sm or deliver_sm. Its TLVs go beside them. */
export const messageValues = (sm: ShortMessage): readonly Value[] => [
  sm.serviceType,
  sm.source.ton,
  sm.source.npi,
  sm.source.addr,
  sm.destination.ton,
  sm.destination.npi,
  sm.destination.addr,
  sm.esmClass,
  sm.protocolId,
  sm.priorityFlag,
  sm.scheduleDeliveryTime,
  sm.validityPeriod,
  sm.registeredDelivery,
  sm.replaceIfPresent,
  sm.dataCoding,
  0, // sm_default_msg_id
  sm.shortMessage,
];

/** One mandatory parameter by name; asking for one the command does not have is our own mistake and throws. */
export function valueOf(pdu: Pdu, field: string): Value {
  const value = pdu.values[position(pdu.command, field)];
  if (value === undefined) throw new Error(`${pdu.command.name} has no ${field}`);
  return value;
}

/** A mandatory parameter that is text. */
export const textOf = (pdu: Pdu, field: string): string => valueOf(pdu, field) as string;

/** A mandatory parameter that is an integer. */
export const integerOf = (pdu: Pdu, field: string): number => valueOf(pdu, field) as number;

const position = (command: Command, field: string): number =>
  command.fields.findIndex((candidate) => candidate.name === field);
