import type { Clock, Timer } from '../../../control/base/clock.ts';
import { sidTimeMs, type Sid } from '../../../control/base/sid.ts';
import { bytesKey, textKey } from '../../../control/store/keys.ts';
import type { Store } from '../../../control/store/store.ts';
import type { Range, Table, TableSpec } from '../../../control/store/table.ts';
import type { Message } from '../message.ts';
import {
  entriesByAddress,
  entryAmongAll,
  keyAt,
  listedAtMs,
  partOf,
  stretchOf,
  type ListEntry,
  type ListFilter,
} from './list-key.ts';

const listTable: TableSpec<Buffer, Buffer> = {
  name: 'message-lists',
  key: bytesKey,
  version: 1,
  plain: true,
};

/** One row: the time before which every message is in the lists. */
const markTable: TableSpec<string, number> = { name: 'message-lists-mark', key: textKey, version: 1 };
const markKey = 'listed-before-ms';

/** The tail is written when it is so long, or so old. */
const tailMax = 4096;
const tailMaxMs = 2000;
/**
 * A tail is written in so many commits for each list, for every entry may cost a page of its own: all of them in a
 * single commit would hold up whatever is acknowledged meanwhile.
 */
const commitsEachList = 16;
/** Entries made in one turn of the event loop, so that it delays no request by more than a millisecond. */
const entriesEachTurn = 256;
/** Messages read back in one turn when the lists catch up. */
const caughtUpEachTurn = 2000;

/** A message whose entries by address wait to be written; they are made when they are. */
interface Tailed {
  readonly message: Message;
  readonly madeMs: number;
}

/** Where a walk begins: at the newest, after a place (older), or before it (newer, nearest first). */
export type From =
  { readonly kind: 'newest' } | { readonly kind: 'after' | 'before'; readonly cursor: string };

/**
 * The lists of messages. Those by address are written behind: the entries of one moment lie scattered over all such
 * lists, and each would cost a commit a page of its own. So the newest messages, the tail, are kept in memory and their
 * entries written together, in the order of their keys. A walk goes over both. The messages themselves are on disk, and
 * so is a time before which all of them are listed: what a crash takes from the tail is found again by reading the
 * messages since.
 */
export class MessageLists {
  private readonly table: Table<Buffer, Buffer>;
  private readonly marks: Table<string, number>;
  private readonly messages: Table<Buffer, Message>;
  private readonly store: Store;
  private readonly clock: Clock;
  private readonly tail = new Map<Sid, Tailed>();
  private mark: number;
  /** Until where messages of earlier runs have been looked through; Infinity: all. */
  private caughtUpMs = 0;
  private writing = false;
  private stopped = false;
  private timer: Timer | undefined;

  constructor(store: Store, messages: Table<Buffer, Message>, clock: Clock) {
    this.store = store;
    this.messages = messages;
    this.clock = clock;
    this.table = store.table(listTable);
    this.marks = store.table(markTable);
    this.mark = this.marks.get(markKey) ?? 0;
    this.catchUp(timeKey(this.mark));
  }

  /** Enters a new message, in the stretch of code that puts its row. */
  enter(message: Message): void {
    this.put(entryAmongAll(message));
    const madeMs = sidTimeMs(message.sid);
    // A clock that was set back between two runs makes ids older than what has been listed.
    if (madeMs < this.mark) this.setMark(madeMs);
    this.tail.set(message.sid, { message, madeMs });
    if (this.tail.size >= tailMax) this.write();
    else this.timer ??= this.clock.after(tailMaxMs, () => this.write());
  }

  /** Moves a message to where it is listed now that it has changed. */
  move(before: Message, message: Message): void {
    if (listedAtMs(before) === listedAtMs(message) && before.from === message.from) return;
    this.withdraw(before);
    this.put(entryAmongAll(message));
    for (const entryOf of entriesByAddress) this.put(entryOf(message));
  }

  withdraw(message: Message): void {
    this.tail.delete(message.sid);
    this.table.remove(entryAmongAll(message).key);
    for (const entryOf of entriesByAddress) this.table.remove(entryOf(message).key);
  }

  /** The entries of a list from a place on. `before` walks towards the newer, the other two towards the older. */
  walk(accountNo: number, filter: ListFilter, from: From): Iterable<ListEntry> {
    const { low, high } = stretchOf(accountNo, filter);
    const between = (start: Buffer, end: Buffer, reverse: boolean): Iterable<ListEntry> => {
      const range: Range<Buffer> = reverse ? { start: end, end: start, reverse } : { start, end };
      const written = this.table.entries(range);
      return merged(written, this.tailBetween(accountNo, filter, start, end), reverse ? -1 : 1);
    };
    if (from.kind === 'newest') return between(low, high, true);
    const place = keyAt(low, from.cursor);
    const entries = from.kind === 'after' ? between(low, place, true) : between(place, high, false);
    return except(entries, place);
  }

  /** Writes nothing more; what is left of the tail is caught up with after the next start. */
  stop(): void {
    this.stopped = true;
    this.timer?.cancel();
  }

