import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Account } from '../../control/accounts/account.ts';
import type { CategoryName } from '../../control/billing/categories.ts';
import { pairTable } from '../control/store/tables.ts';
import { openTestEdge, restError, type Edge, type Tenant } from './edge.ts';

const dayMs = 86_400_000;

let edge: Edge;
let tenant: Tenant;
let sub: Tenant;

/** Uses something, some days ago. */
function use({ sid, ownerSid }: Account, category: CategoryName, usage: number, daysAgo: number): void {
  edge.store.table(pairTable('causes')).put('a', 1);
  edge.meter.record({
    atMs: edge.clock.now() - daysAgo * dayMs,
    accountSid: sid,
    ownerSid,
    resourceSid: `SM${'0'.repeat(32)}`,
    part: 0,
    category,
    count: 1,
    usage,
    priceMicros: usage * 7_500,
    from: '',
    to: '',
    carrier: '',
    carrierId: '',
  });
}

before(async () => {
  edge = await openTestEdge();
  tenant = await edge.tenant();
  sub = await edge.tenant(tenant.account.sid);
  edge.clock.advance(60 * dayMs);
  use(tenant.account, 'sms-outbound-longcode', 3, 0);
  use(tenant.account, 'sms-inbound-longcode', 1, 1);
  use(tenant.account, 'sms-outbound-shortcode', 2, 40);
  use(sub.account, 'sms-outbound-longcode', 10, 0);
  await edge.store.durable();
});

describe('Usage records', () => {
  it('sum what was used, with the categories above it, and say what it cost', async () => {
    const records = await tenant.client.usage.records.list({ includeSubaccounts: false });
    const shown = Object.fromEntries(
      records.map(({ category, usage, price }) => [category, [usage, String(price)]]),
    );
    assert.deepEqual(shown['sms'], ['6', '0.045']);
    assert.deepEqual(shown['sms-outbound'], ['5', '0.0375']);
    assert.deepEqual(shown['sms-outbound-longcode'], ['3', '0.0225']);
    assert.deepEqual(shown['sms-inbound-shortcode'], ['0', '0.00']);
    assert.deepEqual(shown['totalprice'], ['0.045', '0.045']);
    const [record] = records;
    assert.ok(record !== undefined);
    assert.deepEqual(Object.keys(record.subresourceUris).length, 8);
  });

  it('include subaccounts unless asked not to; a subaccount sees its own alone', async () => {
    const usageOf = async ({ client }: Tenant): Promise<string | undefined> =>
      (await client.usage.records.list({ category: 'sms' }))[0]?.usage;
    assert.equal(await usageOf(tenant), '16');
    assert.equal(await usageOf(sub), '10');
    assert.equal(await usageOf(await edge.tenant()), '0');
  });

  it('are divided by days, months and years, newest first, and paged', async () => {
    const { records } = tenant.client.usage;
    const days = await records.daily.list({ category: 'sms', startDate: '-1days' as never, pageSize: 1 });
    assert.deepEqual(
      days.map(({ usage }) => usage),
      ['13', '1'],
    );
    const months = await records.monthly.list({ category: 'sms' });
    assert.equal(
      months.reduce((sum, { usage }) => sum + Number(usage), 0),
      16,
    );
    assert.equal((await records.yearly.list({ category: 'totalprice' })).length, 1);
    assert.equal((await records.today.list({ category: 'sms' }))[0]?.usage, '13');
    assert.equal((await records.yesterday.list({ category: 'sms' }))[0]?.usage, '1');
    assert.equal((await records.lastMonth.list({ category: 'sms' })).length, 1);
  });

  it('say where each is by itself, in its own list', async () => {
    const [{ subresourceUris } = { subresourceUris: {} }] = await tenant.client.usage.records.list();
    for (const uri of Object.values<string>(subresourceUris)) {
      const { body } = await edge.raw(tenant, uri);
      const [record] = body['usage_records'] as readonly {
        uri: string;
        start_date: string;
        end_date: string;
      }[];
      assert.ok(record !== undefined, uri);
      assert.equal(record.uri, `${uri}&StartDate=${record.start_date}&EndDate=${record.end_date}`);
    }
  });

  it('refuse dates that are none, and other accounts', async () => {
    await assert.rejects(
      tenant.client.usage.records.list({ startDate: '2026-02-30' as never }),
      restError(20422, 400),
    );
    const other = await edge.tenant();
    await assert.rejects(
      other.client.api.v2010.accounts(tenant.account.sid).usage.records.list(),
      restError(20003, 401),
    );
  });
});
