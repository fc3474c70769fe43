// A child of store.test.ts: writes rows 0, 1, 2, … in pairs and reports each pair once it is durable, until it is killed.
import { Store } from '../../../control/store/store.ts';
import { pairTable } from './tables.ts';

const store = new Store(process.argv[2] ?? '');
const left = store.table(pairTable('left'));
const right = store.table(pairTable('right'));
for (let i = 0; ; i++) {
  const key = String(i).padStart(8, '0');
  left.put(key, i);
  right.put(key, i);
  await store.durable();
  process.stdout.write(`${i}\n`);
}
