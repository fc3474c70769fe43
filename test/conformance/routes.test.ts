import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openTestEdge } from '../api/edge.ts';
import { documentedAt } from './documented.ts';
import { misshapen, watched } from './shapes.ts';

describe('every route', () => {
  it('is at a path of the helper library’s, so that each answer of these tests is compared with its types', async () => {
    const { routes } = await openTestEdge();
    assert.ok(routes.length > 200);
    const unknown = routes.filter(({ product, path }) => documentedAt(product, path).length === 0);
    assert.deepEqual(
      unknown.map(({ method, product, path }) => `${method} ${product} ${path}`),
      [],
    );
  });

  it('is told apart from what is documented, by itself and in lists', async () => {
    const path = '/2010-04-01/Accounts/{AccountSid}/Balance';
    const answer = async (
      body: Record<string, string | readonly Record<string, string>[]>,
    ): Promise<string[]> => {
      const handler = () => ({ kind: 'json', status: 200, body }) as const;
      const [route] = watched([{ product: 'api', method: 'GET', path, handler }]);
      await (route!.handler as () => unknown)();
      const found = [...misshapen];
      misshapen.clear();
      return found;
    };
    const good = { account_sid: '', balance: '', currency: '' };
    const reason = 'GET api /2010-04-01/Accounts/{AccountSid}/Balance is no api/v2010/account/balance';
    assert.deepEqual(await answer(good), []);
    assert.deepEqual(await answer({ rows: [good, good] }), []);
    assert.deepEqual(await answer({ ...good, more: '' }), [`${reason}: missing [], unknown [more]`]);
    assert.deepEqual(await answer({ rows: [good, {}] }), [
      `${reason}: missing [account_sid, balance, currency], unknown []`,
    ]);
  });
});
