import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { openTestEdge, restError, type Edge, type Tenant } from './edge.ts';

describe('geographic permissions', () => {
  let edge: Edge;
  let tenant: Tenant;
  let stranger: Tenant;
  const from = '+12125550101';

  before(async () => {
    edge = await openTestEdge({ messages: { countries: ['US', 'CA'], locked: ['NG'] } });
    tenant = await edge.tenant();
    stranger = await edge.tenant();
    await edge.stock({ e164: from });
    assert.ok((await edge.inventory.buy(tenant.account.sid, from)).ok);
  });

  const enabled = async ({ client }: Tenant, countryCode: string): Promise<boolean> => {
    const found = await client.accounts.v1.messagingGeopermissions.fetch({ countryCode });
    const [row] = found.permissions as { country_code: string; type: string; enabled: boolean }[];
    assert.deepEqual([row?.country_code, row?.type], [countryCode, 'country']);
    return row!.enabled;
  };

  it('of messages are an account’s own, and hold at once', async () => {
    const send = () => tenant.client.messages.create({ from, to: '+16135550100', body: 'hello' });
    await send();
    const updated = await tenant.client.accounts.v1.messagingGeopermissions.update({
      permissions: [
        { country_code: 'CA', type: 'country', enabled: false },
        { country_code: 'NG', type: 'country', enabled: true },
        { country_code: 'XX', type: 'country', enabled: true },
      ],
    });
    assert.deepEqual(
      (updated.permissions as { country_code: string; error_code: number }[]).map((row) => [
        row.country_code,
        row.error_code,
      ]),
      [
        ['CA', 0],
        ['NG', 30649],
        ['XX', 30649],
      ],
    );
    await assert.rejects(send(), restError(21408));
    assert.equal(await enabled(tenant, 'CA'), false);
    assert.equal(await enabled(tenant, 'NG'), false);
    assert.equal(await enabled(stranger, 'CA'), true, 'another account is as it was');
    const all = await stranger.client.accounts.v1.messagingGeopermissions.fetch();
    assert.ok((all.permissions as unknown[]).length > 200);
  });

  it('of messages are refused where they cannot be read', async () => {
    const { messagingGeopermissions } = tenant.client.accounts.v1;
    for (const permissions of [
      ['nonsense'],
      [{ country_code: 'US' }],
      [{ country_code: 'US', enabled: 'maybe' }],
    ])
      await assert.rejects(messagingGeopermissions.update({ permissions }), restError(20422));
    await assert.rejects(messagingGeopermissions.fetch({ countryCode: 'XX' }), restError(20404, 404));
  });

  it('of calls are listed, filtered and changed in bulk', async () => {
    const { dialingPermissions } = tenant.client.voice.v1;
    const count = await dialingPermissions.bulkCountryUpdates.create({
      updateRequest: JSON.stringify([
        { iso_code: 'US', low_risk_numbers_enabled: 'false' },
        { iso_code: 'FR', high_risk_tollfraud_numbers_enabled: true },
      ]),
    });
    assert.equal(count.updateCount, 2);
    const us = await dialingPermissions.countries('US').fetch();
    assert.deepEqual(
      [us.name, us.continent, us.countryCodes, us.lowRiskNumbersEnabled, us.highRiskTollfraudNumbersEnabled],
      ['United States', 'NORTH_AMERICA', ['+1'], false, false],
    );
    assert.equal(
      (await stranger.client.voice.v1.dialingPermissions.countries('US').fetch()).lowRiskNumbersEnabled,
      true,
    );
    const codes = async (
      filter: Parameters<typeof dialingPermissions.countries.list>[0],
    ): Promise<string[]> =>
      (await dialingPermissions.countries.list(filter as object)).map(({ isoCode }) => isoCode);
    assert.deepEqual(await codes({ lowRiskNumbersEnabled: false }), ['US']);
    assert.deepEqual(await codes({ highRiskTollfraudNumbersEnabled: true }), ['FR']);
    assert.deepEqual(await codes({ countryCode: '+33' }), ['FR']);
    assert.deepEqual(await codes({ continent: 'ANTARCTICA' }), await codes({ isoCode: 'AQ' }));
    assert.ok((await codes({ pageSize: 20 })).length > 200, 'over several pages');
    await assert.rejects(
      tenant.client.calls.create({ from, to: '+12065550100', twiml: '<Response/>' }),
      restError(21215),
    );
    await assert.rejects(
      dialingPermissions.bulkCountryUpdates.create({ updateRequest: '[{"iso_code":"XX"}]' }),
      restError(20422),
    );
    await assert.rejects(dialingPermissions.countries('XX').fetch(), restError(20404, 404));
  });

  it('of calls name the special prefixes that the operator has imported', async () => {
    await edge.guards.riskyPrefixes.replace([
      { prefix: '+44909', risk: 'special', country: 'GB' },
      { prefix: '+447', risk: 'tollFraud', country: 'GB' },
    ]);
    const gb = tenant.client.voice.v1.dialingPermissions.countries('GB');
    assert.deepEqual(
      (await gb.highriskSpecialPrefixes.list()).map(({ prefix }) => prefix),
      ['+44909'],
    );
  });

  it('of a subaccount are its parent’s until it has its own', async () => {
    const sub = await edge.tenant(tenant.account.sid);
    const { settings, countries } = sub.client.voice.v1.dialingPermissions;
    assert.equal((await settings().fetch()).dialingPermissionsInheritance, true);
    assert.equal((await countries('US').fetch()).lowRiskNumbersEnabled, false);
    const changed = await settings().update({ dialingPermissionsInheritance: false });
    assert.equal(changed.dialingPermissionsInheritance, false);
    assert.equal((await countries('US').fetch()).lowRiskNumbersEnabled, true);
    assert.equal(await enabled(sub, 'CA'), false);
  });
});
