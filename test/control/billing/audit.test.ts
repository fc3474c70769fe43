import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { auditBooks } from '../../../control/billing/audit.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { openMeter } from '../../support/meter.ts';
import { pairTable } from '../store/tables.ts';
import { temporaryStore } from '../store/temporary.ts';

const ownerSid = `AC${'1'.repeat(32)}`;
const accountSid = `AC${'2'.repeat(32)}`;

function used() {
  const store = temporaryStore();
  const clock = new FakeClock();
  const books = openMeter(store, clock);
  const causes = store.table(pairTable('causes'));
  for (let number = 0; number < 200; number++) {
    causes.put(String(number), number);
    books.meter.record({
      atMs: clock.now() + number * 3_600_000,
      accountSid: number % 3 === 0 ? ownerSid : accountSid,
      ownerSid,
      resourceSid: `SM${'0'.repeat(32)}`,
      part: 0,
      category: number % 2 === 0 ? 'sms-outbound' : 'sms-inbound-longcode',
      count: 1,
      usage: 1,
      priceMicros: number,
      from: '',
      to: '',
      carrier: '',
      carrierId: '',
    });
  }
  return { store, causes, ...books };
}

describe('The audit of the books', () => {
  it('finds nothing where usage and spending are the sums of the detail records', async () => {
    const books = used();
    await books.store.durable();
    assert.deepEqual(auditBooks(books), { details: 200, accounts: 1, differences: [] });
  });

  it('finds what was spent or counted without a record', async () => {
    const books = used();
    books.causes.put('more', 1);
    books.wallet.spend(ownerSid, 1);
    books.usage.count(accountSid, ownerSid, 'sms', 0, { count: 0, usage: 1, priceMicros: 0 });
    await books.store.durable();
    const { differences } = auditBooks(books);
    assert.equal(differences.length, 3);
    assert.ok(differences.some((text) => text.startsWith(`spending of ${ownerSid}`)));
  });
});
