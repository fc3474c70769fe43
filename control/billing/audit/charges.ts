import type { Sid } from '../../base/sid.ts';
import { add, compare, type AuditedBooks, type Check, type Differ } from './check.ts';
import type { Charged, ChargedRoom } from './room.ts';

/** Things whose records are remembered at a time; where there are more, the books are walked several times. */
const rememberedMax = 500_000;

/** Between the time of a thing and that of its record. */
const slackMs = 60_000;

/** What main accounts have held is held by their messages and calls that have not ended. */
export const checkHolds: Check = ({ wallet, rooms }, differ) => {
  const held = new Map<Sid, number>();
  for (const room of rooms) {
    for (const { ownerSid, heldMicros } of room.all()) if (heldMicros !== 0) add(held, ownerSid, heldMicros);
  }
  for (const { ownerSid, heldMicros } of wallet.all()) {
    compare(`what ${ownerSid} has held`, [heldMicros], [held.get(ownerSid) ?? 0], differ);
    held.delete(ownerSid);
  }
  for (const [ownerSid, micros] of held) compare(`what ${ownerSid} has held`, [], [micros], differ);
};

/** Each part of what was spent is in one detail record, and nothing else is in any. */
export const checkCharges: Check = (books, differ) => {
  const { first, end } = books.details.span();
  const rounds = Math.max(1, Math.ceil((end - first) / rememberedMax));
  for (let round = 0; round < rounds; round++) {
    const isInRound = (sid: Sid): boolean => Number.parseInt(sid.slice(-6), 16) % rounds === round;
    for (const room of books.rooms) checkRoom(room, books, isInRound, differ);
  }
};

/** The records of one thing. */
interface Recorded {
  /** The bit n stands for part n. */
  parts: bigint;
  micros: number;
}

function checkRoom(
  room: ChargedRoom,
  { details }: AuditedBooks,
  isInRound: (sid: Sid) => boolean,
  differ: Differ,
): void {
  const recorded = new Map<Sid, Recorded>();
  for (const detail of details.from(1)) {
    const { resourceSid, part, priceMicros, number } = detail;
    if (!isInRound(resourceSid) || !room.owns(detail)) continue;
    const known = recorded.get(resourceSid) ?? { parts: 0n, micros: 0 };
    recorded.set(resourceSid, known);
    const bit = 1n << BigInt(part);
    if ((known.parts & bit) !== 0n)
      differ(`detail record ${number} is of part ${part} of ${resourceSid} again`);
    known.parts |= bit;
    known.micros += priceMicros;
  }
  for (const thing of room.all()) {
    // What has left the store is not looked for.
    if (!isInRound(thing.sid) || (thing.spent?.atMs ?? Infinity) <= details.pruned.to.atMs + slackMs)
      continue;
    const fault = faultOf(thing, recorded.get(thing.sid));
    if (fault !== undefined) differ(`${thing.sid}: ${fault}`);
  }
}

function faultOf({ spent }: Charged, recorded: Recorded | undefined): string | undefined {
  if (spent === null)
    return recorded === undefined ? undefined : 'nothing was spent on it, and it has records';
  if (recorded === undefined) return `${spent.micros} millionths were spent, and it has no record`;
  if (recorded.parts !== (1n << BigInt(spent.parts)) - 1n)
    return `its records are not those of ${spent.parts} parts`;
  return recorded.micros === spent.micros
    ? undefined
    : `${spent.micros} millionths were spent, its records say ${recorded.micros}`;
}
