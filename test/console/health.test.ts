import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openTestEdge } from '../api/edge.ts';
import { openTestConsole, operatorPassword } from './fixture.ts';

const edge = await openTestEdge();
const web = await openTestConsole(edge);

describe('the first page', () => {
  it('tells operators, and nobody else, which calls the process before still has', async () => {
    const operator = await web.visitorAs('anna', operatorPassword);
    const tenant = await edge.tenant();
    const visitor = await web.visitorAs(tenant.account.sid, tenant.authToken);
    assert.match(
      (await operator.ask('/')).text,
      /process 4711 still has 1 call, 90 s after it handed over; it ends in 9 min at the latest/,
    );
    assert.doesNotMatch((await visitor.ask('/')).text, /4711/);
    web.state.now = { ...web.state.now, predecessor: null };
    assert.doesNotMatch((await operator.ask('/')).text, /Before the upgrade/);
  });
});
