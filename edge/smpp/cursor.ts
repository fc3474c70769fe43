/** Why a read failed; the first failure sticks and every later read gives an empty value. */
export type CursorFault =
  /** The bytes end too early. */
  | 'length'
  /** A value is longer than its limit. */
  | 'field'
  /** dest_flag is neither 1 nor 2 (SMPP 3.4 §5.2.25). */
  | 'destFlag';

/** Reads within [offset, end) of a buffer and never beyond. */
export class Cursor {
  readonly bytes: Buffer;
  readonly end: number;
  offset: number;
  fault: CursorFault | undefined = undefined;

  constructor(bytes: Buffer, offset: number, end: number) {
    this.bytes = bytes;
    this.offset = offset;
    this.end = end;
  }

  get left(): number {
    return this.end - this.offset;
  }

  int8(): number {
    if (this.offset >= this.end) return this.fail('length');
    return this.bytes[this.offset++] ?? 0;
  }

  int32(): number {
    if (this.offset + 4 > this.end) return this.fail('length');
    this.offset += 4;
    return this.bytes.readUInt32BE(this.offset - 4);
  }

  /** A C-octet string of at most `max` octets before its NUL (SMPP 3.4 §3.1). */
  cstring(max: number): string {
    const start = this.offset;
    const bytes = this.bytes;
    const stop = Math.min(this.end, start + max + 1);
    // Strings here are short, so a loop is faster than a call into native code to find the NUL.
    for (let at = start; at < stop; at++) {
      if (bytes[at] !== 0) continue;
      this.offset = at + 1;
      return at === start ? '' : bytes.toString('latin1', start, at);
    }
    this.fail(stop === this.end ? 'length' : 'field');
    return '';
  }

  /** A length octet and as many octets, as a view. */
  octets(max: number): Buffer {
    const length = this.int8();
    if (length > max) {
      this.fail('field');
      return empty;
    }
    return this.view(length);
  }

  /** The next `length` octets, as a view. */
  view(length: number): Buffer {
    const start = this.offset;
    if (start + length > this.end) {
      this.fail('length');
      return empty;
    }
    if (length === 0) return empty;
    this.offset = start + length;
    return this.bytes.subarray(start, start + length);
  }

  fail(fault: CursorFault): 0 {
    this.fault ??= fault;
    return 0;
  }
}

const empty = Buffer.alloc(0);
