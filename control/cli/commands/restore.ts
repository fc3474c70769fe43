import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isArchive, pointsOf, type Point } from '../../backup/archive.ts';
import { DamagedBackup } from '../../backup/blocks.ts';
import { isVacant, syncParent } from '../../backup/copy.ts';
import { copyBack, isWhole } from '../../backup/full.ts';
import { rebuild } from '../../backup/rebuild.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { CoreConfig } from '../../config/core.ts';
import { dataLayout } from '../../config/layout.ts';
import { edgeAnswers } from '../../events/client.ts';
import { done, refused, type Call, type Command } from '../command.ts';
import { momentOption } from '../moment.ts';
import { giveToOwner } from '../ownership.ts';
import { backedUp } from './backup.ts';

/** What is to be restored: fills an empty data folder. */
interface Source {
  /** As the answer says it; null for a copy of the whole. */
  readonly point: string | null;
  fill(data: string): Promise<void>;
}

export const restore: Command<CoreConfig> = {
  name: 'restore',
  summary: 'put a backup into an empty data directory',
  arguments: [{ name: 'DIR', summary: 'what strowger backup made' }],
  options: [
    { flags: '--at <moment>', summary: 'of an archive, the newest point not later (2026-01-31T04:05:06Z)' },
  ],
  needs: 'config',
  run: async (call, { data }) => {
    const to = dataLayout(data);
    if (await edgeAnswers(to.controlSocket)) return refused('the edge is running: stop it first');
    const source = await sourceOf(call);
    if (!source.ok) return refused(source.error);
    for (const path of [to.storeFile, ...backedUp.map((part) => to[part])]) {
      if (existsSync(path) && !(await isVacant(path))) {
        return refused(`${path} is there already: move it away first`);
      }
    }
    await mkdir(data, { recursive: true, mode: 0o750 });
    const draft = await mkdtemp(join(data, '.restore-'));
    try {
      await source.value.fill(draft);
      const copy = dataLayout(draft);
      giveToOwner(data, draft);
      // The store comes last: where it is, all of the backup is.
      for (const part of [...backedUp, 'storeFile'] as const) {
        if (existsSync(copy[part])) await rename(copy[part], to[part]);
      }
      await syncParent(to.storeFile);
    } catch (error) {
      if (error instanceof DamagedBackup) return refused(`the backup is damaged: ${error.message}`);
      throw error;
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
    const { point } = source.value;
    return done({ data, point }, `restored ${point === null ? '' : `${point} `}to ${data}`);
  },
};

async function sourceOf(call: Call<CoreConfig>): Promise<Result<Source, string>> {
  const [given = ''] = call.args;
  const directory = resolve(given);
  const atMs = momentOption(call, 'at', 'last');
  if (Number.isNaN(atMs)) return fail('a moment is such as 2026-01-31, or 2026-01-31T04:05:06Z');
  if (await isArchive(directory)) return pointOf(directory, atMs ?? Infinity);
  if (!(await isWhole(directory))) return fail(`${given} holds no complete backup`);
  if (atMs !== undefined) return fail(`${given} holds one moment alone: --at is for archives`);
  return ok({ point: null, fill: (data) => copyBack(directory, backedUp, data) });
}

async function pointOf(archive: string, atMs: number): Promise<Result<Source, string>> {
  const points = await pointsOf(archive);
  const point: Point | undefined = points.findLast(({ madeAtMs }) => madeAtMs <= atMs);
  if (point === undefined)
    return fail(`${archive} has no point that old: strowger backups ${archive} lists them`);
  const fill = async (data: string): Promise<void> => {
    const { storeFile } = dataLayout(data);
    await rebuild(archive, points, point, { data, storeFile });
  };
  return ok({ point: point.name, fill });
}
