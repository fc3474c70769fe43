import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { dispensable, isArchive, openArchive, pointsOf, removePoints } from '../../backup/archive.ts';
import { isVacant } from '../../backup/copy.ts';
import { copyAll } from '../../backup/full.ts';
import { takePoint } from '../../backup/take.ts';
import type { CoreConfig } from '../../config/core.ts';
import { processEnvironment } from '../../config/environment.ts';
import { dataLayout, keptFolders } from '../../config/layout.ts';
import { keySource } from '../../vault/key-source.ts';
import { bytesText, columnsText } from '../columns.ts';
import { done, refused, textOption, type Call, type Command, type Outcome } from '../command.ts';

/** What is copied beside the store. */
export const backedUp = [...keptFolders, 'keys'] as const;

const dayMs = 86_400_000;
const fullDaysDefault = 7;

export const backup: Command<CoreConfig> = {
  name: 'backup',
  summary: 'a consistent copy of store, keys, media and recordings, also while the edge runs',
  arguments: [
    { name: 'DIR', summary: 'where to: a new or empty directory, or with --incremental an archive' },
  ],
  options: [
    { flags: '--incremental', summary: 'add a point to an archive: what has changed since the point before' },
    {
      flags: '--full-days <number>',
      summary: `begin anew with everything after so many days (default: ${fullDaysDefault})`,
    },
    {
      flags: '--keep-days <number>',
      summary: 'drop points that no moment of the last so many days needs (default: none)',
    },
  ],
  needs: 'config',
  run: async (call, config) => {
    const { data } = config;
    const [target = ''] = call.args;
    if (!existsSync(dataLayout(data).storeFile)) return refused(`there is no store in ${data}`);
    const directory = resolve(target);
    if (call.options['incremental'] === true) return addPoint(call, config, directory);
    if (await isArchive(directory)) return refused(`${target} is an archive: add to it with --incremental`);
    if (!(await isVacant(directory))) return refused(`${target} is not an empty directory`);
    const facts = await copyAll(data, backedUp, directory, Date.now());
    return done(
      { directory, ...facts, ...keyFacts(config) },
      `backed up to ${directory}; ${keyWords(config)}`,
    );
  },
};

async function addPoint(call: Call<CoreConfig>, config: CoreConfig, archive: string): Promise<Outcome> {
  const fullDays = daysOption(call, 'fullDays') ?? fullDaysDefault;
  const keepDays = daysOption(call, 'keepDays') ?? Infinity;
  if (Number.isNaN(fullDays) || Number.isNaN(keepDays)) return refused('days are whole numbers from 0 on');
  if (!(await openArchive(archive))) return refused(`${archive} is neither an archive nor empty`);
  const nowMs = Date.now();
  const { data } = config;
  const order = { data, folders: backedUp, archive, nowMs, fullEveryMs: fullDays * dayMs };
  const point = await takePoint(order);
  const dropped = dispensable(await pointsOf(archive), nowMs - keepDays * dayMs);
  await removePoints(archive, dropped);
  const { name, previous, storeBytes, changedBlocks } = point;
  return done(
    {
      archive,
      point: name,
      previous,
      storeBytes,
      changedBlocks,
      dropped: dropped.map((old) => old.name),
      ...keyFacts(config),
    },
    `${previous === null ? 'everything' : `what has changed since ${previous}`} is in ${archive}/${name}; ${keyWords(config)}`,
  );
}

/** Whoever restores a copy needs the seal key; whoever has both has every secret. */
const keyFacts = (config: CoreConfig): { readonly holdsSealKey: boolean } => ({
  holdsSealKey: keySource(config, processEnvironment).inData,
});

const keyWords = (config: CoreConfig): string => {
  const { inData, file } = keySource(config, processEnvironment);
  return inData
    ? 'the seal key is in it: guard it as you guard the edge'
    : `the seal key is not in it: keep a copy of ${file} elsewhere`;
};

function daysOption(call: Call<CoreConfig>, name: string): number | undefined {
  const text = textOption(call, name);
  return text === undefined ? undefined : /^\d{1,5}$/.test(text) ? Number(text) : NaN;
}

export const backups: Command<CoreConfig> = {
  name: 'backups',
  summary: 'the points of an archive, the oldest first',
  arguments: [{ name: 'DIR', summary: 'what strowger backup --incremental made' }],
  needs: 'nothing',
  run: async ({ args: [archive = ''] }) => {
    if (!(await isArchive(archive))) return refused(`${archive} is no archive`);
    const points = await pointsOf(archive);
    return done(
      points.map(({ name, madeAtMs, previous, storeBytes, changedBlocks }) => ({
        name,
        madeAt: new Date(madeAtMs).toISOString(),
        previous,
        storeBytes,
        changedBlocks,
      })),
      columnsText([
        ['moment', 'kind', 'store', 'changed blocks'],
        ...points.map(({ madeAtMs, previous, storeBytes, changedBlocks }) => [
          new Date(madeAtMs).toISOString(),
          previous === null ? 'full' : 'increment',
          bytesText(storeBytes),
          String(changedBlocks),
        ]),
      ]),
    );
  },
};
