import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { systemRandom } from '../../../control/base/random.ts';
import { sidFactory } from '../../../control/base/sid.ts';
import { Payments } from '../../../control/billing/payments.ts';
import { Wallet } from '../../../control/billing/wallet.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { pairTable } from '../store/tables.ts';
import { temporaryDirectory, temporaryStore } from '../store/temporary.ts';

const ownerSid = `AC${'1'.repeat(32)}`;
const account = { ownerSid };

function open(directory = temporaryDirectory()) {
  const store = temporaryStore(directory);
  const clock = new FakeClock();
  const payments = new Payments({ store, clock, sids: sidFactory(clock, systemRandom) });
  return { store, clock, payments, wallet: new Wallet(store, payments) };
}

describe('Wallet', () => {
  it('never holds more of prepaid money than there is above the floor, however many ask', async () => {
    const { payments, wallet } = open();
    await payments.credit(ownerSid, 1_000_000, '');
    await payments.change(ownerSid, { floorMicros: 100_000 });
    const asked = Array.from({ length: 500 }, async (_, number) => {
      await Promise.resolve(number);
      if (!wallet.affords(account, 7_000)) return false;
      wallet.hold(ownerSid, 7_000);
      return true;
    });
    const granted = (await Promise.all(asked)).filter(Boolean).length;
    assert.equal(granted, Math.floor(900_000 / 7_000));
  });

  it('refuses nothing to postpaid accounts', () => {
    const { wallet } = open();
    assert.equal(wallet.affords(account, 1_000_000_000), true);
  });

  it('finds balance and holds again after a restart, while payments go on elsewhere', async () => {
    const directory = temporaryDirectory();
    const { store, payments, wallet } = open(directory);
    await payments.credit(ownerSid, 5_000_000, 'first');
    store.table(pairTable('causes')).put('a', 1);
    wallet.hold(ownerSid, 300);
    wallet.release(ownerSid, 100);
    wallet.spend(ownerSid, 100);
    await store.close();
    const again = open(directory);
    assert.deepEqual(again.wallet.of(account), { balanceMicros: 4_999_900, heldMicros: 200 });
    again.clock.advance(1000);
    await again.payments.credit(ownerSid, -1_000_000, 'taken back');
    assert.equal(again.wallet.of(account).balanceMicros, 3_999_900);
    assert.deepEqual(
      Array.from(again.payments.paid(ownerSid), ({ micros, reason }) => [micros, reason]),
      [
        [5_000_000, 'first'],
        [-1_000_000, 'taken back'],
      ],
    );
  });

  it('refuses payments that cannot be counted exactly', async () => {
    const { payments } = open();
    await payments.credit(ownerSid, Number.MAX_SAFE_INTEGER, '');
    assert.deepEqual(await payments.credit(ownerSid, 1, ''), { ok: false, error: 'tooLarge' });
  });
});
