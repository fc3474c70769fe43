import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { Random } from '../base/random.ts';

// A seal key's file: 64 hex digits, mode 0600, in a folder that is its owner's alone where we make it.

/** The key in a file, 32 bytes; undefined if there is no such file. Throws if it holds anything else. */
export function readKeyFile(path: string): Buffer | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'latin1').trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new Error(`the seal key ${path} cannot be read (${String(code)})`);
  }
  if (!/^[0-9a-f]{64}$/.test(text)) throw new Error(`${path} is not a seal key: expected 64 hex digits`);
  return Buffer.from(text, 'hex');
}

/** The key in a file, made on first use. Two processes that start at once end up with the same key. */
export function openKeyFile(path: string, random: Random, make: () => Buffer): Buffer {
  const found = readKeyFile(path);
  if (found !== undefined) return found;
  const draft = writeDraft(path, random, make);
  try {
    // Fails if somebody else was first.
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  syncFolder(path);
  const made = readKeyFile(path);
  if (made === undefined) throw new Error(`${path} vanished while it was being made`);
  return made;
}

/** Puts a key into a file, in place of the one that may be there, all at once. */
export function replaceKeyFile(path: string, key: Buffer, random: Random): void {
  renameSync(
    writeDraft(path, random, () => key),
    path,
  );
  syncFolder(path);
}

/** Writes a whole file under another name, beside where it is to be. */
function writeDraft(path: string, random: Random, key: () => Buffer): string {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.${random.bytes(6).toString('hex')}`;
  const file = openSync(draft, 'wx', 0o600);
  try {
    writeSync(file, `${key().toString('hex')}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return draft;
}

function syncFolder(path: string): void {
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
