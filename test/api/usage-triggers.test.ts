import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Account } from '../../control/accounts/account.ts';
import type { Firing } from '../../control/billing/triggers.ts';
import { documentedProperties } from '../conformance/properties.ts';
import { pairTable } from '../control/store/tables.ts';
import { openTestEdge, restError, until, type Edge, type Tenant } from './edge.ts';

let edge: Edge;
let tenant: Tenant;
const fired: Firing[] = [];

function use({ sid, ownerSid }: Account, usage: number): void {
  edge.store.table(pairTable('causes')).put('a', 1);
  edge.meter.record({
    atMs: edge.clock.now(),
    accountSid: sid,
    ownerSid,
    resourceSid: `SM${'0'.repeat(32)}`,
    part: 0,
    category: 'sms-outbound-longcode',
    count: 1,
    usage,
    priceMicros: usage * 7_500,
    from: '',
    to: '',
    carrier: '',
    carrierId: '',
  });
}

const wanted = {
  callbackUrl: 'https://application.example/used',
  triggerValue: '1000',
  usageCategory: 'sms',
};

before(async () => {
  edge = await openTestEdge();
  edge.triggers.follow((firing) => fired.push(firing));
  tenant = await edge.tenant();
});

describe('Usage triggers', () => {
  it('are made with the documented defaults and keys, changed, fetched and removed', async () => {
    const { triggers } = tenant.client.usage;
    const made = await triggers.create(wanted);
    assert.deepEqual(
      [
        made.triggerBy,
        made.recurring,
        made.callbackMethod,
        made.triggerValue,
        made.currentValue,
        made.friendlyName,
      ],
      ['usage', null, 'POST', '1000', '0', null],
    );
    const { body } = await edge.raw(
      tenant,
      `/2010-04-01/Accounts/${tenant.account.sid}/Usage/Triggers/${made.sid}.json`,
    );
    assert.deepEqual(Object.keys(body).sort(), [...documentedProperties('account/usage/trigger')].sort());
    const changed = await triggers(made.sid).update({
      friendlyName: 'A thousand',
      callbackMethod: 'GET',
      callbackUrl: 'https://application.example/other',
    });
    assert.deepEqual(
      [changed.friendlyName, changed.callbackMethod, changed.callbackUrl],
      ['A thousand', 'GET', 'https://application.example/other'],
    );
    assert.equal((await triggers(made.sid).fetch()).friendlyName, 'A thousand');
    assert.equal(await triggers(made.sid).remove(), true);
    await assert.rejects(triggers(made.sid).fetch(), restError(20404, 404));
    await assert.rejects(triggers(made.sid).remove(), restError(20404, 404));
  });

  it('are filtered, an empty recurrence meaning those that do not recur', async () => {
    const other = await edge.tenant();
    const { triggers } = other.client.usage;
    await triggers.create({ ...wanted, recurring: 'daily', triggerBy: 'price', triggerValue: '12.5' });
    await triggers.create({ ...wanted, usageCategory: 'totalprice', triggerBy: 'price' });
    await triggers.create({ ...wanted, triggerBy: 'count' });
    const shown = async (filter: Parameters<typeof triggers.list>[0]): Promise<readonly string[]> =>
      (await triggers.list(filter)).map(({ triggerBy, triggerValue }) => `${triggerBy} ${triggerValue}`);
    assert.deepEqual(await shown({}), ['count 1000', 'price 1000.00', 'price 12.50']);
    assert.deepEqual(await shown({ pageSize: 1 }), ['count 1000', 'price 1000.00', 'price 12.50']);
    assert.deepEqual(await shown({ recurring: 'daily' }), ['price 12.50']);
    assert.deepEqual(await shown({ recurring: 'alltime' }), ['count 1000', 'price 1000.00']);
    assert.deepEqual(await shown({ recurring: '' as never }), ['count 1000', 'price 1000.00']);
    assert.deepEqual(await shown({ triggerBy: 'count' }), ['count 1000']);
    assert.deepEqual(await shown({ usageCategory: 'totalprice' }), ['price 1000.00']);
    assert.equal((await tenant.client.usage.triggers.list()).length, 0);
  });

  it('may be set so much above what has been used, fire in its commit, and say when', async () => {
    const other = await edge.tenant();
    const { triggers } = other.client.usage;
    use(other.account, 40);
    const { sid, triggerValue, currentValue } = await triggers.create({ ...wanted, triggerValue: '+30' });
    assert.deepEqual([triggerValue, currentValue], ['70', '40']);
    use(other.account, 29);
    await edge.store.durable();
    assert.equal((await triggers(sid).fetch()).dateFired, null);
    use(other.account, 2);
    await until(() => fired.some(({ trigger }) => trigger.sid === sid));
    const after = await triggers(sid).fetch();
    assert.equal(after.currentValue, '71');
    assert.equal(after.dateFired.getTime(), Math.floor(edge.clock.now() / 1000) * 1000);
    assert.equal(fired.filter(({ trigger }) => trigger.sid === sid).length, 1);
    assert.match(after.usageRecordUri, /Usage\/Records\.json\?Category=sms$/);
  });

  it('are refused with a number and a reason', async () => {
    const { triggers } = tenant.client.usage;
    const bad = [
      { ...wanted, triggerValue: '0' },
      { ...wanted, triggerValue: '-1' },
      { ...wanted, triggerValue: '+' },
      { ...wanted, triggerValue: '+-5' },
      { ...wanted, triggerValue: 'many' },
      { ...wanted, triggerValue: '9'.repeat(15) },
      { ...wanted, usageCategory: 'telegrams' },
      { ...wanted, recurring: 'hourly' as never },
      { ...wanted, triggerBy: 'weight' as never },
      { ...wanted, friendlyName: 'x'.repeat(65) },
    ];
    for (const params of bad) await assert.rejects(triggers.create(params), restError(20422));
    await assert.rejects(triggers.create({ ...wanted, callbackUrl: 'ftp://a' }), restError(21402));
    await assert.rejects(triggers.create({ ...wanted, callbackUrl: '' }), restError(21402));
    await assert.rejects(triggers.create({ ...wanted, callbackMethod: 'PUT' }), restError(21403));
  });

  it('are seen and changed by their own account alone', async () => {
    const { sid } = await tenant.client.usage.triggers.create(wanted);
    const other = await edge.tenant();
    const { triggers } = other.client.usage;
    await assert.rejects(triggers(sid).fetch(), restError(20404, 404));
    await assert.rejects(triggers(sid).update({ friendlyName: 'mine' }), restError(20404, 404));
    await assert.rejects(triggers(sid).remove(), restError(20404, 404));
    assert.deepEqual(await triggers.list(), []);
    const foreign = other.client.api.v2010.accounts(tenant.account.sid).usage.triggers;
    await assert.rejects(foreign.list(), restError(20003, 401));
    await assert.rejects(foreign.create(wanted), restError(20003, 401));
    assert.equal((await tenant.client.usage.triggers(sid).fetch()).friendlyName, null);
  });
});
