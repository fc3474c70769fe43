import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { MessagingServices } from '../../control/messaging-services/messaging-services.ts';
import { account } from './harness.ts';
import { ServiceHarness } from './service-harness.ts';

const [first, second] = ['+12065550201', '+12065550202'];

describe('the pools that the path of messages sees', () => {
  let h: ServiceHarness;
  beforeEach(async () => {
    h = await ServiceHarness.open();
    await h.join(first);
  });
  afterEach(() => h.end());

  const recent = () => h.services.recentPool(account.sid, h.service.sid);
  const addresses = () =>
    recent()
      ?.senders.map(({ sender }) => sender)
      .sort();

  it('are read again only when they have changed', async () => {
    const before = recent();
    assert.ok(before);
    h.clock.advance(5_000);
    assert.equal(recent(), before);
    await h.services.create(account.sid, { friendlyName: 'another' });
    assert.equal(recent(), before);
    await h.join(second);
    assert.deepEqual(addresses(), [first, second]);
    await h.services.update(account.sid, h.service.sid, { friendlyName: 'renamed' });
    assert.equal(recent()?.service.friendlyName, 'renamed');
    await h.services.addAlphaSender(h.service, 'Acme', '');
    assert.equal(recent()?.senders.length, 3);
    const [sender] = h.services.pool(h.service);
    await h.services.removeSender(h.service, 'PN', sender!.sid);
    assert.equal(recent()?.senders.length, 2);
    await h.services.remove(account.sid, h.service.sid);
    assert.equal(recent(), undefined);
  });

  it('are felt within a second when another process changes them', async () => {
    assert.deepEqual(addresses(), [first]);
    const { store, clock } = h;
    const sid = h.numbers.get(first)!.assignment!.sid;
    const inventory = { bySid: () => undefined };
    const other = new MessagingServices({ store, clock, sids: () => '', inventory });
    await other.update(account.sid, h.service.sid, { friendlyName: 'renamed elsewhere' });
    clock.advance(1_001);
    assert.equal(recent()?.service.friendlyName, 'renamed elsewhere');
    assert.equal(other.sender(h.service, 'PN', sid), undefined, 'a number that nobody holds is in no pool');
  });

  it('are of no use to another account', () => {
    assert.equal(h.services.recentPool(`AC${'9'.repeat(32)}`, h.service.sid), undefined);
    assert.equal(h.services.recentPool(account.sid, 'MG'), undefined);
  });
});
