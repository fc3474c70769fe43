import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../base/random.ts';

const bytesOfKey = 32;

/**
 * The node's 256-bit seal key, from `<data>/keys/seal.key` (64 hex digits, mode 0600), made on first use. Two
 * processes that start at once end up with the same key. Throws if the file holds anything else.
 */
export function loadSealKey(dataDirectory: string, random: Random): Buffer {
  const directory = join(dataDirectory, 'keys');
  const path = join(directory, 'seal.key');
  const found = read(path);
  if (found !== undefined) return found;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  create(path, random);
  syncDirectory(directory);
  const made = read(path);
  if (made === undefined) throw new Error(`${path} vanished while it was being made`);
  return made;
}

function read(path: string): Buffer | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'latin1').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  if (!/^[0-9a-f]{64}$/.test(text)) throw new Error(`${path} is not a seal key: expected 64 hex digits`);
  return Buffer.from(text, 'hex');
}

/** Writes a whole file under another name and links it into place, which fails if somebody else was first. */
function create(path: string, random: Random): void {
  const draft = `${path}.${process.pid}.${random.bytes(6).toString('hex')}`;
  const file = openSync(draft, 'wx', 0o600);
  try {
    writeSync(file, `${random.bytes(bytesOfKey).toString('hex')}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function syncDirectory(directory: string): void {
  const handle = openSync(directory, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