  private put({ key, value }: ListEntry): void {
    this.table.put(key, value);
  }

  /** The entries of the tail that a list by address is missing. */
  private tailBetween(
    accountNo: number,
    { to, from }: ListFilter,
    low: Buffer,
    high: Buffer,
  ): readonly ListEntry[] {
    if (to === undefined && from === undefined) return [];
    const found: ListEntry[] = [];
    for (const { message } of this.tail.values()) {
      if (message.accountNo !== accountNo) continue;
      if ((to ?? message.to) !== message.to || (from ?? message.from) !== message.from) continue;
      for (const entryOf of entriesByAddress) {
        const entry = entryOf(message);
        if (entry.key.compare(low) >= 0 && entry.key.compare(high) <= 0) found.push(entry);
      }
    }
    return found;
  }

  private write(): void {
    this.timer?.cancel();
    this.timer = undefined;
    if (this.writing || this.stopped) return;
    this.writing = true;
    const batch = Array.from(this.tail.values());
    void this.writeAll(batch).then(
      () => this.written(batch),
      // The tail is as it was, and will be written again.
      () => (this.writing = false),
    );
  }

  /** List by list, and of each a part in each commit; a part in the order of its keys. */
  private async writeAll(batch: readonly Tailed[]): Promise<void> {
    for (const entryOf of entriesByAddress) {
      for (const part of await partsOf(batch, entryOf)) {
        if (this.stopped) return;
        part.sort((a, b) => a.entry.key.compare(b.entry.key));
        for (const { tailed, entry } of part) {
          // One that was moved or withdrawn meanwhile is in the tail no more.
          if (this.tail.get(tailed.message.sid) === tailed) this.put(entry);
        }
        await this.store.durable();
      }
    }
  }

  private written(batch: readonly Tailed[]): void {
    if (this.stopped) return;
    let listedBeforeMs = this.mark;
    for (const tailed of batch) {
      listedBeforeMs = Math.max(listedBeforeMs, tailed.madeMs);
      if (this.tail.get(tailed.message.sid) === tailed) this.tail.delete(tailed.message.sid);
    }
    for (const { madeMs } of this.tail.values()) listedBeforeMs = Math.min(listedBeforeMs, madeMs);
    this.setMark(Math.min(listedBeforeMs, this.caughtUpMs));
    this.writing = false;
    if (this.tail.size >= tailMax) this.write();
    else if (this.tail.size > 0) {
      this.timer ??= this.clock.after(tailMaxMs, () => this.write());
    }
  }

  private setMark(ms: number): void {
    if (ms === this.mark) return;
    this.mark = ms;
    this.marks.put(markKey, ms);
  }

  /**
   * Enters what an earlier run has made and not listed: after a crash, or a stop, the last seconds; with a store of
   * an earlier build every message, a part in each turn.
   */
  private catchUp(start: Buffer): void {
    if (this.stopped) return;
    let count = 0;
    for (const [id, message] of this.messages.entries({ start })) {
      if (count++ === caughtUpEachTurn) {
        this.caughtUpMs = sidTimeMs(message.sid);
        setImmediate(() => this.catchUp(id));
        return;
      }
      this.enter(message);
    }
    this.caughtUpMs = Infinity;
  }
}

interface TailedEntry {
  readonly tailed: Tailed;
  readonly entry: ListEntry;
}

/** The entries of one list, parted by where they lie in it; made a little in each turn of the event loop. */
async function partsOf(
  batch: readonly Tailed[],
  entryOf: (message: Message) => ListEntry,
): Promise<readonly TailedEntry[][]> {
  const parts = Array.from({ length: commitsEachList }, (): TailedEntry[] => []);
  for (let start = 0; start < batch.length; start += entriesEachTurn) {
    for (const tailed of batch.slice(start, start + entriesEachTurn)) {
      const entry = entryOf(tailed.message);
      parts[partOf(entry, commitsEachList)]?.push({ tailed, entry });
    }
    await nextTurn();
  }
  return parts;
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The least id that was made at this time. */
function timeKey(ms: number): Buffer {
  const key = Buffer.alloc(16);
  key.writeUIntBE(ms, 0, 6);
  return key;
}

/** Both in one order (1: rising, -1: falling), each key once; `extra` is put into order here. */
function* merged(
  stored: Iterable<readonly [Buffer, Buffer]>,
  extra: readonly ListEntry[],
  order: 1 | -1,
): Iterable<ListEntry> {
  const rest = extra.toSorted((a, b) => order * a.key.compare(b.key));
  let at = 0;
  for (const [key, value] of stored) {
    for (let next = rest[at]; next !== undefined; next = rest[at]) {
      const way = order * next.key.compare(key);
      if (way > 0) break;
      at++;
      if (way < 0) yield next;
    }
    yield { key, value };
  }
  yield* rest.slice(at);
}

function* except(entries: Iterable<ListEntry>, place: Buffer): Iterable<ListEntry> {
  for (const entry of entries) if (!entry.key.equals(place)) yield entry;
}
