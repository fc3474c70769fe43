import { sidBytes, sidTimeMs } from '../../../control/base/sid.ts';
import type { Message } from '../message.ts';

/**
 * The lists that Twilio's filters ask for, newest first: all of an account's messages, those to an address, those
 * from one, those between two. A key is `account(4) view(1) hash(6) place(16)`, so each list is one stretch of one
 * table, and page 1 costs the same however long the list is.
 *
 * A place is the message's id, whose first six bytes are the time at which it was made. A message that is listed
 * under another time has that there instead, and the row then keeps the six bytes of the id.
 */
const views = { all: 0, to: 1, from: 2, between: 3 } as const;
type View = keyof typeof views;

const hashAt = 5;
const placeAt = 11;
const timeBytes = 6;
const keyLength = placeAt + 16;

/** What a list may be narrowed by; addresses are normalised, times are Unix seconds. */
export interface ListFilter {
  readonly to?: string;
  readonly from?: string;
  /** Listed at this second or later. */
  readonly sinceSecond?: number;
  /** Listed at this second or before. */
  readonly untilSecond?: number;
}

/** A message's mention in a list. */
export interface ListEntry {
  readonly key: Buffer;
  /** What the place has lost of the id: nothing, or its first six bytes. */
  readonly value: Buffer;
}

const nothing = Buffer.alloc(0);

/**
 * FNV-1a twice, with two bases, as 6 bytes. An address whose hash collides with another's only makes a list walk
 * past a foreign row of the same account (rows are compared again), so speed matters here and secrecy does not.
 */
function hashInto(key: Buffer, texts: readonly string[]): void {
  let a = 0x811c9dc5;
  let b = 0x01000193;
  for (const text of texts) {
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      a = Math.imul(a ^ unit, 0x01000193);
      b = Math.imul(b ^ unit, 0x5bd1e995) + 1;
    }
    a = Math.imul(a ^ 0xff, 0x01000193);
    b = Math.imul(b ^ 0xff, 0x5bd1e995);
  }
  key.writeUInt32BE(a >>> 0, hashAt);
  key.writeUInt16BE(b >>> 16, hashAt + 4);
}

/** A message is listed at most this long before it was sent, so that lists by date know where to look. */
export const listedWithinSeconds = 60;

/**
 * The time under which a message is listed, in ms: when it was made, or is scheduled for. Only one that had to wait
 * longer than `listedWithinSeconds` moves to when it was sent, so most are entered once and never moved.
 */
export function listedAtMs({ sid, sentMs, sendAtMs }: Message): number {
  const begunMs = sendAtMs || sidTimeMs(sid);
  return sentMs - begunMs > listedWithinSeconds * 1000 ? sentMs : begunMs;
}

function viewKey(view: View, accountNo: number, addresses: readonly string[]): Buffer {
  const key = Buffer.allocUnsafe(keyLength).fill(0);
  key.writeUInt32BE(accountNo, 0);
  key[4] = views[view];
  if (addresses.length > 0) hashInto(key, addresses);
  return key;
}

/** Enters a message's place into a key of its. */
function placed(message: Message, key: Buffer): ListEntry {
  const id = sidBytes(message.sid);
  const listedMs = listedAtMs(message);
  id.copy(key, placeAt);
  if (listedMs === sidTimeMs(message.sid)) return { key, value: nothing };
  key.writeUIntBE(listedMs, placeAt, timeBytes);
  return { key, value: Buffer.from(id.subarray(0, timeBytes)) };
}

/** A message's mention in the list of all its account's messages. */
export const entryAmongAll = (message: Message): ListEntry =>
  placed(message, viewKey('all', message.accountNo, []));

/** Its mention in each of the lists by address. */
export const entriesByAddress: readonly ((message: Message) => ListEntry)[] = [
  (message) => placed(message, viewKey('to', message.accountNo, [message.to])),
  (message) => placed(message, viewKey('from', message.accountNo, [message.from])),
  (message) => placed(message, viewKey('between', message.accountNo, [message.from, message.to])),
];

/** Which of `parts` equal parts of the lists by address an entry lies in; at most 256 parts. */
export const partOf = ({ key }: ListEntry, parts: number): number =>
  Math.floor(((key[hashAt] ?? 0) * parts) / 256);

/** The message that an entry mentions. */
export const idOf = ({ key, value }: ListEntry): Buffer =>
  Buffer.concat([value, key.subarray(placeAt + value.length)]);

/** Dates may be asked for that no key can have: those before 1970 and after the year 10,889. */
const inRange = (ms: number): number => Math.max(0, Math.min(2 ** (8 * timeBytes) - 1, ms));

/** The keys between which a list lies, both inclusive. */
export function stretchOf(accountNo: number, filter: ListFilter): { low: Buffer; high: Buffer } {
  const { to, from, sinceSecond, untilSecond } = filter;
  const view: View =
    to !== undefined ? (from !== undefined ? 'between' : 'to') : from !== undefined ? 'from' : 'all';
  const addresses = [from, to].filter((address) => address !== undefined);
  const low = viewKey(view, accountNo, addresses);
  const high = Buffer.from(low);
  high.fill(0xff, placeAt);
  if (sinceSecond !== undefined) low.writeUIntBE(inRange(Math.floor(sinceSecond) * 1000), placeAt, timeBytes);
  if (untilSecond !== undefined) {
    high.writeUIntBE(inRange(Math.floor(untilSecond) * 1000 + 999), placeAt, timeBytes);
  }
  return { low, high };
}

/** A place in a list, as opaque text for page tokens. */
export const cursorOf = ({ key }: ListEntry): string => key.toString('hex', placeAt);

const cursorForm = /^[0-9a-f]{32}$/;
export const isCursor = (text: string): boolean => cursorForm.test(text);

/** The key at a cursor's place in the list that `low` belongs to. */
export function keyAt(low: Buffer, cursor: string): Buffer {
  const key = Buffer.from(low);
  key.write(cursor, placeAt, 'hex');
  return key;
}
