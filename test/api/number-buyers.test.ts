import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openTestEdge } from './edge.ts';

interface Bought {
  readonly account: string;
  readonly sid: string;
  readonly number: string;
}

describe('a thousand buyers of a hundred numbers', () => {
  it('are sold a hundred, no number twice, and told so otherwise', async () => {
    const edge = await openTestEdge();
    const stock = Array.from({ length: 100 }, (_, i) => `+1415${5_551_950 + i}`);
    await edge.stock(...stock.map((e164) => ({ e164 })));
    const tenants = [await edge.tenant(), await edge.tenant()] as const;
    const answers = await Promise.all(
      Array.from({ length: 1000 }, async (_, i) => {
        const tenant = tenants[i % 2 === 0 ? 0 : 1];
        const path = `/2010-04-01/Accounts/${tenant.account.sid}/IncomingPhoneNumbers.json`;
        // Half of them want this very number, the others any of the area.
        const form = i % 4 < 2 ? { PhoneNumber: stock[i % 100] ?? '' } : { AreaCode: '415' };
        return { account: tenant.account.sid, ...(await edge.raw(tenant, path, form)) };
      }),
    );
    const sales: Bought[] = answers
      .filter(({ status }) => status === 201)
      .map(({ account, body }) => ({
        account,
        sid: String(body['sid']),
        number: String(body['phone_number']),
      }));
    assert.equal(sales.length, 100);
    assert.deepEqual(sales.map(({ number }) => number).sort(), stock);
    for (const { status, body } of answers.filter((answer) => answer.status !== 201)) {
      assert.equal(status, 400);
      assert.ok(body['code'] === 21422 || body['code'] === 21452, String(body['code']));
    }
    for (const { account, client } of tenants) {
      const listed = await client.incomingPhoneNumbers.list();
      const theirs = sales.filter((sale) => sale.account === account.sid);
      assert.deepEqual(
        listed.map(({ sid, phoneNumber }) => `${sid} ${phoneNumber}`).sort(),
        theirs.map(({ sid, number }) => `${sid} ${number}`).sort(),
      );
      for (const { number } of theirs) assert.equal(edge.inventory.ownerOf(number)?.accountSid, account.sid);
    }
    assert.deepEqual(await tenants[0].client.availablePhoneNumbers('US').local.list(), []);
  });
});
