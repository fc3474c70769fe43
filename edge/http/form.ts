import { isUtf8 } from 'node:buffer';
import { fail, ok, type Result } from '../../control/base/result.ts';
import { ParamList } from '../api/params.ts';

/** Why a form was refused; each is answered 400. */
export type FormFault = 'tooManyFields' | 'nameTooLong' | 'badEscape' | 'badUtf8';

export interface FormLimits {
  readonly fieldsMax: number;
  /** Bytes of a decoded name. Values are bounded by the body alone. */
  readonly nameBytesMax: number;
}

export const defaultFormLimits: FormLimits = { fieldsMax: 512, nameBytesMax: 256 };

const ampersand = 0x26;
const equals = 0x3d;
const plus = 0x2b;
const percent = 0x25;
const space = 0x20;

/** The value of each hex digit, 255 for what is none. */
const hexValue = new Uint8Array(256).fill(255);
for (let i = 0; i < 10; i++) hexValue[0x30 + i] = i;
for (let i = 0; i < 6; i++) hexValue[0x41 + i] = hexValue[0x61 + i] = 10 + i;

/**
 * Reads application/x-www-form-urlencoded (WHATWG URL section 5.1), strictly: an escape that is not two hex digits and
 * bytes that are not UTF-8 are faults, where a browser would put U+FFFD. `bytes` is only read, and not kept.
 */
export function parseForm(
  bytes: Buffer,
  limits: FormLimits = defaultFormLimits,
): Result<ParamList, FormFault> {
  const params = new ParamList();
  const length = bytes.length;
  let start = 0;
  while (start < length) {
    let end = start;
    let split = -1;
    for (; end < length; end++) {
      const byte = bytes[end];
      if (byte === ampersand) break;
      if (byte === equals && split < 0) split = end;
    }
    if (end > start) {
      if (params.size === limits.fieldsMax) return fail('tooManyFields');
      const nameEnd = split < 0 ? end : split;
      // An escape is three bytes for one, so a longer name cannot decode into the limit.
      if (nameEnd - start > 3 * limits.nameBytesMax) return fail('nameTooLong');
      const name = decode(bytes, start, nameEnd);
      if (name === undefined) return fail(decodeFault);
      if (name.length > limits.nameBytesMax) return fail('nameTooLong');
      const value = split < 0 ? '' : decode(bytes, split + 1, end);
      if (value === undefined) return fail(decodeFault);
      params.add(name, value);
    }
    start = end + 1;
  }
  return ok(params);
}

/** Why `decode` gave up; kept outside it so that the hot path allocates nothing. */
let decodeFault: FormFault = 'badEscape';
let scratch = Buffer.allocUnsafe(4096);

function decode(bytes: Buffer, start: number, end: number): string | undefined {
  let plain = true;
  let high = 0;
  for (let i = start; i < end; i++) {
    const byte = bytes[i] ?? 0;
    if (byte === percent || byte === plus) {
      plain = false;
      break;
    }
    high |= byte;
  }
  if (plain) return text(bytes, start, end, high);
  if (scratch.length < end - start) scratch = Buffer.allocUnsafe(end - start);
  let out = 0;
  high = 0;
  for (let i = start; i < end; i++) {
    let byte = bytes[i] ?? 0;
    if (byte === plus) byte = space;
    else if (byte === percent) {
      const upper = i + 2 < end ? (hexValue[bytes[i + 1] ?? 0] ?? 255) : 255;
      const lower = i + 2 < end ? (hexValue[bytes[i + 2] ?? 0] ?? 255) : 255;
      if ((upper | lower) > 15) {
        decodeFault = 'badEscape';
        return undefined;
      }
      byte = (upper << 4) | lower;
      i += 2;
    }
    high |= byte;
    scratch[out++] = byte;
  }
  return text(scratch, 0, out, high);
}

function text(bytes: Buffer, start: number, end: number, high: number): string | undefined {
  if (high < 0x80) return bytes.toString('latin1', start, end);
  if (isUtf8(bytes.subarray(start, end))) return bytes.toString('utf8', start, end);
  decodeFault = 'badUtf8';
  return undefined;
}
