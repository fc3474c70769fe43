// A child of import-kill.test.ts: imports a list in small steps, and prints a line for each.
import { createReadStream, statSync } from 'node:fs';
import { systemClock } from '../../../control/base/clock.ts';
import { systemRandom } from '../../../control/base/random.ts';
import { sidFactory } from '../../../control/base/sid.ts';
import { RejectedFile } from '../../../control/cli/rejected-file.ts';
import { importNumbers } from '../../../control/inventory/import.ts';
import { Inventory } from '../../../control/inventory/inventory.ts';
import { Store } from '../../../control/store/store.ts';

const [directory = '', path = ''] = process.argv.slice(2);
const store = new Store(directory);
const inventory = new Inventory({ store, clock: systemClock, sids: sidFactory(systemClock, systemRandom) });
const file = {
  sizeBytes: statSync(path).size,
  read: (start: number) => createReadStream(path, { start, highWaterMark: 2048 }),
};
const rejections = new RejectedFile(`${path}.rejected.csv`);
const done = await importNumbers({ inventory, store }, file, rejections, {
  windowNumbers: 150,
  onProgress: ({ bytes }) => void process.stdout.write(`${bytes}\n`),
});
rejections.close();
process.stdout.write(`${JSON.stringify({ ...done, first: rejections.first })}\n`);
await store.close();
