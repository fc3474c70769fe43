import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { DamagedBackup } from './blocks.ts';
import { isVacant } from './copy.ts';
import { fileChange, type FileChange, type KeptFile } from './files.ts';

const archiveMark = 'strowger-archive.json';
const mark = z.object({ format: z.literal(1) });

const pointFacts = z.strictObject({
  format: z.literal(1),
  madeAt: z.iso.datetime(),
  previous: z.string().nullable(),
  storeBytes: z.number().int().nonnegative(),
  changedBlocks: z.number().int().nonnegative(),
});

/** A point of an archive: the data folder as it was at one moment. */
export interface Point {
  /** Its folder's name. */
  readonly name: string;
  readonly madeAtMs: number;
  /** The point that it builds on; null for a full one. */
  readonly previous: string | null;
  readonly storeBytes: number;
  readonly changedBlocks: number;
}

/** A full point and, in their order, those that build on it up to some point. */
export type Chain = readonly [Point, ...Point[]];

/** Where a point's parts are. */
export const pointLayout = (archive: string, name: string) =>
  ({
    folder: join(archive, name),
    facts: join(archive, name, 'point.json'),
    blocks: join(archive, name, 'store.blocks'),
    digests: join(archive, name, 'store.digests'),
    fileChanges: join(archive, name, 'files.jsonl'),
    files: join(archive, name, 'files'),
  }) as const;

/** A point's name: its moment in UTC, which sorts as time does. */
export const pointName = (ms: number): string => new Date(ms).toISOString().replace(/[-:]/g, '');

/** Whether this folder is an archive. */
export async function isArchive(folder: string): Promise<boolean> {
  try {
    return mark.safeParse(JSON.parse(await readFile(join(folder, archiveMark), 'utf8'))).success;
  } catch {
    return false;
  }
}

/** Makes the folder an archive, unless it is one. False if it holds something else. */
export async function openArchive(folder: string): Promise<boolean> {
  if (await isArchive(folder)) return true;
  if (!(await isVacant(folder))) return false;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, archiveMark), `${JSON.stringify({ format: 1 })}\n`, { flush: true });
  return true;
}

/** The archive's points, the oldest first. */
export async function pointsOf(archive: string): Promise<readonly Point[]> {
  const points: Point[] = [];
  for (const name of (await readdir(archive)).sort()) {
    const { facts } = pointLayout(archive, name);
    if (name.startsWith('.') || !existsSync(facts)) continue;
    const read = pointFacts.safeParse(JSON.parse(await readFile(facts, 'utf8')));
    if (!read.success) throw new DamagedBackup(`${facts} cannot be read: ${z.prettifyError(read.error)}`);
    const { madeAt, previous, storeBytes, changedBlocks } = read.data;
    points.push({ name, madeAtMs: Date.parse(madeAt), previous, storeBytes, changedBlocks });
  }
  return points;
}

/** Writes what is known of a point into its folder. */
export async function writePointFacts(file: string, point: Omit<Point, 'name'>): Promise<void> {
  const { madeAtMs, ...facts } = point;
  const madeAt = new Date(madeAtMs).toISOString();
  const text = JSON.stringify({ format: 1, madeAt, ...facts } satisfies z.infer<typeof pointFacts>);
  await writeFile(file, `${text}\n`, { mode: 0o600, flush: true });
}

/** The chain that ends at this point. */
export function chainTo(points: readonly Point[], end: Point): Chain {
  let chain: Chain = [end];
  for (let previous = end.previous; previous !== null;) {
    const point = points.find(({ name }) => name === previous);
    if (point === undefined) throw new DamagedBackup(`${end.name} builds on ${previous}, which is not there`);
    chain = [point, ...chain];
    previous = point.previous;
  }
  return chain;
}

/** What each file was at the end of a chain, and the point that holds its contents. */
export async function filesAt(
  archive: string,
  chain: readonly Point[],
): Promise<Map<string, KeptFile & { readonly point: string }>> {
  const files = new Map<string, KeptFile & { readonly point: string }>();
  for (const { name } of chain) {
    for await (const change of changesOf(pointLayout(archive, name).fileChanges)) {
      if ('gone' in change) files.delete(change.path);
      else files.set(change.path, { ...change, point: name });
    }
  }
  return files;
}

async function* changesOf(file: string): AsyncGenerator<FileChange> {
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const change = fileChange.safeParse(JSON.parse(line));
    if (!change.success)
      throw new DamagedBackup(`${file} has a line that cannot be read: ${line.slice(0, 80)}`);
    yield change.data;
  }
}

/**
 * The points that no moment since `cutoffMs` needs: chains that end before it, the newest point before it left aside,
 * for it is what the data was like then.
 */
export function dispensable(points: readonly Point[], cutoffMs: number): readonly Point[] {
  const needed = new Set<Point>();
  const atCutoff = points.findLast(({ madeAtMs }) => madeAtMs <= cutoffMs);
  for (const point of points) {
    if (point === atCutoff || point.madeAtMs > cutoffMs) {
      for (const part of chainTo(points, point)) needed.add(part);
    }
  }
  return points.filter((point) => !needed.has(point));
}

/** Removes points, each after those that build on it. */
export async function removePoints(archive: string, points: readonly Point[]): Promise<void> {
  for (const { name } of points.toReversed()) {
    // A point without its facts is none any more, however far its removal gets.
    await rm(pointLayout(archive, name).facts, { force: true });
    await rm(pointLayout(archive, name).folder, { recursive: true, force: true });
  }
}
