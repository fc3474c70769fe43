import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Bequests } from '../../../control/billing/bequests.ts';
import { Details } from '../../../control/billing/details.ts';
import { Heir } from '../../../control/billing/heir.ts';
import { Meter } from '../../../control/billing/meter.ts';
import { Payments } from '../../../control/billing/payments.ts';
import { unpriced } from '../../../control/billing/tariff.ts';
import { Usage } from '../../../control/billing/usage.ts';
import { Wallet } from '../../../control/billing/wallet.ts';
import { sidFactory } from '../../../control/base/sid.ts';
import { systemRandom } from '../../../control/base/random.ts';
import { textKey } from '../../../control/store/keys.ts';
import { Store } from '../../../control/store/store.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { temporaryDirectory } from '../store/temporary.ts';

const ownerSid = `AC${'0'.repeat(31)}1`;

/** A process's books over a store. */
function booksOf(directory: string, clock: FakeClock) {
  const store = new Store(directory);
  const bequests = new Bequests(store, clock);
  const payments = new Payments({ store, clock, sids: sidFactory(clock, systemRandom) });
  const wallet = new Wallet(store, payments, bequests);
  const details = new Details(store);
  const meter = new Meter({ wallet, payments, usage: new Usage(store), details, tariff: unpriced, bequests });
  return { store, bequests, wallet, details, meter, heir: new Heir(store, bequests, meter, clock) };
}

const used = (part: number) => ({
  atMs: 1_700_000_000_000,
  accountSid: ownerSid,
  ownerSid,
  resourceSid: `CA${'0'.repeat(32)}`,
  part,
  category: 'calls-outbound' as const,
  count: 1,
  usage: 1,
  priceMicros: 100,
  from: '+14155550100',
  to: '+13125550001',
  carrier: 'alpha',
  carrierId: '',
});

describe('What a process leaves whose work another has taken over', () => {
  it('is entered by the other, each thing once, beside what that enters itself', async () => {
    const clock = new FakeClock();
    const directory = temporaryDirectory();
    const books = booksOf(directory, clock);
    books.meter.record(used(0));
    books.wallet.hold(ownerSid, 1_000);
    books.store.table({ name: 'cause', key: textKey, version: 1 }).put('a', 1);
    await books.store.durable();
    books.bequests.begin();
    books.wallet.forget();
    books.meter.record(used(1));
    books.wallet.release(ownerSid, 1_000);
    await books.store.durable();
    assert.deepEqual(books.wallet.of({ ownerSid }).heldMicros, 1_000, 'it is entered by the other alone');
    assert.equal([...books.details.from(1)].length, 1);
    await books.store.close();

    const next = booksOf(directory, clock);
    next.meter.record(used(2));
    next.heir.start();
    await next.store.durable();
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(1_000);
    await next.store.durable();
    assert.deepEqual(
      [...next.details.from(1)].map(({ number, part }) => [number, part]),
      [
        [1, 0],
        [2, 2],
        [3, 1],
      ],
    );
    const [money] = next.wallet.all();
    assert.deepEqual(money, { ownerSid, spentMicros: 300, heldMicros: 0 });
    next.heir.stop();
    await next.store.close();
  });
});
