import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { documentedProperties } from '../conformance/properties.ts';
import { openTestEdge, restError, type Edge, type Tenant } from './edge.ts';

describe('ConnectApps', () => {
  let edge: Edge;
  let tenant: Tenant;
  let sid: string;

  before(async () => {
    edge = await openTestEdge();
    tenant = await edge.tenant();
    const made = await edge.connectApps.create(tenant.account.sid, 'Weather for all');
    assert.ok(made.ok);
    sid = made.value.sid;
  });

  it('are listed, fetched, changed and deleted', async () => {
    const { connectApps } = tenant.client;
    assert.deepEqual(
      (await connectApps.list()).map((app) => app.sid),
      [sid],
    );
    const path = `/2010-04-01/Accounts/${tenant.account.sid}/ConnectApps/${sid}.json`;
    const { body } = await edge.raw(tenant, path);
    assert.deepEqual(Object.keys(body).sort(), [...documentedProperties('account/connectApp')].sort());
    const changed = await connectApps(sid).update({
      companyName: 'Weather Ltd',
      homepageUrl: 'https://weather.example/',
      permissions: ['get-all'],
    });
    assert.deepEqual(
      [changed.friendlyName, changed.companyName, changed.homepageUrl, changed.permissions],
      ['Weather for all', 'Weather Ltd', 'https://weather.example/', ['get-all']],
    );
    assert.equal((await connectApps(sid).fetch()).companyName, 'Weather Ltd');
    await assert.rejects(connectApps(sid).update({ homepageUrl: 'nowhere' }), restError(20422));
    await assert.rejects(connectApps(sid).update({ permissions: ['root' as never] }), restError(20422));
    const stranger = await edge.tenant();
    await assert.rejects(stranger.client.connectApps(sid).remove(), restError(20404, 404));
    assert.equal(await connectApps(sid).remove(), true);
    await assert.rejects(connectApps(sid).fetch(), restError(20404, 404));
  });

  it('of others are authorised by nobody', async () => {
    const { authorizedConnectApps } = tenant.client;
    assert.deepEqual(await authorizedConnectApps.list(), []);
    await assert.rejects(authorizedConnectApps(sid).fetch(), restError(20404, 404));
  });
});
