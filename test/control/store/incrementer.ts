// A child of store.test.ts: adds 1 to a counter, the given number of times, a transaction each.
import { Store } from '../../../control/store/store.ts';
import { pairTable } from './tables.ts';

const store = new Store(process.argv[2] ?? '');
const table = store.table(pairTable('left'));
for (let i = 0; i < Number(process.argv[3]); i++) {
  await store.transact(() => table.put('counter', (table.get('counter') ?? 0) + 1));
}
await store.close();
