import { assertNever } from '../../control/base/result.ts';
import { commandById } from './commands.ts';
import type { Command, Field } from './commands.ts';
import { Cursor } from './cursor.ts';
import type { CursorFault } from './cursor.ts';
import { listNameMax } from './limits.ts';
import { headerLength } from './pdu.ts';
import type { Address, DecodeError, DecodeErrorCode, Destination, Pdu, Unsuccessful, Value } from './pdu.ts';
import { status } from './status.ts';
import { noTlvs, tlvsMax } from './tlvs.ts';
import type { Tlv, Tlvs } from './tlvs.ts';

/** A PDU, or why there is none. */
export type Decoded =
  { readonly ok: true; readonly pdu: Pdu } | { readonly ok: false; readonly error: DecodeError };

/** Reads one whole PDU, as the framer cuts them. Any bytes may be given; it never throws. */
export function decode(frame: Buffer): Decoded {
  if (frame.length < headerLength) return refuse('length', status.ESME_RINVCMDLEN, 0, undefined, 0);
  const id = frame.readUInt32BE(4);
  const sequence = frame.readUInt32BE(12);
  const command = commandById(id);
  if (command === undefined) return refuse('command', status.ESME_RINVCMDID, 4, undefined, sequence);
  if (frame.readUInt32BE(0) !== frame.length)
    return refuse('length', status.ESME_RINVCMDLEN, 0, command, sequence);

  const cursor = new Cursor(frame, headerLength, frame.length);
  const fields = command.fields;
  const values: Value[] = [];
  for (const field of fields) {
    // A response may end early: its body is left out when the status is not 0 (SMPP 3.4 §4.4.2), and some peers
    // leave it out always.
    const absent = command.isResponse && cursor.left === 0;
    values.push(absent ? defaultValue(field) : readValue(cursor, field));
    if (cursor.fault !== undefined) return refuseField(cursor.fault, field, cursor.offset, command, sequence);
  }
  const tlvs = cursor.left === 0 ? noTlvs : readTlvs(cursor);
  if (tlvs === undefined) return refuse('tlv', status.ESME_RINVTLVSTREAM, cursor.offset, command, sequence);
  return { ok: true, pdu: { command, status: frame.readUInt32BE(8), sequence, values, tlvs } };
}

function refuse(
  code: DecodeErrorCode,
  answer: number,
  offset: number,
  command: Command | undefined,
  sequence: number,
): Decoded {
  return { ok: false, error: { code, status: answer, offset, command, sequence } };
}

function refuseField(
  fault: CursorFault,
  field: Field,
  offset: number,
  command: Command,
  sequence: number,
): Decoded {
  switch (fault) {
    case 'length':
      return refuse('length', status.ESME_RINVCMDLEN, offset, command, sequence);
    case 'field':
      return refuse('field', field.status, offset, command, sequence);
    case 'destFlag':
      return refuse('field', status.ESME_RINVDESTFLAG, offset, command, sequence);
    default:
      return assertNever(fault);
  }
}

const noOctets = Buffer.alloc(0);
const nobody: readonly Destination[] & readonly Unsuccessful[] = [];

/** What a parameter is when a response leaves it out. */
function defaultValue(field: Field): Value {
  switch (field.kind) {
    case 'int8':
      return 0;
    case 'cstring':
      return '';
    case 'octets':
      return noOctets;
    case 'destinations':
    case 'unsuccessful':
      return nobody;
    default:
      return assertNever(field.kind);
  }
}

function readValue(cursor: Cursor, field: Field): Value {
  switch (field.kind) {
    case 'int8':
      return cursor.int8();
    case 'cstring':
      return cursor.cstring(field.max);
    case 'octets':
      return cursor.octets(field.max);
    case 'destinations':
      return readDestinations(cursor, field);
    case 'unsuccessful':
      return readUnsuccessful(cursor);
    default:
      return assertNever(field.kind);
  }
}

const readAddress = (cursor: Cursor): Address => ({
  ton: cursor.int8(),
  npi: cursor.int8(),
  addr: cursor.cstring(20),
});

function readDestinations(cursor: Cursor, field: Field): readonly Destination[] {
  const count = cursor.int8();
  if (count > field.max) cursor.fail('field');
  const read: Destination[] = [];
  while (read.length < count && cursor.fault === undefined) {
    const flag = cursor.int8();
    if (flag === 1) read.push({ kind: 'address', address: readAddress(cursor) });
    else if (flag === 2) read.push({ kind: 'list', name: cursor.cstring(listNameMax) });
    else cursor.fail('destFlag');
  }
  return read;
}

function readUnsuccessful(cursor: Cursor): readonly Unsuccessful[] {
  const count = cursor.int8();
  const read: Unsuccessful[] = [];
  while (read.length < count && cursor.fault === undefined)
    read.push({ address: readAddress(cursor), status: cursor.int32() });
  return read;
}

/** undefined if they are malformed or too many. */
function readTlvs(cursor: Cursor): Tlvs | undefined {
  const tlvs: Tlv[] = [];
  const bytes = cursor.bytes;
  while (cursor.left > 0) {
    if (cursor.left < 4 || tlvs.length === tlvsMax) return undefined;
    const at = cursor.offset;
    const tag = bytes.readUInt16BE(at);
    const length = bytes.readUInt16BE(at + 2);
    if (length > cursor.left - 4) return undefined;
    cursor.offset = at + 4;
    tlvs.push({ tag, value: cursor.view(length) });
  }
  return tlvs;
}
