import type { Clock } from '../base/clock.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { isAlphanumericSender, isE164Form, isShortCode } from '../inventory/e164.ts';
import { textsKey, below } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import type { TableSpec } from '../store/table.ts';
import { Watched } from './watched.ts';

export type Direction = 'outbound' | 'inbound';
export type Directions = Direction | 'both';

/** Traffic from or to an address that is not wanted. */
export interface Block {
  /** '' for every account of the node; else an account, with its subaccounts. */
  readonly scope: string;
  /** `+15125550100`, `+882*` for all that begin so, a short code, an alphanumeric sender. */
  readonly address: string;
  readonly direction: Directions;
  readonly note: string;
  readonly createdMs: number;
}

type BlockRow = Omit<Block, 'scope' | 'address'>;

const blockTable: TableSpec<readonly string[], BlockRow> = {
  name: 'guard-blocks',
  key: textsKey,
  version: 1,
};

/** Blocks are held in memory; so many take some tens of MB. */
export const blocksMax = 200_000;

export type BlockFault = 'badAddress' | 'full';

/** The blocks of one scope. */
interface Scope {
  readonly exact: Map<string, Directions>;
  readonly prefixes: Map<string, Directions>;
  /** The lengths of the prefixes. */
  readonly lengths: Set<number>;
}

/** An address as it is kept; undefined for what is none. */
export function blockAddress(text: string): string | undefined {
  const trimmed = text.trim();
  if (/^\+[1-9]\d{0,14}\*$/.test(trimmed)) return trimmed;
  return isE164Form(trimmed) || isShortCode(trimmed) || isAlphanumericSender(trimmed) ? trimmed : undefined;
}

/** The block list: the operator's, and that of each account. */
export class Blocks {
  private readonly watched: Watched<readonly string[], BlockRow, Map<string, Scope>>;
  private readonly clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.clock = clock;
    this.watched = new Watched(store, blockTable, clock, {
      empty: () => new Map<string, Scope>(),
      add: (view, [scope = '', address = ''], { direction }) => addTo(view, scope, address, direction),
    });
  }

  /** The address, as it is in the list, that stops traffic between two; undefined if none does. */
  find(scopes: readonly string[], direction: Direction, from: string, to: string): string | undefined {
    const view = this.watched.view;
    if (view.size === 0) return undefined;
    for (const name of scopes) {
      const scope = view.get(name);
      if (scope === undefined) continue;
      const found = match(scope, direction, to) ?? match(scope, direction, from);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Adds blocks, in place of those with the same scope and address. All or none. */
  async add(blocks: readonly Omit<Block, 'createdMs'>[]): Promise<Result<number, BlockFault>> {
    if (blocks.some(({ address }) => blockAddress(address) === undefined)) return fail('badAddress');
    const createdMs = this.clock.now();
    return this.watched.change((table) => {
      const known = table.count();
      const fresh = blocks.filter(({ scope, address }) => !table.has([scope, address])).length;
      if (known + fresh > blocksMax) return fail('full');
      for (const { scope, address, direction, note } of blocks)
        table.put([scope, address], { direction, note, createdMs });
      return ok(blocks.length);
    });
  }

  /** Whether there was such a block. */
  remove(scope: string, address: string): Promise<boolean> {
    return this.watched.change((table) => {
      const known = table.has([scope, address]);
      if (known) table.remove([scope, address]);
      return known;
    });
  }

  /** The blocks of one scope by address, or of all. */
  list(scope?: string): readonly Block[] {
    const range = scope === undefined ? {} : below(scope);
    return Array.from(this.watched.table.entries(range), ([[owner = '', address = ''], row]) => ({
      scope: owner,
      address,
      ...row,
    }));
  }
}

function addTo(view: Map<string, Scope>, name: string, address: string, direction: Directions): void {
  const scope = view.get(name) ?? { exact: new Map(), prefixes: new Map(), lengths: new Set() };
  view.set(name, scope);
  if (!address.endsWith('*')) {
    scope.exact.set(address, direction);
    return;
  }
  const prefix = address.slice(0, -1);
  scope.prefixes.set(prefix, direction);
  scope.lengths.add(prefix.length);
}

function match(
  { exact, prefixes, lengths }: Scope,
  direction: Direction,
  address: string,
): string | undefined {
  if (holds(exact.get(address), direction)) return address;
  for (const length of lengths) {
    const prefix = address.slice(0, length);
    if (holds(prefixes.get(prefix), direction)) return `${prefix}*`;
  }
  return undefined;
}

const holds = (found: Directions | undefined, direction: Direction): boolean =>
  found === direction || found === 'both';
