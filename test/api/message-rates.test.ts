import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { openTestEdge, restError, type Edge, type Tenant } from './edge.ts';

describe('Messages a second', () => {
  let edge: Edge;
  let tenant: Tenant;
  let neighbour: Tenant;

  const send = ({ client }: Pick<Tenant, 'client'>, from: string) =>
    client.messages.create({ from, to: '+15125550142', body: 'Hello' });

  before(async () => {
    edge = await openTestEdge();
    tenant = await edge.tenant();
    neighbour = await edge.tenant();
    await edge.stock({ e164: '+14155550100' }, { e164: '+14155550101' });
    await tenant.client.incomingPhoneNumbers.create({ phoneNumber: '+14155550100' });
    await neighbour.client.incomingPhoneNumbers.create({ phoneNumber: '+14155550101' });
  });

  it('more of an account are refused with 20429, and cost its neighbours nothing', async () => {
    assert.ok((await edge.limits.set(tenant.account.sid, { messagesPerSecond: 2 })).ok);
    await send(tenant, '+14155550100');
    await send(tenant, '+14155550100');
    await assert.rejects(send(tenant, '+14155550100'), restError(20429, 429));
    await send(neighbour, '+14155550101');
    edge.clock.advance(500);
    await send(tenant, '+14155550100');
    await assert.rejects(send(tenant, '+14155550100'), restError(20429, 429));
  });

  it('are limited for one key, while the others of its account go on', async () => {
    const key = await neighbour.client.newKeys.create({});
    const robot = { client: edge.clientOf(key.sid, key.secret, neighbour.account.sid) };
    assert.ok((await edge.limits.set(key.sid, { messagesPerSecond: 1 })).ok);
    await send(robot, '+14155550101');
    await assert.rejects(
      send(robot, '+14155550101'),
      /SK[0-9a-f]{32} may send 1 messages a second: send fewer/,
    );
    await send(neighbour, '+14155550101');
  });
});
