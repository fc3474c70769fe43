import type { CoreConfig } from '../../config/core.ts';
import { lifeRules } from '../../inventory/config.ts';
import type { Unavailable } from '../../inventory/life.ts';
import { withBooks, type Books } from '../books.ts';

export const numberArgument = { name: '+E164', summary: 'a number in E.164, or a short code' };

/** Why a number cannot be had, after the number, and what to do about it. */
export const unavailableWords: Readonly<Record<Unavailable, string>> = {
  taken: 'belongs to another account: release it first',
  testing: 'waits for its test: see strowger number test',
  quarantine: 'is in quarantine: strowger number release --now ends that',
  held: 'is held back: see strowger number unhold',
  portedout: 'has been ported out: see strowger number port-in',
};

export const unknownWords = 'is not in the inventory: import it first';

/** The books, where numbers live as the configuration says. */
export const withNumbers = <T>(
  { data, vault, inventory }: Pick<CoreConfig, 'data' | 'vault' | 'inventory'>,
  use: (books: Books) => Promise<T>,
): Promise<T> => withBooks({ data, vault }, use, lifeRules(inventory));

/** The day in UTC. */
export const dayText = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);

/** The minute in UTC. */
export const minuteText = (atMs: number): string =>
  `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** As `--json` tells times; null for none. */
export const timeJson = (atMs: number | undefined): string | null =>
  atMs === undefined || atMs === 0 ? null : new Date(atMs).toISOString();
