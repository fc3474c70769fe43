import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Store } from '../store/store.ts';
import {
  chainTo,
  filesAt,
  pointLayout,
  pointName,
  pointsOf,
  writePointFacts,
  type Chain,
  type Point,
} from './archive.ts';
import { writeChanges } from './blocks.ts';
import { sync, syncParent } from './copy.ts';
import { copyNewFiles } from './files.ts';

/** What a point is made of, and on. */
export interface PointOrder {
  /** The data folder, whose edge may be running. */
  readonly data: string;
  /** Its folders of files. */
  readonly folders: readonly string[];
  readonly archive: string;
  readonly nowMs: number;
  /** A chain whose full point is older is not continued: a new one begins. */
  readonly fullEveryMs: number;
}

/** A point in the making is called so until it is complete. */
const draftPrefix = '.draft-';

/** A draft of this age was broken off. */
const staleDraftMs = 24 * 3_600_000;

/** Adds a point to an archive, and gives it back once it is on disk. */
export async function takePoint({ data, folders, archive, nowMs, fullEveryMs }: PointOrder): Promise<Point> {
  await removeStaleDrafts(archive, nowMs);
  const points = await pointsOf(archive);
  const newest = points.at(-1);
  const chain = newest === undefined ? undefined : chainTo(points, newest);
  const base = chain !== undefined && nowMs - chain[0].madeAtMs < fullEveryMs ? chain : undefined;
  const draft = await mkdtemp(join(archive, draftPrefix));
  try {
    const point = await fill(pointLayout(draft, '.'), base, { data, folders, archive, nowMs });
    const to = pointLayout(archive, point.name).folder;
    await rename(draft, to);
    await syncParent(to);
    return point;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function fill(
  to: ReturnType<typeof pointLayout>,
  base: Chain | undefined,
  { data, folders, archive, nowMs }: Omit<PointOrder, 'fullEveryMs'>,
): Promise<Point> {
  const previous = base?.at(-1)?.name ?? null;
  const before = previous === null ? Buffer.alloc(0) : await readFile(pointLayout(archive, previous).digests);
  // The copy keeps each page in its place, unlike a compacted one: so what has not changed is found where it was.
  const snapshot = join(to.folder, 'snapshot');
  const store = new Store(data);
  try {
    await store.snapshot(snapshot);
  } finally {
    await store.close();
  }
  const { bytes, changedBlocks, digests } = await writeChanges(snapshot, before, to.blocks);
  await rm(snapshot);
  await writeFile(to.digests, digests, { mode: 0o600, flush: true });
  await mkdir(to.files, { mode: 0o700 });
  const known = await filesAt(archive, base ?? []);
  await pipeline(
    async function* () {
      for await (const change of copyNewFiles(data, folders, known, to.files))
        yield `${JSON.stringify(change)}\n`;
    },
    createWriteStream(to.fileChanges, { mode: 0o600, flush: true }),
  );
  const facts = { madeAtMs: nowMs, previous, storeBytes: bytes, changedBlocks };
  await writePointFacts(to.facts, facts);
  await sync(to.folder);
  return { name: pointName(nowMs), ...facts };
}

async function removeStaleDrafts(archive: string, nowMs: number): Promise<void> {
  for (const name of await readdir(archive)) {
    const path = join(archive, name);
    if (!name.startsWith(draftPrefix) || nowMs - (await stat(path)).mtimeMs < staleDraftMs) continue;
    await rm(path, { recursive: true, force: true });
  }
}
