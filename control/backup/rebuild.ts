import { copyFile, chmod, mkdir, readFile, truncate, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, normalize, sep } from 'node:path';
import { chainTo, filesAt, pointLayout, type Point } from './archive.ts';
import { applyChanges, DamagedBackup, proveBlocks } from './blocks.ts';
import { sync } from './copy.ts';
import { sha256Of } from './files.ts';

/** Rebuilds a data folder, empty so far, as it was at `point`, and proves every block and file by its digest. */
export async function rebuild(
  archive: string,
  points: readonly Point[],
  point: Point,
  to: { readonly data: string; readonly storeFile: string },
): Promise<void> {
  const chain = chainTo(points, point);
  await writeFile(to.storeFile, '', { mode: 0o600, flag: 'wx' });
  for (const { name } of chain) await applyChanges(pointLayout(archive, name).blocks, to.storeFile);
  await truncate(to.storeFile, point.storeBytes);
  await proveBlocks(to.storeFile, await readFile(pointLayout(archive, point.name).digests));
  await sync(to.storeFile);
  for (const file of (await filesAt(archive, chain)).values()) {
    const place = join(to.data, within(file.path));
    await mkdir(dirname(place), { recursive: true, mode: 0o750 });
    await copyFile(join(pointLayout(archive, file.point).files, file.path), place);
    if ((await sha256Of(place)) !== file.sha256) {
      throw new DamagedBackup(`${file.path} is not what it was when ${file.point} was made`);
    }
    await chmod(place, file.mode);
    // Later points tell by its time that it has not changed.
    await utimes(place, file.mtimeMs / 1000, file.mtimeMs / 1000);
    await sync(place);
  }
}

/** A path of an archive, which may have been tampered with. */
function within(path: string): string {
  const normal = normalize(path);
  if (normal.startsWith('..') || normal.startsWith(sep))
    throw new DamagedBackup(`${path} leads out of the data folder`);
  return normal;
}
