import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { DeliverSm } from '../../edge/smpp/message.ts';
import type { Receiver, ReceiverOutcome } from '../../edge/messaging/tenants/deliveries.ts';
import { account, Harness } from './harness.ts';

let harness: Harness;
afterEach(() => harness.end());

/** An ESME whose answers the test gives. */
class Esme implements Receiver {
  readonly got: string[] = [];
  readonly open: ((outcome: ReceiverOutcome) => void)[] = [];
  private readonly window: number;

  constructor(window = 10) {
    this.window = window;
  }

  capacity(): number {
    return this.window - this.open.length;
  }

  deliver(sm: DeliverSm, done: (outcome: ReceiverOutcome) => void): void {
    this.got.push(sm.shortMessage.toString('latin1'));
    this.open.push(done);
  }

  answer(outcome: ReceiverOutcome): void {
    this.open.shift()?.(outcome);
  }
}

async function withInbound(esme: Esme, texts: readonly string[]): Promise<Harness> {
  harness = new Harness();
  harness.messaging.deliveries.bound(account.no, esme);
  for (const text of texts) await harness.deliver({ shortMessage: Buffer.from(text) });
  return harness;
}

describe('deliveries to an SMPP tenant', () => {
  it('come in order and once', async () => {
    const esme = new Esme();
    const h = await withInbound(esme, ['a', 'b', 'c']);
    for (let i = 0; i < 3; i++) esme.answer({ kind: 'accepted' });
    await h.settle();
    assert.deepEqual(esme.got, ['a', 'b', 'c']);
    h.messaging.deliveries.unbound(account.no, esme);
    const later = new Esme();
    h.messaging.deliveries.bound(account.no, later);
    await h.settle();
    assert.deepEqual(later.got, []);
  });

  it('that were lost come again, and not those accepted whose removal is still on its way to disk', async () => {
    const esme = new Esme();
    const h = await withInbound(esme, ['a', 'b', 'c']);
    const [first, second, third] = esme.open.splice(0);
    second?.({ kind: 'accepted' });
    third?.({ kind: 'accepted' });
    first?.({ kind: 'lost' });
    await h.settle();
    assert.deepEqual(esme.got, ['a', 'b', 'c', 'a']);
  });

  it('that are refused for now are tried again, those refused for good are not', async () => {
    const esme = new Esme();
    const h = await withInbound(esme, ['a', 'b']);
    esme.answer({ kind: 'refused', status: 0x58 });
    esme.answer({ kind: 'refused', status: 0x01 });
    await h.settle();
    assert.deepEqual(esme.got, ['a', 'b']);
    await h.advance(1000);
    assert.deepEqual(esme.got, ['a', 'b', 'a']);
  });

  it('wait for a tenant that is away for a while, over a restart too', async () => {
    const esme = new Esme();
    const h = await withInbound(esme, ['a']);
    esme.answer({ kind: 'accepted' });
    h.messaging.deliveries.unbound(account.no, esme);
    await h.settle();
    await h.deliver({ shortMessage: Buffer.from('b') });
    await h.crash();
    harness = new Harness({ folder: h.folder, clock: h.clock });
    await harness.deliver({ shortMessage: Buffer.from('c') });
    const back = new Esme();
    harness.messaging.deliveries.bound(account.no, back);
    await harness.settle();
    assert.deepEqual(back.got, ['b', 'c']);
  });

  it('keep to the window of the session', async () => {
    const esme = new Esme(2);
    const h = await withInbound(esme, ['a', 'b', 'c']);
    assert.deepEqual(esme.got, ['a', 'b']);
    esme.answer({ kind: 'accepted' });
    await h.settle();
    assert.deepEqual(esme.got, ['a', 'b', 'c']);
  });

  it('tell what became of a message that asked for it', async () => {
    harness = new Harness();
    const esme = new Esme();
    harness.messaging.deliveries.bound(account.no, esme);
    const { sid } = await harness.send({ receipt: { when: 'always' } });
    const quiet = await harness.send({ from: '+14155550002', receipt: { when: 'failure' } });
    harness.alpha.reply({ kind: 'accepted', messageId: '1' });
    harness.alpha.reply({ kind: 'accepted', messageId: '2' });
    await harness.settle();
    await harness.receipt('1', 'DELIVRD');
    await harness.receipt('2', 'DELIVRD');
    assert.equal(harness.status(quiet.sid), 'delivered');
    assert.equal(esme.got.length, 1);
    assert.match(esme.got[0] ?? '', new RegExp(`^id:${sid} .*stat:DELIVRD`));
  });
});
