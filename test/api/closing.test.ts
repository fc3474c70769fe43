import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ClosedAccounts } from '../../edge/node/closed-accounts.ts';
import { TenantWatch } from '../../edge/node/tenant-watch.ts';
import { closeAccount } from '../../control/inventory/closing.ts';
import { openTestEdge, restError, until } from './edge.ts';

describe('A closed account', () => {
  it('gives up its numbers, its calls, its binds and its keys, and its subaccounts with it', async () => {
    const edge = await openTestEdge();
    const { accounts, clock, inventory, voice, messaging } = edge;
    const parent = await edge.tenant();
    const child = await edge.tenant(parent.account.sid);
    const neighbour = await edge.tenant();
    await edge.stock(
      { e164: '+14155550100' },
      { e164: '+14155550101' },
      { e164: '+14155550102' },
      { e164: '33100', type: 'shortcode' },
    );
    await parent.client.incomingPhoneNumbers.create({ phoneNumber: '+14155550100' });
    await child.client.incomingPhoneNumbers.create({ phoneNumber: '+14155550101' });
    await neighbour.client.incomingPhoneNumbers.create({ phoneNumber: '+14155550102' });
    assert.ok((await inventory.assign(child.account.sid, '33100')).ok);
    const key = await child.client.newKeys.create({});
    const call = await child.client.calls.create({
      from: '+14155550101',
      to: '+12065550100',
      url: 'https://tenant.example/',
    });
    await until(() => edge.signalling.outgoing.length === 1);
    edge.signalling.outgoing[0]?.answer();
    await until(() => voice.calls.get(call.sid)?.status === 'in-progress');
    edge.carrier.room = 0;
    const waiting = await child.client.messages.create({
      from: '+14155550101',
      to: '+12065550100',
      body: 'too late',
    });
    const watch = new ClosedAccounts(voice, accounts, clock);
    watch.start();
    const drained: string[] = [];
    const binds = new TenantWatch(clock, ({ sid }) => {
      const account = accounts.fetch(sid);
      return account !== undefined && accounts.effectiveStatus(account) === 'active';
    });
    const bind = { peer: child.account, drain: () => drained.push('drain'), close: () => undefined };
    binds.add(bind);

    const closed = await closeAccount(edge, parent.account.sid);
    assert.ok(closed.ok);
    for (const { account } of [parent, child]) {
      assert.equal(accounts.fetch(account.sid)?.status, 'closed');
      assert.deepEqual(inventory.list(account.sid, {}, { limit: 10 }).rows, []);
      assert.deepEqual(inventory.list(account.sid, { type: 'shortcode' }, { limit: 10 }).rows, []);
    }
    await assert.rejects(child.client.messages.list(), restError(20003, 401));
    await assert.rejects(parent.client.messages.list(), restError(20003, 401));
    const byKey = edge.clientOf(key.sid, key.secret, child.account.sid);
    await assert.rejects(byKey.messages.list(), restError(20003, 401));

    clock.advance(1_000);
    await until(() => voice.calls.get(call.sid)?.status === 'completed');
    assert.deepEqual(drained, ['drain']);
    edge.carrier.room = 100;
    await until(() => {
      clock.advance(1_000);
      return messaging.ledger.get(waiting.sid)?.status === 'failed';
    });
    assert.equal(edge.carrier.taken.length, 0);

    assert.equal((await neighbour.client.incomingPhoneNumbers.list()).length, 1);
    assert.ok((await closeAccount(edge, parent.account.sid)).ok, 'again, as after an interruption');
    watch.stop();
    binds.stop();
  });

  it('is closed by its parent by REST, for good', async () => {
    const edge = await openTestEdge();
    const parent = await edge.tenant();
    const child = await edge.tenant(parent.account.sid);
    await edge.stock({ e164: '+14155550100' });
    await child.client.incomingPhoneNumbers.create({ phoneNumber: '+14155550100' });
    const ours = parent.client.api.v2010.accounts(child.account.sid);
    assert.equal((await ours.update({ status: 'closed' })).status, 'closed');
    assert.deepEqual(edge.inventory.list(child.account.sid, {}, { limit: 10 }).rows, []);
    await assert.rejects(ours.update({ status: 'active' }), restError(21479));
    await assert.rejects(ours.update({ status: 'closed' }), restError(21479));
    const [event] = await parent.client.monitor.v1.events.list({ resourceSid: child.account.sid, limit: 1 });
    assert.equal(event?.eventType, 'account.updated');
  });
});
