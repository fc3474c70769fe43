import { mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { createLog } from '../../control/log/pino.ts';
import type { Log } from '../../control/log/log.ts';

// What a whole run leaves to be searched for secrets (test/redaction): what processes and rooms have logged, and which
// secrets there were. `STROWGER_EVIDENCE` names the folder; without it, as where one file of tests is run, nothing is kept.

const folder = process.env['STROWGER_EVIDENCE'];
const files = new Map<string, number>();

/** A file that is the owner's alone, made when there is something to write. */
function append(kind: 'logs' | 'secrets', name: string, text: string | Buffer): void {
  if (folder === undefined || text.length === 0) return;
  const path = join(folder, kind, `${name}-${process.pid}`);
  let file = files.get(path);
  if (file === undefined) {
    mkdirSync(join(folder, kind), { recursive: true, mode: 0o700 });
    file = openSync(path, 'a', 0o600);
    files.set(path, file);
  }
  writeSync(file, typeof text === 'string' ? Buffer.from(text) : text);
}

/** Keeps what has been logged or told, under a name of what did. */
export const keep = (name: string, text: string | Buffer): void => append('logs', name, text);

/** Keeps a whole file, if there is one. */
export function keepFile(name: string, path: string): void {
  if (folder === undefined) return;
  try {
    keep(name, readFileSync(path));
  } catch {
    // Whoever was to write it has not begun.
  }
}

/** A log of every level that is kept. */
export const keptLog = (name: string): Log => createLog('trace', { write: (line) => keep(name, line) });

const noted = new Set<string>();

/** Says that this must not be found in anything that is kept. `kind` is what the finder is told. */
export function note(kind: string, secret: string): void {
  if (folder === undefined || noted.has(secret)) return;
  noted.add(secret);
  append('secrets', 'noted', `${JSON.stringify([kind, secret])}\n`);
}
