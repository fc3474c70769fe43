import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { auditedTables } from '../../../control/audit/resources.ts';
import { systemRandom } from '../../../control/base/random.ts';
import { Images } from '../../../control/prefixes/images.ts';
import { openTestEdge } from '../../api/edge.ts';

describe('The table of audited tables', () => {
  it('names tables that there are', async () => {
    const { store, clock } = await openTestEdge();
    assert.deepEqual(new Images({ store, clock, random: systemRandom }).names(''), []);
    for (const { table } of auditedTables) assert.ok(store.opened(table) !== undefined, table);
  });

  it('shows every row as a resource of its account, without bytes', async () => {
    const edge = await openTestEdge();
    const { account, client } = await edge.tenant();
    await client.applications.create({ friendlyName: 'weather' });
    await client.sip.credentialLists.create({ friendlyName: 'people' });
    const { rows } = edge.audit.list(account.sid, {}, {}, { limit: 100 });
    assert.ok(rows.length >= 4);
    for (const event of rows) {
      assert.deepEqual(event.accounts, [account.sid]);
      for (const { updated } of Object.values(event.changes))
        assert.ok(!String(updated).includes('Buffer'), JSON.stringify(event));
    }
  });
});
