import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RequestLog } from '../../edge/console/request-log.ts';
import { openTestEdge } from '../api/edge.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { openTestConsole, operatorPassword } from './fixture.ts';

const request = (target: string, status = 200) =>
  ({ kind: 'api', method: 'GET', target, status, errorCode: 0, durationMs: 3, requestId: 'RQ1' }) as const;

describe('the log of requests', () => {
  it('keeps the last of each account, the newest first', () => {
    const log = new RequestLog({ clock: new FakeClock(), keep: 3 });
    for (const target of ['/1', '/2', '/3', '/4', '/5']) log.note('AC1', request(target));
    log.note('AC2', request('/other'));
    assert.deepEqual(
      log.of('AC1').map(({ target }) => target),
      ['/5', '/4', '/3'],
    );
    assert.equal(log.of('AC2').length, 1);
    assert.deepEqual(log.of('AC3'), []);
  });

  it('is bounded in accounts and in what they write', () => {
    const log = new RequestLog({ clock: new FakeClock(), accountsMax: 2 });
    log.note('AC1', request('/1'));
    log.note('AC2', request('/2'));
    log.note('AC1', request(`/${'x'.repeat(10_000)}`));
    log.note('AC3', request('/3'));
    assert.equal(log.of('AC2').length, 0, 'the one that was quiet for longest');
    assert.equal(log.of('AC1')[0]?.target.length, 256);
    assert.equal(log.of('AC3').length, 1);
  });
});

describe('requests in the console', () => {
  it('are shown to their account and to operators, as text', async () => {
    const edge = await openTestEdge();
    const web = await openTestConsole(edge);
    const [ann, bob] = [await edge.tenant(), await edge.tenant()];
    web.requests.note(ann.account.sid, request('/<b>bold</b>'));
    web.requests.note(ann.account.sid, {
      ...request('https://app.example/sms', 0),
      kind: 'webhook',
      errorCode: 11205,
    });
    const visitor = await web.visitorAs(ann.account.sid, ann.authToken);
    const page = (await visitor.ask('/requests')).text;
    assert.ok(page.includes('/&lt;b&gt;bold&lt;/b&gt;') && page.includes('HTTP connection failure'));
    const failed = (await visitor.ask('/requests?only=failed')).text;
    assert.ok(failed.includes('https://app.example/sms') && !failed.includes('bold'));
    assert.ok(!(await visitor.ask('/requests?kind=api')).text.includes('app.example'));
    const stranger = await web.visitorAs(bob.account.sid, bob.authToken);
    assert.equal((await stranger.ask(`/requests?account=${ann.account.sid}`)).status, 404);
    assert.ok(!(await stranger.ask('/requests')).text.includes('bold'));
    const anna = await web.visitorAs('anna', operatorPassword);
    assert.ok((await anna.ask(`/requests?account=${ann.account.sid}`)).text.includes('bold'));
  });
});
