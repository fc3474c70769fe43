/**
 * The byte layout of the few SMPP 3.4 PDUs that a load peer needs, read and written in place: no objects for
 * fields, no text decoding. It shares nothing with the product's codec, so that the two check each other.
 */

/** command_id (SMPP 3.4 section 5.1.2.1). A response is the request with its top bit set. */
export const command = {
  genericNack: 0x80000000,
  bindReceiver: 0x00000001,
  bindTransmitter: 0x00000002,
  submitSm: 0x00000004,
  deliverSm: 0x00000005,
  unbind: 0x00000006,
  bindTransceiver: 0x00000009,
  enquireLink: 0x00000015,
  response: 0x80000000,
} as const;

/** command_status (section 5.1.3), those that a load peer answers. */
export const status = {
  ok: 0x00,
  invalidLength: 0x02,
  invalidCommand: 0x03,
  bindFailed: 0x0d,
  invalidPassword: 0x0e,
  throttled: 0x58,
} as const;

export const headerBytes = 16;
/** A longer PDU is taken for garbage. */
export const longestPdu = 70_000;
/** submit_sm and deliver_sm with every field empty (section 4.4.1). */
export const shortestSubmit = headerBytes + 17;
/** submit_sm_resp as written here: ten digits of message_id and their NUL. */
export const submitRespBytes = headerBytes + 11;

/** Writes a PDU header at `at` and gives the offset behind it. */
export function writeHeader(
  out: Buffer,
  at: number,
  length: number,
  commandId: number,
  commandStatus: number,
  sequence: number,
): number {
  out.writeUInt32BE(length, at);
  out.writeUInt32BE(commandId >>> 0, at + 4);
  out.writeUInt32BE(commandStatus, at + 8);
  out.writeUInt32BE(sequence, at + 12);
  return at + headerBytes;
}

/** Writes `value` as exactly `width` digits of `radix` (10 or 16) and gives the offset behind them. */
export function writeDigits(out: Buffer, at: number, value: number, width: number, radix = 10): number {
  let rest = value;
  for (let i = at + width - 1; i >= at; i--) {
    const digit = rest % radix;
    out[i] = digit < 10 ? 48 + digit : 87 + digit;
    rest = (rest - digit) / radix;
  }
  return at + width;
}

/** Where the fields of one submit_sm or deliver_sm lie in its bytes; one object is filled again and again. */
export interface SubmitView {
  sourceStart: number;
  sourceEnd: number;
  destinationStart: number;
  destinationEnd: number;
  esmClass: number;
  registeredDelivery: number;
  dataCoding: number;
  bodyStart: number;
  bodyEnd: number;
}

export const emptyView = (): SubmitView => ({
  sourceStart: 0,
  sourceEnd: 0,
  destinationStart: 0,
  destinationEnd: 0,
  esmClass: 0,
  registeredDelivery: 0,
  dataCoding: 0,
  bodyStart: 0,
  bodyEnd: 0,
});

/** The offset of the NUL that ends the C-octet string at `at`; `end` if there is none. */
function nul(bytes: Buffer, at: number, end: number): number {
  let i = at;
  while (i < end && bytes[i] !== 0) i++;
  return i;
}

/**
 * Finds the fields of the submit_sm or deliver_sm in bytes [start, end), header included (section 4.4.1).
 * The body is short_message, or message_payload (TLV 0x0424) where short_message is empty. False if malformed.
 */
export function viewSubmit(bytes: Buffer, start: number, end: number, view: SubmitView): boolean {
  const serviceEnd = nul(bytes, start + headerBytes, end);
  view.sourceStart = serviceEnd + 3;
  view.sourceEnd = nul(bytes, view.sourceStart, end);
  view.destinationStart = view.sourceEnd + 3;
  view.destinationEnd = nul(bytes, view.destinationStart, end);
  const flags = view.destinationEnd + 1;
  const scheduleEnd = nul(bytes, flags + 3, end);
  const validityEnd = nul(bytes, scheduleEnd + 1, end);
  const lengthAt = validityEnd + 5;
  if (lengthAt >= end) return false;
  view.esmClass = bytes[flags] ?? 0;
  view.registeredDelivery = bytes[validityEnd + 1] ?? 0;
  view.dataCoding = bytes[validityEnd + 3] ?? 0;
  view.bodyStart = lengthAt + 1;
  view.bodyEnd = view.bodyStart + (bytes[lengthAt] ?? 0);
  if (view.bodyEnd > end) return false;
  return view.bodyEnd > view.bodyStart || view.bodyEnd === end || viewPayload(bytes, end, view);
}

