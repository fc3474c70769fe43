import { statSync } from 'node:fs';
import type { Route } from '../../control/routing/route.ts';
import { openSqlite, type Sqlite, type SqliteStatement } from '../sqlite.ts';

/** Digits of the longest prefix that is looked for, the plus sign included. */
const lengthMax = 16;

/** The same routes in SQLite: a row each, found by every beginning of a number at once through its primary key. */
export class SqliteRoutes {
  private readonly database: Sqlite;
  private readonly file: string;
  private readonly all: SqliteStatement;
  private readonly best: SqliteStatement;

  constructor(folder: string, file: string) {
    this.file = file;
    this.database = openSqlite(folder, file);
    this.database.exec(
      'CREATE TABLE routes (prefix TEXT, priority INTEGER, cost INTEGER, place INTEGER, carrier TEXT,' +
        ' PRIMARY KEY (prefix, priority, cost, place)) WITHOUT ROWID',
    );
    const beginnings = Array.from({ length: lengthMax }, () => '?').join(',');
    const query = `SELECT carrier FROM routes WHERE prefix IN (${beginnings}) ORDER BY length(prefix) DESC, priority, cost, place`;
    this.all = this.database.prepare(query);
    this.best = this.database.prepare(`${query} LIMIT 1`);
  }

  fill(routes: readonly Route[]): void {
    const insert = this.database.prepare('INSERT INTO routes VALUES (?, ?, ?, ?, ?)');
    this.database.transaction((rows: readonly Route[]) => {
      for (const [place, { prefix, priority, costMicros, carrier }] of rows.entries())
        insert.run(prefix, priority, costMicros, place, carrier);
    })(routes);
  }

  candidates(number: string): readonly string[] {
    const rows = this.all.all(...beginningsOf(number)) as readonly { readonly carrier: string }[];
    return [...new Set(rows.map(({ carrier }) => carrier))];
  }

  first(number: string): string | undefined {
    return (this.best.get(...beginningsOf(number)) as { readonly carrier: string } | undefined)?.carrier;
  }

  get bytes(): number {
    this.database.pragma('wal_checkpoint(TRUNCATE)');
    return statSync(this.file).size;
  }

  close(): void {
    this.database.close();
  }
}

/** Every beginning of a number; those that it is too short for are the number itself. */
const beginningsOf = (number: string): readonly string[] =>
  Array.from({ length: lengthMax }, (_, index) => number.slice(0, index + 1));
