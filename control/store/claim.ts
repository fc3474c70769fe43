import { readFileSync } from 'node:fs';
import { fail, ok, type Result } from '../base/result.ts';
import { textKey } from './keys.ts';
import type { Store } from './store.ts';
import type { Table, TableSpec } from './table.ts';

/** A process, told apart from others that have had its number: by when it began, in the kernel's ticks. */
export interface Holder {
  readonly pid: number;
  readonly begun: string;
}

const claimTable: TableSpec<string, Holder> = { name: 'engine-claim', key: textKey, version: 1 };
const engine = 'engine';

/** When a process began (proc(5), field 22 of stat); undefined if there is none. */
export function begunOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name, in parentheses, may hold anything.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

/**
 * The right to work on a store: to send what waits in it, to count and to number. One process has it at a time; it ends
 * with the process that has it, however that ends.
 */
export class Claim {
  private readonly store: Store;
  private readonly table: Table<string, Holder>;

  private constructor(store: Store, table: Table<string, Holder>) {
    this.store = store;
    this.table = table;
  }

  /** Fails with the process that has it. `begun` tells when a process began. */
  static async take(
    store: Store,
    begun: (pid: number) => string | undefined = begunOf,
    pid: number = process.pid,
  ): Promise<Result<Claim, number>> {
    const table = store.table(claimTable);
    const holder = await store.transact(() => {
      const held = table.get(engine);
      if (held !== undefined && begun(held.pid) === held.begun) return held.pid;
      table.put(engine, { pid, begun: begun(pid) ?? '' });
      return undefined;
    });
    return holder === undefined ? ok(new Claim(store, table)) : fail(holder);
  }

  /** Lets another process have it; everything that was written before is on disk then. */
  async release(): Promise<void> {
    await this.store.transact(() => this.table.remove(engine));
  }
}