function viewPayload(bytes: Buffer, end: number, view: SubmitView): boolean {
  let at = view.bodyEnd;
  while (at + 4 <= end) {
    const tag = bytes.readUInt16BE(at);
    const valueEnd = at + 4 + bytes.readUInt16BE(at + 2);
    if (valueEnd > end) return false;
    if (tag === 0x0424) {
      view.bodyStart = at + 4;
      view.bodyEnd = valueEnd;
      return true;
    }
    at = valueEnd;
  }
  return at === end;
}

/** What a whole submit_sm or deliver_sm is built from. Addresses without a plus sign. */
export interface SubmitFields {
  readonly commandId: number;
  readonly sequence: number;
  readonly source: string;
  readonly destination: string;
  readonly esmClass?: number;
  readonly registeredDelivery?: number;
  readonly dataCoding?: number;
  /** At most 254 bytes. */
  readonly body: Buffer;
  /** Ready TLVs, appended as they are. */
  readonly tlvs?: Buffer;
}

/** A submit_sm or deliver_sm with international ISDN addresses. */
export function buildSubmit(fields: SubmitFields): Buffer {
  const head = Buffer.concat([
    Buffer.from([0, 1, 1]),
    Buffer.from(`${fields.source}\0`, 'latin1'),
    Buffer.from([1, 1]),
    Buffer.from(`${fields.destination}\0`, 'latin1'),
    Buffer.from([fields.esmClass ?? 0, 0, 0, 0, 0, fields.registeredDelivery ?? 0, 0]),
    Buffer.from([fields.dataCoding ?? 0, 0, fields.body.length]),
  ]);
  const pdu = Buffer.concat([Buffer.alloc(headerBytes), head, fields.body, fields.tlvs ?? Buffer.alloc(0)]);
  writeHeader(pdu, 0, pdu.length, fields.commandId, 0, fields.sequence);
  return pdu;
}

/** One TLV (section 3.2.4.1). */
export function tlv(tag: number, value: Buffer): Buffer {
  const out = Buffer.alloc(4 + value.length);
  out.writeUInt16BE(tag, 0);
  out.writeUInt16BE(value.length, 2);
  value.copy(out, 4);
  return out;
}

/** A bind_* PDU (section 4.1). */
export function buildBind(commandId: number, sequence: number, systemId: string, password: string): Buffer {
  const body = Buffer.from(`${systemId}\0${password}\0\0\x34\0\0\0`, 'latin1');
  const pdu = Buffer.concat([Buffer.alloc(headerBytes), body]);
  writeHeader(pdu, 0, pdu.length, commandId, 0, sequence);
  return pdu;
}

/** A PDU that is a header alone: enquire_link, unbind and most responses. */
export function buildBare(commandId: number, commandStatus: number, sequence: number): Buffer {
  const pdu = Buffer.allocUnsafe(headerBytes);
  writeHeader(pdu, 0, headerBytes, commandId, commandStatus, sequence);
  return pdu;
}

/** Cuts a byte stream into PDUs; `each` sees [start, end) of whole ones. Gives what is left, or null for garbage. */
export function eachPdu(
  bytes: Buffer,
  each: (bytes: Buffer, start: number, end: number) => void,
): Buffer | null {
  let at = 0;
  while (at + 4 <= bytes.length) {
    const length = bytes.readUInt32BE(at);
    if (length < headerBytes || length > longestPdu) return null;
    if (at + length > bytes.length) break;
    each(bytes, at, at + length);
    at += length;
  }
  return at === bytes.length ? nothing : bytes.subarray(at);
}

export const nothing: Buffer = Buffer.alloc(0);
