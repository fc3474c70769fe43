import { createRequire } from 'node:module';
import { join } from 'node:path';

/** What the comparisons use of better-sqlite3 (https://github.com/WiseLibs/better-sqlite3/blob/master/docs/api.md). */
export interface Sqlite {
  exec(sql: string): void;
  prepare(sql: string): SqliteStatement;
  transaction<Arguments extends unknown[]>(run: (...given: Arguments) => void): (...given: Arguments) => void;
  pragma(text: string): unknown;
  close(): void;
}

export interface SqliteStatement {
  run(...parameters: readonly unknown[]): unknown;
  get(...parameters: readonly unknown[]): unknown;
  all(...parameters: readonly unknown[]): unknown[];
}

const nodeMajor = Number(process.versions.node.split('.')[0]);
/** 13 is made for a newer N-API: loading it into Node 20 ends the process. */
const wanted = nodeMajor >= 22 ? '13.2.0' : '12.9.0';

/**
 * Opens a database with the better-sqlite3 that stands in `folder` (the option `--sqlite`); it is no dependency of ours.
 * Throws with the command that installs it where it is missing or made for another Node.
 */
export function openSqlite(folder: string, file: string): Sqlite {
  const require = createRequire(join(folder, 'node_modules', 'from-here.cjs'));
  const missing = (why: string): Error =>
    new Error(`${why}: npm install --prefix ${folder} better-sqlite3@${wanted}`);
  let version: string;
  try {
    ({ version } = require('better-sqlite3/package.json') as { version: string });
  } catch {
    throw missing(`there is no better-sqlite3 in ${folder}`);
  }
  if (nodeMajor < 22 && Number(version.split('.')[0]) >= 13)
    throw missing(`better-sqlite3 ${version} needs Node 22 or later`);
  const Database = require('better-sqlite3') as new (file: string) => Sqlite;
  const database = new Database(file);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = NORMAL');
  return database;
}
