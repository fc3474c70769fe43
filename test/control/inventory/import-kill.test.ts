import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, it } from 'node:test';
import { walkNumbers } from '../../../control/inventory/walk.ts';
import { Stock } from '../../../control/inventory/stock.ts';
import { exitOf, runChild } from '../store/child.ts';
import { temporaryDirectory, temporaryStore } from '../store/temporary.ts';
import { openStock } from './stock.ts';

const lines = 5000;
/** Numbers of some twenty blocks in no order, a few lines that are rejected, and quotes here and there. */
const listText = (): string =>
  `e164,country,type,region\n${Array.from({ length: lines }, (_, i) => {
    const e164 = `+1415${5_550_000 + ((i * 7919) % 20_000)}`;
    return `${e164},${i % 97 === 0 ? 'GB' : 'US'},local,${i % 50 === 0 ? '"N, Y"' : `R${i % 7}`}\n`;
  }).join('')}`;

const program = new URL(import.meta.url.endsWith('.ts') ? 'importer.ts' : 'importer.js', import.meta.url);

/** Runs the importer until it is done, or kills it once it has told so often of its progress. */
async function run(directory: string, path: string, killAfter: number): Promise<string | undefined> {
  const child = runChild(program, directory, path);
  const ended = exitOf(child);
  let told = 0;
  let last: string | undefined;
  for await (const line of createInterface({ input: child.stdout! })) {
    last = line;
    if (++told === killAfter) child.kill('SIGKILL');
  }
  return (await ended) === 0 ? last : undefined;
}

/** Everything that a store says of its numbers. */
function contents(directory: string) {
  const store = temporaryStore(directory);
  const { inventory } = openStock(store);
  return Array.from(walkNumbers(new Stock(store), (e164) => inventory.number(e164), {}));
}

describe('kill -9 of an import', () => {
  it(
    'leaves what goes on to the same end as an import that nobody disturbs',
    { timeout: 120_000 },
    async () => {
      const paths = [0, 1].map(() => {
        const directory = temporaryDirectory();
        const path = join(directory, 'list.csv');
        writeFileSync(path, listText());
        return { directory: join(directory, 'store'), path };
      });
      const [undisturbed, disturbed] = [paths[0]!, paths[1]!];
      const expected = await run(undisturbed.directory, undisturbed.path, Infinity);
      for (const killAfter of [9, 21, 4])
        assert.equal(await run(disturbed.directory, disturbed.path, killAfter), undefined);
      const resumed = await run(disturbed.directory, disturbed.path, Infinity);
      assert.ok(expected !== undefined);
      assert.equal(resumed, expected);
      assert.deepEqual(contents(disturbed.directory), contents(undisturbed.directory));
      const rejected = (path: string): string => readFileSync(`${path}.rejected.csv`, 'utf8');
      assert.equal(rejected(disturbed.path), rejected(undisturbed.path));
      assert.equal(rejected(disturbed.path).trim().split('\n').length, 1 + Math.ceil(lines / 97));
    },
  );
});
