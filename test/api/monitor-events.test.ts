import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { openTestEdge, restError, type Edge, type Tenant } from './edge.ts';
import { documentedProperties } from '../conformance/properties.ts';

describe('Monitor Events', () => {
  let edge: Edge;
  let tenant: Tenant;
  let stranger: Tenant;

  before(async () => {
    edge = await openTestEdge();
    tenant = await edge.tenant();
    stranger = await edge.tenant();
    await edge.stock({ e164: '+14155550100' });
  });

  it('tell what was made, changed and deleted by REST, by whom and from where', async () => {
    const { client, account } = tenant;
    const number = await client.incomingPhoneNumbers.create({ phoneNumber: '+14155550100' });
    await client.incomingPhoneNumbers(number.sid).update({ friendlyName: 'Front desk' });
    await client.incomingPhoneNumbers(number.sid).remove();
    const events = await client.monitor.v1.events.list({ resourceSid: number.sid });
    assert.deepEqual(
      events.map(({ eventType }) => eventType),
      ['phone-number.deleted', 'phone-number.updated', 'phone-number.created'],
    );
    const [, updated] = events;
    assert.ok(updated !== undefined);
    assert.deepEqual(
      [updated.accountSid, updated.actorSid, updated.actorType, updated.source, updated.sourceIpAddress],
      [account.sid, account.sid, 'account', 'api', '127.0.0.1'],
    );
    assert.equal(updated.resourceType, 'phone-number');
    const accountUrl = `https://api.twilio.com/2010-04-01/Accounts/${account.sid}`;
    assert.deepEqual((updated.toJSON() as { links: unknown }).links, {
      actor: accountUrl,
      resource: `${accountUrl}/IncomingPhoneNumbers/${number.sid}`,
    });
    const { resource_properties: properties } = updated.eventData as {
      resource_properties: Record<string, unknown>;
    };
    assert.deepEqual(properties['friendly_name'], {
      previous: number.friendlyName,
      updated: 'Front desk',
    });
    assert.deepEqual((await client.monitor.v1.events(updated.sid).fetch()).toJSON(), updated.toJSON());
  });

  it('name the API key that was used, and can be asked for by it', async () => {
    const key = await tenant.client.newKeys.create({ friendlyName: 'robot' });
    const robot = edge.clientOf(key.sid, key.secret, tenant.account.sid);
    const made = await robot.applications.create({ friendlyName: 'by robot' });
    const [event, ...others] = await tenant.client.monitor.v1.events.list({ actorSid: key.sid });
    assert.equal(others.length, 0);
    assert.deepEqual([event?.resourceSid, event?.actorType], [made.sid, 'api-key']);
    assert.ok(!JSON.stringify(await tenant.client.monitor.v1.events.list()).includes(key.secret));
  });

  it('tell that a message was deleted, and not that one was sent', async () => {
    const ours = await edge.tenant();
    await edge.stock({ e164: '+14155550101' });
    await ours.client.incomingPhoneNumbers.create({ phoneNumber: '+14155550101' });
    const { sid } = await ours.client.messages.create({
      from: '+14155550101',
      to: '+15125550142',
      body: 'Hello',
    });
    assert.deepEqual(await ours.client.monitor.v1.events.list({ resourceSid: sid }), []);
  });

  it('are narrowed by one property, beside the dates', async () => {
    const { events } = tenant.client.monitor.v1;
    const since = new Date(edge.clock.now() + 1_000);
    assert.deepEqual(await events.list({ startDate: since }), []);
    assert.equal((await events.list({ eventType: 'phone-number.created', endDate: since })).length, 1);
    assert.ok((await events.list({ sourceIpAddress: '127.0.0.1' })).length > 0);
    await assert.rejects(
      events.list({ eventType: 'phone-number.created', sourceIpAddress: '127.0.0.1' }),
      restError(20001),
    );
    await assert.rejects(
      tenant.client.monitor.v1.events(`AE${'0'.repeat(32)}`).fetch(),
      restError(20404, 404),
    );
  });

  it('are nobody else’s', async () => {
    const [event] = await tenant.client.monitor.v1.events.list({ limit: 1 });
    assert.ok(event !== undefined);
    await assert.rejects(stranger.client.monitor.v1.events(event.sid).fetch(), restError(20404, 404));
    const theirs = await stranger.client.monitor.v1.events.list({ resourceSid: event.resourceSid });
    assert.deepEqual(theirs, []);
  });

  it('have the properties that the helper library documents', async () => {
    const uri = 'https://monitor.twilio.com/v1/Events?PageSize=1';
    const { body } = (await tenant.client.request({ method: 'get', uri })) as {
      body: { events: readonly object[] };
    };
    const [event] = body.events;
    assert.deepEqual(
      Object.keys(event ?? {}).sort(),
      [...documentedProperties('event', 'monitor/v1')].sort(),
    );
  });
});
