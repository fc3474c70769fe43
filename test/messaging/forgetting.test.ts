import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { deliveryTable } from '../../edge/messaging/store/job-tables.ts';
import type { SubmitOutcome } from '../../edge/smpp/link.ts';
import { textsKey } from '../../control/store/keys.ts';
import { account, Harness } from './harness.ts';

let harness: Harness;
afterEach(() => harness.end());

const hourMs = 3_600_000;

const accept = (messageId: string): SubmitOutcome => ({ kind: 'accepted', messageId });

/** A message that the carrier has taken under this id. */
async function sent(id: string): Promise<string> {
  const { sid } = await harness.send();
  harness.alpha.reply(accept(id));
  await harness.advance(2_000);
  return sid;
}

const awaited = (): number =>
  harness.store.table({ name: 'awaited-receipts', key: textsKey, version: 1 }).count();

describe('what nobody asks for any more', () => {
  it('is a receipt that has not come for four days; its message stays as it is', async () => {
    harness = new Harness();
    const early = await sent('7001');
    const late = await sent('7002');
    await harness.advance(95 * hourMs);
    assert.equal(awaited(), 2);
    await harness.receipt('7001', 'DELIVRD');
    assert.equal(harness.status(early), 'delivered');
    await harness.advance(2 * hourMs);
    assert.equal(awaited(), 0);
    await harness.receipt('7002', 'DELIVRD');
    assert.equal(harness.status(late), 'sent');
  });

  it('is what a tenant who never binds would have been delivered', async () => {
    harness = new Harness();
    const waiting = (): number => harness.store.table(deliveryTable).count();
    harness.messaging.deliveries.bound(account.no, { capacity: () => 0, deliver: () => undefined });
    for (let n = 0; n < 700; n++) await harness.deliver({ shortMessage: Buffer.from(`${n}`) });
    assert.equal(waiting(), 700);
    await harness.advance(71 * hourMs);
    assert.equal(waiting(), 700);
    await harness.advance(2 * hourMs);
    // A batch is removed when it is committed; the next begins a moment later.
    await harness.advance(11 * 60_000);
    assert.equal(waiting(), 0);
  });
});

describe("the form of a carrier's message ids", () => {
  /** A carrier that answers in hexadecimal and reports in decimal. */
  async function shown(): Promise<void> {
    const sid = await sent('1A2B');
    await harness.receipt(String(0x1a2b), 'DELIVRD');
    assert.equal(harness.status(sid), 'delivered');
  }

  async function restarted(): Promise<void> {
    await harness.crash();
    harness = new Harness({ folder: harness.folder, clock: harness.clock });
  }

  it('is known after a restart', async () => {
    harness = new Harness();
    await shown();
    await restarted();
    const meant = await sent('10');
    const other = await sent('16');
    await harness.receipt('16', 'DELIVRD');
    assert.deepEqual([harness.status(meant), harness.status(other)], ['delivered', 'sent']);
  });

  it('is forgotten when receipts make sense in another form alone', async () => {
    harness = new Harness();
    await shown();
    await restarted();
    const sids: string[] = [];
    // The carrier writes its ids the same everywhere now; the first ten receipts are lost.
    for (let id = 900_000; id < 900_011; id++) {
      sids.push(await sent(String(id)));
      await harness.receipt(String(id), 'DELIVRD');
    }
    assert.deepEqual(
      sids.map((sid) => harness.status(sid)),
      [...Array.from({ length: 10 }, () => 'sent'), 'delivered'],
    );
    await restarted();
    const sid = await sent('911000');
    await harness.receipt('911000', 'DELIVRD');
    assert.equal(harness.status(sid), 'delivered');
  });
});
