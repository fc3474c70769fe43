import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { statusOf } from '../../edge/messaging/tenants/submissions.ts';
import { status } from '../../edge/smpp/status.ts';
import { account, Harness, ownedNumber } from './harness.ts';

const harnesses: Harness[] = [];
const open = (guards: NonNullable<ConstructorParameters<typeof Harness>[0]>['guards']): Harness => {
  const harness = new Harness({ guards });
  harness.numbers.set('+14155550001', ownedNumber('+14155550001'));
  harnesses.push(harness);
  return harness;
};
after(async () => {
  for (const harness of harnesses) await harness.end();
});

describe('messages and the guards', () => {
  it('are refused where the country is not enabled', async () => {
    const harness = open({ messages: { countries: ['CA'] } });
    const refused = await harness.messaging.acceptance.accept(harness.wanted());
    assert.ok(!refused.ok);
    assert.equal(refused.error.code, 21408);
    assert.match(refused.error.detail, /United States/);
    assert.equal(statusOf(refused.error), status.ESME_RINVDSTADR);
    assert.deepEqual(harness.guarded.refusals, ['message country']);
  });

  it('are counted when they are accepted, not when they are refused', async () => {
    const harness = open({ limits: [{ prefix: '+1206', messagesPerHour: 1 }] });
    const bad = await harness.messaging.acceptance.accept(harness.wanted({ body: '' }));
    assert.ok(!bad.ok);
    await harness.send();
    const refused = await harness.messaging.acceptance.accept(harness.wanted());
    assert.ok(!refused.ok);
    assert.equal(refused.error.code, 20429);
    assert.equal(statusOf(refused.error), status.ESME_RTHROTTLED);
    await harness.send({ to: '+12125550100' });
  });

  it('that are blocked on their way in are acknowledged and dropped', async () => {
    const harness = open({});
    await harness.guards.blocks.add([
      { scope: account.sid, address: '+12065550100', direction: 'inbound', note: '' },
    ]);
    assert.equal(await harness.deliver({}), status.ESME_ROK);
    assert.deepEqual(harness.changes, []);
    assert.deepEqual(harness.guarded.refusals, ['inbound block']);
    await harness.deliver({ source: { ton: 1, npi: 1, addr: '12065550101' } });
    assert.equal(harness.changes.length, 1);
  });
});
