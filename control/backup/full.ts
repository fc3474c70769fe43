import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { dataLayout, type DataLayout } from '../config/layout.ts';
import { Store } from '../store/store.ts';
import { copyDirectory, copyOneFile, sync } from './copy.ts';

/** Written last, so that a copy that was broken off has none. */
const manifestName = 'strowger-backup.json';
const manifest = z.object({ format: z.literal(1) });

/** A part of the data folder that is copied as it is. */
export type Part = keyof DataLayout;

/** A copy of the whole: a data folder that `restore` and a person can read. */
export async function copyAll(
  data: string,
  parts: readonly Part[],
  directory: string,
  nowMs: number,
): Promise<{ readonly format: 1; readonly madeAt: string }> {
  const from = dataLayout(data);
  const to = dataLayout(directory);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const store = new Store(from.storeDirectory);
  try {
    await store.backup(to.storeDirectory);
  } finally {
    await store.close();
  }
  await sync(to.storeFile);
  for (const part of parts) if (existsSync(from[part])) await copyDirectory(from[part], to[part]);
  const facts = { format: 1, madeAt: new Date(nowMs).toISOString() } as const;
  await writeFile(join(directory, manifestName), `${JSON.stringify(facts)}\n`, { flush: true });
  await sync(directory);
  return facts;
}

/** Puts such a copy into a data folder that is empty so far. */
export async function copyBack(directory: string, parts: readonly Part[], data: string): Promise<void> {
  const from = dataLayout(directory);
  const to = dataLayout(data);
  await copyOneFile(from.storeFile, to.storeFile);
  for (const part of parts) if (existsSync(from[part])) await copyDirectory(from[part], to[part]);
}

/** Whether the folder holds such a copy, and all of it. */
export async function isWhole(directory: string): Promise<boolean> {
  try {
    return manifest.safeParse(JSON.parse(await readFile(join(directory, manifestName), 'utf8'))).success;
  } catch {
    return false;
  }
}
