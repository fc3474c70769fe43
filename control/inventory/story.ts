import { below, textsKey } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import type { Table } from '../store/table.ts';
import type { NumberState, PhoneNumber } from './number.ts';

/** A turn in the life of a number. */
export interface Turn {
  readonly atMs: number;
  readonly state: NumberState;
  /** Who has it from then on; '' for nobody. */
  readonly accountSid: string;
  /** Why it was held back; '' otherwise. */
  readonly reason: string;
}

/** The oldest turns beyond these are forgotten. */
const turnsMax = 100;

type PackedTurn = [atMs: number, state: NumberState, accountSid: string, reason: string];

/** What has become of each number since its import. Written within the transaction that changes the number. */
export class Stories {
  private readonly turns: Table<readonly string[], Turn>;

  constructor(store: Store) {
    this.turns = store.table<readonly string[], Turn>({
      name: 'number-stories',
      key: textsKey,
      version: 1,
      pack: ({ atMs, state, accountSid, reason }): PackedTurn => [atMs, state, accountSid, reason],
      unpack(packed) {
        const [atMs, state, accountSid, reason] = packed as PackedTurn;
        return { atMs, state, accountSid, reason };
      },
    });
  }

  /** Notes what has changed between the two; another configuration is no turn. */
  note(before: PhoneNumber, after: PhoneNumber, atMs: number): void {
    const turn = turnOf(after, atMs);
    const past = turnOf(before, atMs);
    const changed = (['state', 'accountSid', 'reason'] as const).some((part) => turn[part] !== past[part]);
    if (!changed) return;
    const known = Array.from(this.turns.keys(below(after.e164)));
    const order = Number(known.at(-1)?.[1] ?? 0) + 1;
    this.turns.put([after.e164, String(order).padStart(10, '0')], turn);
    for (const key of known.slice(0, Math.max(0, known.length + 1 - turnsMax))) this.turns.remove(key);
  }

  /** The oldest first. */
  of(e164: string): readonly Turn[] {
    return Array.from(this.turns.entries(below(e164)), ([, turn]) => turn);
  }
}

const turnOf = ({ state, assignment, withheld }: PhoneNumber, atMs: number): Turn => ({
  atMs,
  state,
  accountSid: assignment?.accountSid ?? '',
  reason: withheld?.reason ?? '',
});
