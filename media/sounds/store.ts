import { unlinkSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../control/base/clock.ts';

/** A sound that can be played: signed 16-bit little-endian samples, 8 kHz, mono, without a header. */
export interface PreparedSound {
  readonly file: string;
  readonly durationMs: number;
}

interface Row {
  readonly bytes: number;
  holds: number;
  usedMs: number;
}

const suffix = '.s16';
const nameForm = /^([0-9a-f]{64})\.s16$/;
/** 8,000 samples of 2 bytes a second. */
const bytesPerMs = 16;
/** A file's time on disk, by which the order of use survives a restart, is renewed no more often. */
const touchAfterMs = 3_600_000;

/**
 * Prepared sounds in a folder of its own, bounded in bytes: the least recently used are removed first. A sound is
 * written beside and renamed into its place when it is whole, so that a crash leaves none that is half; what was not
 * finished is swept when the store is opened.
 */
export class SoundStore {
  private readonly folder: string;
  private readonly maxBytes: number;
  private readonly clock: Clock;
  /** In order of use, the oldest first. */
  private readonly rows = new Map<string, Row>();
  private bytes = 0;
  private unfinished = 0;

  private constructor(folder: string, maxBytes: number, clock: Clock) {
    this.folder = folder;
    this.maxBytes = maxBytes;
    this.clock = clock;
  }

  static async open(folder: string, maxBytes: number, clock: Clock): Promise<SoundStore> {
    const store = new SoundStore(folder, maxBytes, clock);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const found: { key: string; bytes: number; usedMs: number }[] = [];
    for (const name of await readdir(folder)) {
      const key = nameForm.exec(name)?.[1];
      const file = join(folder, name);
      const facts = key === undefined ? undefined : await stat(file);
      if (key === undefined || facts === undefined || facts.size % 2 !== 0) {
        await rm(file, { force: true, recursive: true });
      } else {
        found.push({ key, bytes: facts.size, usedMs: facts.mtimeMs });
      }
    }
    found.sort((a, b) => a.usedMs - b.usedMs);
    for (const { key, bytes, usedMs } of found) store.enter(key, bytes, usedMs);
    store.shrink();
    return store;
  }

  get size(): { readonly sounds: number; readonly bytes: number } {
    return { sounds: this.rows.size, bytes: this.bytes };
  }

  /** Looking it up is using it. */
  find(key: string): PreparedSound | undefined {
    const row = this.rows.get(key);
    if (row === undefined) return undefined;
    this.rows.delete(key);
    this.rows.set(key, row);
    const nowMs = this.clock.now();
    if (nowMs - row.usedMs >= touchAfterMs) {
      row.usedMs = nowMs;
      // Only the order after a restart hangs on it.
      utimes(this.path(key), nowMs / 1_000, nowMs / 1_000).catch(() => undefined);
    }
    return this.prepared(key, row);
  }

  /** Where to write a sound that is not whole yet. */
  unfinishedFile(): string {
    return join(this.folder, `unfinished-${++this.unfinished}`);
  }

  /** Takes in a whole file, written at `unfinishedFile()`. Throws what the file system throws. */
  async adopt(key: string, unfinished: string): Promise<PreparedSound> {
    const file = await open(unfinished, 'r');
    let size: number;
    try {
      ({ size } = await file.stat());
      // Before its name: a power cut must not leave the name without the sound.
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(unfinished, this.path(key));
    const before = this.rows.get(key);
    if (before !== undefined) this.bytes -= before.bytes;
    this.rows.delete(key);
    const row = this.enter(key, size, this.clock.now(), before?.holds ?? 0);
    this.shrink(key);
    return this.prepared(key, row);
  }

  /** Keeps a sound from being removed until the returned function is called. */
  hold(file: string): () => void {
    const row = this.rows.get(nameForm.exec(file.slice(this.folder.length + 1))?.[1] ?? '');
    if (row === undefined) return () => undefined;
    row.holds++;
    let held = true;
    return () => {
      if (held) row.holds--;
      held = false;
    };
  }

  private enter(key: string, bytes: number, usedMs: number, holds = 0): Row {
    const row: Row = { bytes, holds, usedMs };
    this.rows.set(key, row);
    this.bytes += bytes;
    return row;
  }

  /** Removes until the bound holds again; what is held, and `spared`, stays although it does not hold then. */
  private shrink(spared?: string): void {
    if (this.bytes <= this.maxBytes) return;
    for (const [key, row] of this.rows) {
      if (this.bytes <= this.maxBytes) break;
      if (row.holds > 0 || key === spared) continue;
      this.rows.delete(key);
      this.bytes -= row.bytes;
      // At once, for the same sound may be prepared again before a later removal would have come.
      removeIfThere(this.path(key));
    }
  }

  private path(key: string): string {
    return join(this.folder, key + suffix);
  }

  private prepared(key: string, row: Row): PreparedSound {
    return { file: this.path(key), durationMs: Math.round(row.bytes / bytesPerMs) };
  }
}

function removeIfThere(file: string): void {
  try {
    unlinkSync(file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}
