import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

function find(folder: string): string {
  if (existsSync(join(folder, 'tsconfig.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error('no tsconfig.json above this file');
  return find(parent);
}

/** The folder of the checkout, from a source and from its build alike. */
export const root = find(dirname(fileURLToPath(import.meta.url)));
