import { chownSync, lstatSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Gives what root has just made under `path` to the owner of the data directory: otherwise an edge that runs as a
 * user of its own could not open what a command run by root left behind. Does nothing for anyone but root.
 */
export function giveToOwner(data: string, path: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(data);
  give(path, uid, gid);
}

function give(path: string, uid: number, gid: number): void {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined || stat.isSymbolicLink()) return;
  if (stat.uid !== uid || stat.gid !== gid) chownSync(path, uid, gid);
  if (stat.isDirectory()) for (const name of readdirSync(path)) give(join(path, name), uid, gid);
}
