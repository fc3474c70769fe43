import type { AuditedBooks, Check } from './check.ts';
import { checkCharges, checkHolds } from './charges.ts';
import { checkSums } from './sums.ts';
import { checkTriggers } from './triggers.ts';

/** What a look over the books has found. */
export interface Audit {
  /** Detail records, those that have left the store included. */
  readonly details: number;
  /** Main accounts that have spent or held anything. */
  readonly accounts: number;
  /** By room, how many things it has. */
  readonly things: Readonly<Record<string, number>>;
  /** Each a sentence; empty: the books agree. At most `differencesMax`. */
  readonly differences: readonly string[];
}

const differencesMax = 100;

/** What must hold. A room that charges for something new adds its own. */
const checks: readonly Check[] = [checkSums, checkHolds, checkCharges, checkTriggers];

/** Proves that the books agree. Walks them in one stretch, and so sees them as one commit has left them. */
export function auditBooks(books: AuditedBooks): Audit {
  const differences: string[] = [];
  for (const check of checks) {
    check(books, (text) => {
      if (differences.length < differencesMax) differences.push(text);
    });
  }
  const things = books.rooms.map((room) => [room.name, lengthOf(room.all())] as const);
  return {
    details: books.details.span().end - 1,
    accounts: lengthOf(books.wallet.all()),
    things: Object.fromEntries(things),
    differences,
  };
}

function lengthOf(things: Iterable<unknown>): number {
  let length = 0;
  for (const thing of things) if (thing !== undefined) length++;
  return length;
}
