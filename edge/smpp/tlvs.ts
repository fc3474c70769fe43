import definitions from 'smpp/lib/defs.js';

/** One optional parameter (SMPP 3.4 §5.3), known or not. */
export interface Tlv {
  readonly tag: number;
  readonly value: Buffer;
}

/** Optional parameters in wire order; a tag may repeat. */
export type Tlvs = readonly Tlv[];

export const noTlvs: Tlvs = [];

/** The most optional parameters read from one PDU; the specification itself defines 67. */
export const tlvsMax = 256;

/** Names of the optional parameters that messaging code reads or writes; any other goes by its number. */
export type TlvName =
  | 'additional_status_info_text'
  | 'congestion_state'
  | 'delivery_failure_reason'
  | 'dest_addr_subunit'
  | 'dest_port'
  | 'language_indicator'
  | 'message_payload'
  | 'message_state'
  | 'more_messages_to_send'
  | 'network_error_code'
  | 'payload_type'
  | 'privacy_indicator'
  | 'qos_time_to_live'
  | 'receipted_message_id'
  | 'sar_msg_ref_num'
  | 'sar_segment_seqnum'
  | 'sar_total_segments'
  | 'sc_interface_version'
  | 'source_addr_subunit'
  | 'source_port'
  | 'source_telematics_id'
  | 'user_message_reference'
  | 'ussd_service_op';

type Form = 'integer' | 'cstring' | 'octets';

interface Row {
  readonly tag: number;
  readonly form: Form;
  /** Octets of an integer; 0 for the other forms. */
  readonly width: number;
}

const wire = definitions.types.tlv;
const forms = new Map<unknown, readonly [Form, number]>([
  [wire.int8, ['integer', 1]],
  [wire.int16, ['integer', 2]],
  [wire.int32, ['integer', 4]],
  [wire.cstring, ['cstring', 0]],
  [wire.string, ['octets', 0]],
  [wire.buffer, ['octets', 0]],
]);

const rows = new Map<string, Row>(
  Object.entries(definitions.tlvs).map(([name, { id, type }]) => {
    const form = forms.get(type);
    if (form === undefined) throw new Error(`no codec for optional parameter ${name}`);
    return [name, { tag: id, form: form[0], width: form[1] }];
  }),
);
// The dictionary gives it two octets; SMPP 3.4 §5.3.2.8 says one.
rows.set('source_telematics_id', { tag: 0x0010, form: 'integer', width: 1 });

function rowOf(name: TlvName): Row {
  const row = rows.get(name);
  if (row === undefined) throw new Error(`optional parameter ${name} is not in the table`);
  return row;
}

/** The number of an optional parameter. */
export const tlvTag = (key: TlvName | number): number => (typeof key === 'number' ? key : rowOf(key).tag);

/** The first value with this tag, undefined if there is none. */
export function tlvBytes(tlvs: Tlvs, key: TlvName | number): Buffer | undefined {
  if (tlvs.length === 0) return undefined;
  const tag = tlvTag(key);
  for (const tlv of tlvs) if (tlv.tag === tag) return tlv.value;
  return undefined;
}

/** The first value with this tag as an unsigned integer. Peers differ on widths, so 1 to 4 octets are read. */
export function tlvInteger(tlvs: Tlvs, key: TlvName | number): number | undefined {
  const value = tlvBytes(tlvs, key);
  if (value === undefined || value.length === 0 || value.length > 4) return undefined;
  return value.readUIntBE(0, value.length);
}

/** The first value with this tag as Latin-1 text, up to a NUL if there is one. */
export function tlvText(tlvs: Tlvs, key: TlvName | number): string | undefined {
  const value = tlvBytes(tlvs, key);
  if (value === undefined) return undefined;
  const end = value.indexOf(0);
  return value.toString('latin1', 0, end < 0 ? value.length : end);
}

/** An integer as the specification sizes it; a value that does not fit is our own mistake and throws. */
export function integerTlv(name: TlvName, value: number): Tlv {
  const row = rowOf(name);
  if (row.form !== 'integer') throw new Error(`optional parameter ${name} is no integer`);
  const bytes = Buffer.alloc(row.width);
  bytes.writeUIntBE(value, 0, row.width);
  return { tag: row.tag, value: bytes };
}

/** Latin-1 text, NUL-terminated where the specification wants that. */
export function textTlv(name: TlvName, text: string): Tlv {
  const row = rowOf(name);
  return { tag: row.tag, value: Buffer.from(row.form === 'cstring' ? `${text}\0` : text, 'latin1') };
}

/** Any optional parameter by name or number, octets as given. */
export const bytesTlv = (key: TlvName | number, value: Buffer): Tlv => ({ tag: tlvTag(key), value });

const namesByTag = new Map(Array.from(rows, ([name, { tag }]) => [tag, name]));

/** An optional parameter for people: its name, or number, and its value where that is a number or a short text. */
export function describeTlv(tag: number, value: Buffer): { readonly name: string; readonly text?: string } {
  const name = namesByTag.get(tag);
  if (name === undefined) return { name: `0x${tag.toString(16).padStart(4, '0')}` };
  const form = rows.get(name)?.form;
  if (form === 'integer' && value.length > 0 && value.length <= 4)
    return { name, text: String(value.readUIntBE(0, value.length)) };
  return form === 'cstring' ? { name, text: value.toString('latin1').replace(/\0.*$/s, '') } : { name };
}
