import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { sync } from './copy.ts';

/** A file of the data folder; `path` is relative to it. */
const keptFile = z.strictObject({
  path: z.string(),
  bytes: z.number(),
  mtimeMs: z.number(),
  mode: z.number(),
  sha256: z.string(),
});
export type KeptFile = z.infer<typeof keptFile>;

/** A line of `files.jsonl`: a file that came or changed, or one that is gone. */
export const fileChange = z.union([keptFile, z.strictObject({ path: z.string(), gone: z.literal(true) })]);
export type FileChange = z.infer<typeof fileChange>;

/** The files of these folders, as paths relative to `data`. */
async function* filesOf(data: string, folders: readonly string[]): AsyncGenerator<string> {
  for (const folder of folders) if (existsSync(join(data, folder))) yield* walk(data, folder);
}

async function* walk(data: string, folder: string): AsyncGenerator<string> {
  for (const entry of await readdir(join(data, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(data, path);
    else if (entry.isFile()) yield path;
  }
}

/**
 * Copies into `target` what came or changed since `before`, by size and time, and yields what to note of it. A file
 * that vanishes meanwhile is as one that is gone.
 */
export async function* copyNewFiles(
  data: string,
  folders: readonly string[],
  before: ReadonlyMap<string, KeptFile>,
  target: string,
): AsyncGenerator<FileChange> {
  const there = new Set<string>();
  for await (const path of filesOf(data, folders)) {
    try {
      const { size, mtimeMs, mode } = await stat(join(data, path));
      const known = before.get(path);
      if (known === undefined || known.bytes !== size || known.mtimeMs !== mtimeMs) {
        yield await copied(data, path, target, { mtimeMs, mode: mode & 0o777 });
      }
      there.add(path);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
  }
  for (const path of before.keys()) if (!there.has(path)) yield { path, gone: true };
}

/** What is noted is read from the copy: the file itself may still be growing. */
async function copied(
  data: string,
  path: string,
  target: string,
  facts: Pick<KeptFile, 'mtimeMs' | 'mode'>,
): Promise<KeptFile> {
  const copy = join(target, path);
  await mkdir(dirname(copy), { recursive: true, mode: 0o700 });
  await copyFile(join(data, path), copy);
  await sync(copy);
  return { path, bytes: (await stat(copy)).size, ...facts, sha256: await sha256Of(copy) };
}

/** The file's SHA-256 in hexadecimal. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest('hex');
}
