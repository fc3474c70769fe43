import { cursorOf, idOf, listedWithinSeconds, type ListEntry, type ListFilter } from './store/list-key.ts';
import type { From } from './store/message-lists.ts';
import type { Ledger } from './store/ledger.ts';
import type { Message } from './message.ts';

export interface MessagePage {
  /** Newest first. */
  readonly items: readonly { readonly message: Message; readonly cursor: string }[];
  /** Where the walk to older ones goes on; null if there are none. */
  readonly older: string | null;
  /** Where the walk to newer ones goes on; null if there are none. */
  readonly newer: string | null;
}

/** The times of sending that a list is narrowed to, in Unix seconds, inclusive. */
export interface SentRange {
  readonly sinceSecond?: number;
  readonly untilSecond?: number;
}

/** What a list is narrowed by; addresses are normalised. A message that has not been sent matches no `sent`. */
export interface MessageFilter {
  readonly to?: string;
  readonly from?: string;
  readonly sent?: SentRange;
}

/** The stretch of the lists that holds every message of the filter. */
function narrowed({ to, from, sent }: MessageFilter): ListFilter {
  return {
    ...(to === undefined ? {} : { to }),
    ...(from === undefined ? {} : { from }),
    ...(sent?.sinceSecond === undefined ? {} : { sinceSecond: sent.sinceSecond - listedWithinSeconds }),
    ...(sent?.untilSecond === undefined ? {} : { untilSecond: sent.untilSecond }),
  };
}

/**
 * Entries looked at for one page beyond those shown: in a list by date those at its ends and those not sent yet, and
 * others whose address only hashes alike. A page that meets more of them ends early and the next one goes on.
 */
const overlookedMax = 5_000;

/** One page of an account's messages. Costs the same however many there are. */
export function listMessages(
  ledger: Ledger,
  accountNo: number,
  filter: MessageFilter,
  from: From,
  size: number,
): MessagePage {
  const items: { message: Message; cursor: string }[] = [];
  let overlooked = 0;
  let met: ListEntry | undefined;
  let onward: string | null = null;
  for (const entry of ledger.lists.walk(accountNo, narrowed(filter), from)) {
    if (items.length === size || overlooked === overlookedMax) {
      onward = met === undefined ? null : cursorOf(met);
      break;
    }
    met = entry;
    const message = ledger.messages.get(idOf(entry));
    if (message !== undefined && matches(message, filter)) items.push({ message, cursor: cursorOf(entry) });
    else overlooked++;
  }
  switch (from.kind) {
    case 'newest':
      return { items, older: onward, newer: null };
    case 'after':
      return { items, older: onward, newer: items[0]?.cursor ?? from.cursor };
    case 'before':
      return { items: items.reverse(), older: items.at(-1)?.cursor ?? from.cursor, newer: onward };
  }
}

function matches(message: Message, { to, from, sent }: MessageFilter): boolean {
  if (to !== undefined && message.to !== to) return false;
  if (from !== undefined && message.from !== from) return false;
  if (sent === undefined) return true;
  const second = Math.floor(message.sentMs / 1000);
  return message.sentMs > 0 && second >= (sent.sinceSecond ?? 0) && second <= (sent.untilSecond ?? Infinity);
}
