import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openTestEdge } from '../api/edge.ts';
import { openTestConsole, operatorPassword } from './fixture.ts';

const edge = await openTestEdge();
const web = await openTestConsole(edge);

async function alertOf(accountSid: string, detail: string, url = 'https://app.example/sms') {
  const request = {
    ...{ url, method: 'POST', signedUrl: url, signature: 'c2ln==', responseStatus: 403 },
    attempts: [{ method: 'POST', url, status: 403, detail: '', durationMs: 12.3 }],
  };
  const alert = edge.alerts.record({
    accountSid,
    code: 11200,
    resourceSid: `SM${'1'.repeat(32)}`,
    detail,
    request,
  });
  await edge.durable();
  return alert;
}

describe('alerts in the console', () => {
  it('are shown to their account, its parent and operators, and to nobody else', async () => {
    const parent = await edge.tenant();
    const child = await edge.tenant(parent.account.sid);
    const stranger = await edge.tenant();
    const { sid } = await alertOf(child.account.sid, 'a detail of the child');
    const seenBy = async (user: string, password: string): Promise<readonly number[]> => {
      const visitor = await web.visitorAs(user, password);
      const one = await visitor.ask(`/alerts/${sid}`);
      const list = await visitor.ask(`/alerts?account=${child.account.sid}`);
      const own = await visitor.ask('/alerts');
      return [one.status, list.status, own.text.includes('a detail of the child') ? 1 : 0];
    };
    assert.deepEqual(await seenBy(child.account.sid, child.authToken), [200, 200, 1]);
    assert.deepEqual(await seenBy(parent.account.sid, parent.authToken), [200, 200, 0]);
    assert.deepEqual(await seenBy(stranger.account.sid, stranger.authToken), [404, 404, 0]);
    assert.deepEqual(await seenBy('anna', operatorPassword), [200, 200, 1]);
  });

  it('show what others wrote as text', async () => {
    const { account, authToken } = await edge.tenant();
    await edge.accounts.update(account.sid, { friendlyName: '<img src=x onerror=alert(1)>' });
    const { sid } = await alertOf(
      account.sid,
      '<script>alert(1)</script>',
      'https://a/"><svg onload=alert(1)>',
    );
    const visitor = await web.visitorAs(account.sid, authToken);
    for (const path of ['/', '/alerts', `/alerts/${sid}`, '/alerts?about=%22%3E%3Cscript%3E']) {
      const { status, text } = await visitor.ask(path);
      assert.equal(status, 200);
      assert.doesNotMatch(text, /<script>|<svg onload|<img src/, path);
    }
  });

  it('say that the signature was most likely refused', async () => {
    const { account, authToken } = await edge.tenant();
    const { sid } = await alertOf(account.sid, 'the answer was 403');
    const { text } = await (await web.visitorAs(account.sid, authToken)).ask(`/alerts/${sid}`);
    assert.match(text, /its check of the signature failed/);
    assert.match(text, /12 ms/);
  });
});

describe('the tool for signatures', () => {
  it('tells nobody of another’s tokens', async () => {
    const [one, other] = [await edge.tenant(), await edge.tenant()];
    const visitor = await web.visitorAs(one.account.sid, one.authToken);
    const form = { account: other.account.sid, url: 'https://a.example/', body: '', signature: 'x' };
    assert.match((await visitor.ask('/signature', form)).text, /no such account, or it is not yours/);
  });

  it('is given no more than it can check in a moment', async () => {
    const visitor = await web.visitorAs('anna', operatorPassword);
    const { account } = await edge.tenant();
    const form = { account: account.sid, url: 'https://a.example/', body: 'a&'.repeat(500), signature: 'x' };
    assert.match((await visitor.ask('/signature', form)).text, /more than can be checked/);
  });
});
