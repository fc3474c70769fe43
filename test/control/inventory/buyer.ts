// A child of inventory.test.ts: tries to buy each number given, and prints those it got.
import { systemClock } from '../../../control/base/clock.ts';
import { systemRandom } from '../../../control/base/random.ts';
import { sidFactory } from '../../../control/base/sid.ts';
import { Inventory } from '../../../control/inventory/inventory.ts';
import { Store } from '../../../control/store/store.ts';

const [directory = '', accountSid = '', ...numbers] = process.argv.slice(2);
const store = new Store(directory);
const inventory = new Inventory({ store, clock: systemClock, sids: sidFactory(systemClock, systemRandom) });
for (const e164 of numbers) {
  const bought = await inventory.buy(accountSid, e164);
  if (bought.ok) process.stdout.write(`${e164}\n`);
}
await store.close();
