import { fail, ok, type Result } from '../../../control/base/result.ts';

/** One part's place in a concatenated message (3GPP TS 23.040 §9.2.3.24.1, .8). */
export interface Concatenation {
  /** Width of the reference: information element 0x00 has 8 bits, 0x08 has 16. */
  readonly bits: 8 | 16;
  readonly reference: number;
  /** 1 to 255. */
  readonly total: number;
  /** 1 to `total`. */
  readonly sequence: number;
}

/** What we understand of a user data header; other information elements are skipped. */
export interface UserDataHeader {
  readonly concatenation?: Concatenation;
  /** Application ports (§9.2.3.24.3, .4). */
  readonly ports?: { readonly destination: number; readonly source: number };
  /** National language identifiers (§9.2.3.24.15, .16). */
  readonly singleShift?: number;
  readonly lockingShift?: number;
}

/** `offset` is where the header would have had to go on. */
export interface UdhFault {
  readonly code: 'udh_missing' | 'udh_truncated';
  readonly offset: number;
}

export interface SplitUserData {
  readonly header: UserDataHeader;
  /** What follows the header. */
  readonly payload: Uint8Array;
  /** With the length octet. */
  readonly headerOctets: number;
}

const element = {
  concatenation8: 0x00,
  ports8: 0x04,
  ports16: 0x05,
  concatenation16: 0x08,
  singleShift: 0x24,
  lockingShift: 0x25,
} as const;

type Draft = { -readonly [Field in keyof UserDataHeader]: UserDataHeader[Field] };

/** §9.2.3.24.1: an element with a total of 0, or a sequence of 0 or above the total, is ignored. */
function readConcatenation(
  draft: Draft,
  bits: 8 | 16,
  reference: number,
  total: number,
  sequence: number,
): void {
  if (total === 0 || sequence === 0 || sequence > total) return;
  draft.concatenation = { bits, reference, total, sequence };
}

/** Applies one element; of a repeated one the last counts (§9.2.3.24). A wrong length makes it one to ignore. */
function readElement(draft: Draft, identifier: number, data: Uint8Array): void {
  const [a = 0, b = 0, c = 0, d = 0] = data;
  switch (identifier) {
    case element.concatenation8:
      if (data.length === 3) readConcatenation(draft, 8, a, b, c);
      return;
    case element.concatenation16:
      if (data.length === 4) readConcatenation(draft, 16, (a << 8) | b, c, d);
      return;
    case element.ports8:
      if (data.length === 2) draft.ports = { destination: a, source: b };
      return;
    case element.ports16:
      if (data.length === 4) draft.ports = { destination: (a << 8) | b, source: (c << 8) | d };
      return;
    case element.singleShift:
      if (data.length === 1) draft.singleShift = a;
      return;
    case element.lockingShift:
      if (data.length === 1) draft.lockingShift = a;
      return;
  }
}

/**
 * Splits user data whose UDHI is set into header and payload (TS 23.040 §9.2.3.24). Fails only if the header claims
 * more octets than there are. Elements that do not fill the header exactly void all of them, as §9.2.3.24 says.
 */
export function splitUserData(userData: Uint8Array): Result<SplitUserData, UdhFault> {
  const length = userData[0];
  if (length === undefined) return fail({ code: 'udh_missing', offset: 0 });
  const end = 1 + length;
  if (end > userData.length) return fail({ code: 'udh_truncated', offset: userData.length });
  const split = (header: UserDataHeader): Result<SplitUserData, UdhFault> =>
    ok({ header, payload: userData.subarray(end), headerOctets: end });
  const draft: Draft = {};
  let at = 1;
  while (at < end) {
    const identifier = userData[at] ?? 0;
    const dataEnd = at + 2 + (userData[at + 1] ?? 0);
    if (at + 2 > end || dataEnd > end) return split({});
    readElement(draft, identifier, userData.subarray(at + 2, dataEnd));
    at = dataEnd;
  }
  return split(draft);
}

/**
 * A user data header with its length octet. Values out of range are our own mistake: they are cut to their width.
 * A concatenation of 8 bits takes 6 octets, which leave 153 septets or 67 UCS-2 characters; one of 16 bits takes 7.
 */
export function buildUdh(header: UserDataHeader): Buffer {
  const octets: number[] = [];
  const { concatenation, ports } = header;
  if (concatenation !== undefined) {
    const { bits, reference, total, sequence } = concatenation;
    if (bits === 8) octets.push(element.concatenation8, 3, reference, total, sequence);
    else octets.push(element.concatenation16, 4, reference >> 8, reference, total, sequence);
  }
  if (ports !== undefined) {
    const { destination, source } = ports;
    octets.push(element.ports16, 4, destination >> 8, destination, source >> 8, source);
  }
  if (header.singleShift !== undefined) octets.push(element.singleShift, 1, header.singleShift);
  if (header.lockingShift !== undefined) octets.push(element.lockingShift, 1, header.lockingShift);
  return Buffer.from([octets.length, ...octets]);
}
