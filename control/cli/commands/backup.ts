import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { CoreConfig } from '../../config/core.ts';
import { dataLayout, keptFolders } from '../../config/layout.ts';
import { edgeAnswers } from '../../events/client.ts';
import { Store } from '../../store/store.ts';
import { copyDirectory, copyOneFile, isVacant, sync, syncParent } from '../copy.ts';
import { done, refused, type Command } from '../command.ts';
import { giveToOwner } from '../ownership.ts';

/** Written last, so that a copy that was broken off has none. */
const manifestName = 'strowger-backup.json';
const manifestFormat = 1;

/** What is copied beside the store's file. */
const parts = [...keptFolders, 'keys'] as const;

export const backup: Command<CoreConfig> = {
  name: 'backup',
  summary: 'a consistent copy of store, keys, media and recordings, also while the edge runs',
  arguments: [{ name: 'DIR', summary: 'where to; it must be empty or not there yet' }],
  needs: 'config',
  run: async ({ args: [target = ''] }, { data }) => {
    const from = dataLayout(data);
    if (!existsSync(from.storeFile)) return refused(`there is no store in ${data}`);
    const directory = resolve(target);
    if (!(await isVacant(directory))) return refused(`${target} is not an empty directory`);
    // The copy holds the seal key, which opens every secret in it.
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const to = dataLayout(directory);
    const store = new Store(from.storeDirectory);
    try {
      await store.backup(to.storeDirectory);
    } finally {
      await store.close();
    }
    await sync(to.storeFile);
    for (const folder of parts) {
      if (existsSync(from[folder])) await copyDirectory(from[folder], to[folder]);
    }
    const manifest = { format: manifestFormat, madeAt: new Date().toISOString() };
    await writeFile(join(directory, manifestName), `${JSON.stringify(manifest)}\n`, { flush: true });
    await sync(directory);
    return done({ directory, ...manifest }, `backed up to ${directory}`);
  },
};

export const restore: Command<CoreConfig> = {
  name: 'restore',
  summary: 'put a backup into an empty data directory',
  arguments: [{ name: 'DIR', summary: 'what strowger backup made' }],
  needs: 'config',
  run: async ({ args: [source = ''] }, { data }) => {
    const to = dataLayout(data);
    if (await edgeAnswers(to.controlSocket)) return refused('the edge is running: stop it first');
    if (!(await isComplete(source))) return refused(`${source} holds no complete backup`);
    for (const path of [to.storeFile, ...parts.map((part) => to[part])]) {
      if (existsSync(path) && !(await isVacant(path))) {
        return refused(`${path} is there already: move it away first`);
      }
    }
    const from = dataLayout(resolve(source));
    await mkdir(data, { recursive: true, mode: 0o750 });
    const draft = await mkdtemp(join(data, '.restore-'));
    try {
      const copy = dataLayout(draft);
      await copyOneFile(from.storeFile, copy.storeFile);
      for (const part of parts) {
        if (existsSync(from[part])) await copyDirectory(from[part], copy[part]);
      }
      giveToOwner(data, draft);
      // The store comes last: where it is, all of the backup is.
      for (const part of [...parts, 'storeFile'] as const) {
        if (existsSync(copy[part])) await rename(copy[part], to[part]);
      }
      await syncParent(to.storeFile);
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
    return done({ data }, `restored to ${data}`);
  },
};

async function isComplete(directory: string): Promise<boolean> {
  try {
    const manifest: unknown = JSON.parse(await readFile(join(directory, manifestName), 'utf8'));
    return (
      typeof manifest === 'object' &&
      manifest !== null &&
      'format' in manifest &&
      manifest.format === manifestFormat
    );
  } catch {
    return false;
  }
}
