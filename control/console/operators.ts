import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { textKey } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import type { Table, TableSpec } from '../store/table.ts';
import {
  hashPassword,
  isPassword,
  matchesPassword,
  passwordMaxCharacters,
  type PasswordHash,
} from './passwords.ts';

/** Somebody who runs this edge, and may see all of it in the console. */
export interface Operator {
  readonly name: string;
  readonly password: PasswordHash;
  readonly createdMs: number;
  /** When the password was set. */
  readonly changedMs: number;
}

export type OperatorFault = 'badName' | 'badPassword' | 'exists' | 'notFound';

export interface OperatorsContext {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
}

const operatorTable: TableSpec<string, Operator> = { name: 'console-operators', key: textKey, version: 1 };

/** No SID is one, so that both can log in at one door. */
export const isOperatorName = (text: string): boolean => /^[a-z0-9][a-z0-9-]{0,31}$/.test(text);

/** The operators of the console, by name. */
export class Operators {
  private readonly context: OperatorsContext;
  private readonly rows: Table<string, Operator>;
  private decoy: Promise<PasswordHash> | undefined;

  constructor(context: OperatorsContext) {
    this.context = context;
    this.rows = context.store.table(operatorTable);
  }

  fetch(name: string): Operator | undefined {
    return isOperatorName(name) ? this.rows.get(name) : undefined;
  }

  /** By name. */
  list(): readonly Operator[] {
    return Array.from(this.rows.entries(), ([, operator]) => operator);
  }

  async add(name: string, password: string): Promise<Result<Operator, OperatorFault>> {
    if (!isOperatorName(name)) return fail('badName');
    return this.set(name, password, (known) => (known === undefined ? undefined : 'exists'));
  }

  /** Ends every session of the operator, too: they hold on to the password's salt. */
  setPassword(name: string, password: string): Promise<Result<Operator, OperatorFault>> {
    return this.set(name, password, (known) => (known === undefined ? 'notFound' : undefined));
  }

  /** False: there was none. */
  remove(name: string): Promise<boolean> {
    return this.context.store.transact(() => {
      const known = this.fetch(name) !== undefined;
      if (known) this.rows.remove(name);
      return known;
    });
  }

  /** The operator whose password this is. An unknown name takes as long to refuse as a wrong password. */
  async authenticate(name: string, password: string): Promise<Operator | undefined> {
    if (password.length > passwordMaxCharacters) return undefined;
    this.decoy ??= hashPassword('nobody', this.context.random);
    const found = this.fetch(name);
    const matches = await matchesPassword(password, found?.password ?? (await this.decoy));
    return matches ? found : undefined;
  }

  private async set(
    name: string,
    password: string,
    faultOf: (known: Operator | undefined) => OperatorFault | undefined,
  ): Promise<Result<Operator, OperatorFault>> {
    if (!isPassword(password)) return fail('badPassword');
    const hash = await hashPassword(password, this.context.random);
    return this.context.store.transact(() => {
      const known = this.fetch(name);
      const fault = faultOf(known);
      if (fault !== undefined) return fail(fault);
      const nowMs = this.context.clock.now();
      const row = { name, password: hash, createdMs: known?.createdMs ?? nowMs, changedMs: nowMs };
      this.rows.put(name, row);
      return ok(row);
    });
  }
}
