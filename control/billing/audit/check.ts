import type { Details } from '../details.ts';
import type { Trigger } from '../trigger.ts';
import type { Usage } from '../usage.ts';
import type { Wallet } from '../wallet.ts';
import type { ChargedRoom } from './room.ts';

/** What is looked over. */
export interface AuditedBooks {
  readonly details: Pick<Details, 'from' | 'pruned' | 'span'>;
  readonly usage: Pick<Usage, 'all' | 'rows'>;
  readonly wallet: Pick<Wallet, 'all'>;
  readonly triggers: { all(): Iterable<Trigger> };
  readonly rooms: readonly ChargedRoom[];
  readonly nowMs: number;
}

/** Notes a difference: a sentence. */
export type Differ = (text: string) => void;

/** One thing that must hold. */
export type Check = (books: AuditedBooks, differ: Differ) => void;

/** Notes each place where what is kept is not what the records say. */
export function compare(
  what: string,
  kept: readonly number[],
  proven: readonly number[],
  differ: Differ,
): void {
  for (let place = 0; place < Math.max(kept.length, proven.length); place++) {
    const [is, should] = [kept[place] ?? 0, proven[place] ?? 0];
    if (is !== should) differ(`${what}: ${is} is kept at place ${place}, the records say ${should}`);
  }
}

export const add = <Key>(sums: Map<Key, number>, key: Key, amount: number): void => {
  sums.set(key, (sums.get(key) ?? 0) + amount);
};
