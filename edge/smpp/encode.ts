import { assertNever, fail, ok } from '../../control/base/result.ts';
import type { Result } from '../../control/base/result.ts';
import type { Command, Field } from './commands.ts';
import { listNameMax } from './limits.ts';
import { defaultPduLimit, headerLength } from './pdu.ts';
import type { Address, Destination, EncodeError, Pdu, Unsuccessful, Value } from './pdu.ts';
import { status } from './status.ts';
import { tlvsMax } from './tlvs.ts';
import type { Tlvs } from './tlvs.ts';

/**
 * Octets that this PDU takes on the wire, or why it cannot be written: a value beyond its limit, or text with a NUL
 * or a character outside Latin-1, which would move every field behind it. A list of values that does not fit the
 * command is our own mistake and throws; a response may have none at all (SMPP 3.4 §4.4.2).
 */
export function measure(command: Command, values: readonly Value[], tlvs: Tlvs): number | EncodeError {
  const fields = command.fields;
  let length = headerLength;
  if (values.length > 0 || !command.isResponse) {
    if (values.length !== fields.length) throw new Error(`${command.name} takes ${fields.length} values`);
    for (let i = 0; i < fields.length; i++) {
      const field = fields[i] as Field;
      const size = valueSize(field, values[i] as Value);
      if (size < 0) return { field: field.name, status: field.status };
      length += size;
    }
  }
  if (tlvs.length > tlvsMax) return { field: 'tlvs', status: status.ESME_RINVTLVSTREAM };
  for (const tlv of tlvs) {
    if (tlv.value.length > 0xffff || tlv.tag < 0 || tlv.tag > 0xffff)
      return { field: 'tlvs', status: status.ESME_RINVTLVLEN };
    length += 4 + tlv.value.length;
  }
  return length > defaultPduLimit ? { field: 'tlvs', status: status.ESME_RINVMSGLEN } : length;
}

/** Writes what `measure` has found good, as `length` octets from `offset` on. */
export function write(
  target: Buffer,
  offset: number,
  length: number,
  command: Command,
  commandStatus: number,
  sequence: number,
  values: readonly Value[],
  tlvs: Tlvs,
): void {
  target.writeUInt32BE(length, offset);
  target.writeUInt32BE(command.id, offset + 4);
  target.writeUInt32BE(commandStatus, offset + 8);
  target.writeUInt32BE(sequence, offset + 12);
  let at = offset + headerLength;
  const fields = command.fields;
  for (let i = 0; i < values.length; i++) at = writeValue(target, at, fields[i] as Field, values[i] as Value);
  for (const tlv of tlvs) {
    target.writeUInt16BE(tlv.tag, at);
    target.writeUInt16BE(tlv.value.length, at + 2);
    at += 4 + tlv.value.copy(target, at + 4);
  }
  if (at !== offset + length) throw new Error(`${command.name} measured ${length}, written ${at - offset}`);
}

/** One PDU in a Buffer of its own. */
export function encode(pdu: Pdu): Result<Buffer, EncodeError> {
  const length = measure(pdu.command, pdu.values, pdu.tlvs);
  if (typeof length !== 'number') return fail(length);
  const bytes = Buffer.allocUnsafe(length);
  write(bytes, 0, length, pdu.command, pdu.status, pdu.sequence, pdu.values, pdu.tlvs);
  return ok(bytes);
}

/** Octets of one value on the wire, -1 if it violates its limit. */
function valueSize(field: Field, value: Value): number {
  switch (field.kind) {
    case 'int8':
      return isOctet(value as number) ? 1 : -1;
    case 'cstring':
      return textSize(value as string, field.max);
    case 'octets': {
      const length = (value as Buffer).length;
      return length > field.max ? -1 : length + 1;
    }
    case 'destinations':
      return listSize(value as readonly Destination[], field.max, destinationSize);
    case 'unsuccessful':
      return listSize(value as readonly Unsuccessful[], field.max, ({ address }) =>
        plus(addressSize(address), 4),
      );
    default:
      return assertNever(field.kind);
  }
}

const isOctet = (value: number): boolean => (value & 0xff) === value;

function textSize(text: string, max: number): number {
  const length = text.length;
  if (length > max) return -1;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0 || code > 0xff) return -1;
  }
  return length + 1;
}

function listSize<T>(list: readonly T[], max: number, sizeOf: (item: T) => number): number {
  if (list.length > max) return -1;
  let total = 1;
  for (const item of list) {
    const size = sizeOf(item);
    if (size < 0) return -1;
    total += size;
  }
  return total;
}

const plus = (size: number, more: number): number => (size < 0 ? -1 : size + more);

const addressSize = ({ ton, npi, addr }: Address): number =>
  isOctet(ton) && isOctet(npi) ? plus(textSize(addr, 20), 2) : -1;

const destinationSize = (to: Destination): number =>
  plus(to.kind === 'address' ? addressSize(to.address) : textSize(to.name, listNameMax), 1);

/** Writes one value and gives the offset behind it. */
function writeValue(target: Buffer, offset: number, field: Field, value: Value): number {
  switch (field.kind) {
    case 'int8':
      target[offset] = value as number;
      return offset + 1;
    case 'cstring':
      return writeText(target, offset, value as string);
    case 'octets': {
      const octets = value as Buffer;
      target[offset] = octets.length;
      return offset + 1 + octets.copy(target, offset + 1);
    }
    case 'destinations':
      return writeList(target, offset, value as readonly Destination[], writeDestination);
    case 'unsuccessful':
      return writeList(target, offset, value as readonly Unsuccessful[], writeUnsuccessful);
    default:
      return assertNever(field.kind);
  }
}

function writeText(target: Buffer, offset: number, text: string): number {
  const length = text.length;
  for (let i = 0; i < length; i++) target[offset + i] = text.charCodeAt(i);
  target[offset + length] = 0;
  return offset + length + 1;
}

function writeAddress(target: Buffer, offset: number, address: Address): number {
  target[offset] = address.ton;
  target[offset + 1] = address.npi;
  return writeText(target, offset + 2, address.addr);
}

function writeList<T>(
  target: Buffer,
  offset: number,
  list: readonly T[],
  writeItem: (target: Buffer, offset: number, item: T) => number,
): number {
  target[offset] = list.length;
  let at = offset + 1;
  for (const item of list) at = writeItem(target, at, item);
  return at;
}

function writeDestination(target: Buffer, offset: number, to: Destination): number {
  target[offset] = to.kind === 'address' ? 1 : 2;
  return to.kind === 'address'
    ? writeAddress(target, offset + 1, to.address)
    : writeText(target, offset + 1, to.name);
}

function writeUnsuccessful(target: Buffer, offset: number, item: Unsuccessful): number {
  return target.writeUInt32BE(item.status, writeAddress(target, offset, item.address));
}
