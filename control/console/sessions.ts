import { createHash } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import { below, textsKey } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import { Sweep } from '../store/sweep.ts';
import type { Table, TableSpec } from '../store/table.ts';

/** Somebody who has logged in, in one browser. */
export interface Session {
  /** An operator's name, an account SID or an API key SID. */
  readonly user: string;
  /** What of the user's secret the session holds on to: it ends when that is the user's no more. */
  readonly stamp: Buffer;
  readonly begunMs: number;
  /** Of the last request, give or take a minute. */
  readonly seenMs: number;
}

/** By user, then by the hash of the token: whoever reads the store cannot take a session over. */
type SessionKey = readonly [user: string, tokenHash: string];
type PackedSession = [stamp: Buffer, begunMs: number, seenMs: number];

const sessionTable: TableSpec<readonly string[], Session> = {
  name: 'console-sessions',
  key: textsKey,
  version: 1,
  pack: (row): PackedSession => [row.stamp, row.begunMs, row.seenMs],
  unpack(packed, [user = '']) {
    const [stamp, begunMs, seenMs] = packed as PackedSession;
    return { user, stamp, begunMs, seenMs };
  },
};

const idleMaxMs = 30 * 60_000;
const ageMaxMs = 12 * 3_600_000;
/** Of one user; the oldest ends when there is one more. */
const sessionsMax = 20;
/** A request is noted in the store at most this often. */
const noteEveryMs = 60_000;

/** Sessions of the console: kept in the store, so that they outlive a restart of the edge. */
export class Sessions {
  private readonly rows: Table<readonly string[], Session>;
  private readonly store: Store;
  private readonly clock: Clock;
  private readonly random: Random;
  private readonly sweep: Sweep<readonly string[], Session>;

  constructor(context: { readonly store: Store; readonly clock: Clock; readonly random: Random }) {
    this.store = context.store;
    this.clock = context.clock;
    this.random = context.random;
    this.rows = context.store.table(sessionTable);
    this.sweep = new Sweep(this.rows, context.clock, (_, session) => this.isOver(session));
  }

  /** Removes what has expired, from time to time. */
  start(): void {
    this.sweep.start();
  }

  stop(): void {
    this.sweep.stop();
  }

  /** The token of a new session: 256 random bits, after the user's name. */
  async begin(user: string, stamp: Buffer): Promise<string> {
    const token = `${user}.${this.random.bytes(32).toString('base64url')}`;
    const nowMs = this.clock.now();
    await this.store.transact(() => {
      const others = [...this.rows.entries(below(user))].sort(([, a], [, b]) => b.begunMs - a.begunMs);
      for (const [key] of others.slice(sessionsMax - 1)) this.rows.remove(key);
      this.rows.put(keyOf(token), { user, stamp, begunMs: nowMs, seenMs: nowMs });
    });
    return token;
  }

  /** The session of a token, unless it has ended. `active`: whoever holds it did something just now. */
  async find(token: string, active: boolean): Promise<Session | undefined> {
    const key = keyOf(token);
    const session = this.rows.get(key);
    if (session === undefined || this.isOver(session)) return undefined;
    const nowMs = this.clock.now();
    if (!active || nowMs - session.seenMs < noteEveryMs) return session;
    // Alone, so that a session which ends in this moment is not written anew.
    return this.store.transact(() => {
      const still = this.rows.get(key);
      if (still !== undefined) this.rows.put(key, { ...still, seenMs: nowMs });
      return still;
    });
  }

  /** Resolves once the token opens nothing, after a crash either. */
  async end(token: string): Promise<void> {
    await this.store.transact(() => this.rows.remove(keyOf(token)));
  }

  private isOver({ begunMs, seenMs }: Session): boolean {
    const nowMs = this.clock.now();
    return nowMs - seenMs >= idleMaxMs || nowMs - begunMs >= ageMaxMs;
  }
}

/** A text that is no token has a key, too; nothing is there. */
function keyOf(token: string): SessionKey {
  const [user = ''] = token.split('.', 1);
  return [
    /^[A-Za-z0-9-]{1,34}$/.test(user) ? user : '?',
    createHash('sha256').update(token).digest('base64url'),
  ];
}
