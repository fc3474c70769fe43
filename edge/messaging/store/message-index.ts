import { sidBytes } from '../../../control/base/sid.ts';
import { bytesKey } from '../../../control/store/keys.ts';
import type { Range, Table, TableSpec } from '../../../control/store/table.ts';
import type { Message } from '../message.ts';

/**
 * The lists that Twilio's filters ask for, newest first: all of an account's messages, those to an address, those
 * from one, those between two. A key is `account(4) view(1) hash(8) second(4) id(16)`, so each list is one stretch
 * of one index and page 1 costs the same however long the list is.
 */
const views = { all: 0, to: 1, from: 2, between: 3 } as const;
type View = keyof typeof views;

const hashAt = 5;
const secondAt = 13;
const idAt = 17;
const keyLength = 33;

export const messageIndex: TableSpec<Buffer, null> = {
  name: 'message-index',
  key: bytesKey,
  version: 1,
};

/** What a list may be narrowed by; addresses are normalised, times are Unix seconds. */
export interface ListFilter {
  readonly to?: string;
  readonly from?: string;
  /** Listed at this second or later. */
  readonly sinceSecond?: number;
  /** Listed at this second or before. */
  readonly untilSecond?: number;
}

/**
 * FNV-1a twice, with two bases, as 8 bytes. An address whose hash collides with another's only makes a list walk
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
  key.writeUInt32BE(b >>> 0, hashAt + 4);
}

/** A message is listed at most this long before it was sent, so that lists by date know where to look. */
export const listedWithinSeconds = 60;

/**
 * The second under which a message is listed: when it was created, or is scheduled for. Only one that had to wait
 * longer than `listedWithinSeconds` moves to when it was sent, so most are entered once and never moved.
 */
export function listedAt({ sentMs, sendAtMs, createdMs }: Message): number {
  const begun = Math.floor((sendAtMs || createdMs) / 1000);
  const sent = Math.floor(sentMs / 1000);
  return sent - begun > listedWithinSeconds ? sent : begun;
}

function viewKey(view: View, accountNo: number, addresses: readonly string[]): Buffer {
  const key = Buffer.alloc(keyLength);
  key.writeUInt32BE(accountNo, 0);
  key[4] = views[view];
  if (addresses.length > 0) hashInto(key, addresses);
  return key;
}

function keysOf(message: Message): readonly Buffer[] {
  const id = sidBytes(message.sid);
  const second = listedAt(message);
  const keys = [
    viewKey('all', message.accountNo, []),
    viewKey('to', message.accountNo, [message.to]),
    viewKey('from', message.accountNo, [message.from]),
    viewKey('between', message.accountNo, [message.from, message.to]),
  ];
  for (const key of keys) {
    key.writeUInt32BE(second, secondAt);
    id.copy(key, idAt);
  }
  return keys;
}

/** Enters a new message, or moves one whose `listedAt` has changed. */
export function enter(index: Table<Buffer, null>, message: Message, before?: Message): void {
  if (before !== undefined) {
    if (listedAt(before) === listedAt(message)) return;
    withdraw(index, before);
  }
  for (const key of keysOf(message)) index.put(key, null);
}

export function withdraw(index: Table<Buffer, null>, message: Message): void {
  for (const key of keysOf(message)) index.remove(key);
}

const lastSecond = 0xffffffff;
/** Dates may be asked for that no key can have: those before 1970 and after 2106. */
const inRange = (second: number): number => Math.max(0, Math.min(lastSecond, Math.floor(second)));

function stretch(accountNo: number, filter: ListFilter): { low: Buffer; high: Buffer } {
  const { to, from } = filter;
  const view: View =
    to !== undefined ? (from !== undefined ? 'between' : 'to') : from !== undefined ? 'from' : 'all';
  const addresses = [from, to].filter((address) => address !== undefined);
  const low = viewKey(view, accountNo, addresses);
  const high = Buffer.from(low);
  low.writeUInt32BE(inRange(filter.sinceSecond ?? 0), secondAt);
  high.writeUInt32BE(inRange(filter.untilSecond ?? lastSecond), secondAt);
  high.fill(0xff, idAt);
  return { low, high };
}

/** A place in a list, as opaque text for page tokens: second and id. */
export const cursorOf = (key: Buffer): string => key.toString('hex', secondAt);

const cursorForm = /^[0-9a-f]{40}$/;
export const isCursor = (text: string): boolean => cursorForm.test(text);

/** Where a walk begins: at the newest, after a place (older), or before it (newer, nearest first). */
export type From =
  { readonly kind: 'newest' } | { readonly kind: 'after' | 'before'; readonly cursor: string };

/** The keys of a list from a place on. `before` walks towards the newer, the other two towards the older. */
export function walk(
  index: Table<Buffer, null>,
  accountNo: number,
  filter: ListFilter,
  from: From,
): Iterable<Buffer> {
  const { low, high } = stretch(accountNo, filter);
  if (from.kind === 'newest') return index.keys({ start: high, end: low, reverse: true });
  const place = Buffer.from(low);
  place.write(from.cursor, secondAt, 'hex');
  const range: Range<Buffer> =
    from.kind === 'after' ? { start: place, end: low, reverse: true } : { start: place, end: high };
  return skipping(index.keys(range), place);
}

function* skipping(keys: Iterable<Buffer>, place: Buffer): Iterable<Buffer> {
  for (const key of keys) if (!key.equals(place)) yield key;
}

export const idOf = (key: Buffer): Buffer => key.subarray(idAt);
