import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import type { NewAlert } from '../../control/events/alert.ts';
import { openTestEdge } from '../api/edge.ts';
import { openTestConsole, operatorPassword } from './fixture.ts';

const edge = await openTestEdge();
const web = await openTestConsole(edge);

async function alertOf(
  accountSid: string,
  detail: string,
  url = 'https://app.example/sms',
  more: Partial<NewAlert> & { readonly signature?: string } = {},
) {
  const { signature = 'c2ln==', ...rest } = more;
  const request = {
    ...{ url, method: 'POST', signedUrl: url, signature, responseStatus: 403 },
    attempts: [{ method: 'POST', url, status: 403, detail: '', durationMs: 12.3 }],
  };
  const alert = edge.alerts.record({
    accountSid,
    code: 11200,
    resourceSid: `SM${'1'.repeat(32)}`,
    detail,
    request,
    ...rest,
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

const whole = (text: string) => ({ text, cutFrom: null });
const exchange = {
  variables: whole('From=%2B15551230000&Body=A+private+word'),
  requestHeaders: whole('x-twilio-signature=c2ln'),
  responseHeaders: whole('content-type=text%2Fhtml'),
  responseBody: whole('<h1>Oops</h1><script>alert(1)</script>'),
};

describe('what a webhook was sent and answered', () => {
  it('is shown as text to the tenant, and to an operator who asks, which the audit log says', async () => {
    const { account, authToken } = await edge.tenant();
    const { sid } = await alertOf(account.sid, 'a detail', undefined, { exchange });
    const own = await (await web.visitorAs(account.sid, authToken)).ask(`/alerts/${sid}`);
    assert.match(own.text, /A private word/);
    assert.match(own.text, /&lt;h1&gt;Oops/);
    assert.doesNotMatch(own.text, /<script>alert/);
    const reads = () =>
      edge.audit.list(account.sid, { resourceSid: sid }, {}, { limit: 10 }).rows.map(({ action }) => action);
    const operator = await web.visitorAs('anna', operatorPassword);
    const before = await operator.ask(`/alerts/${sid}`);
    assert.doesNotMatch(before.text, /A private word/);
    assert.match(before.text, /Show what was sent and answered/);
    assert.deepEqual(reads(), []);
    assert.match((await operator.ask(`/alerts/${sid}`, {})).text, /A private word/);
    assert.deepEqual(reads(), ['read']);
  });

  it('says so where only its beginning is kept', async () => {
    const { account, authToken } = await edge.tenant();
    const cut = { ...exchange, responseBody: { text: 'Oops', cutFrom: 9_000 } };
    const { sid } = await alertOf(account.sid, 'a detail', undefined, { exchange: cut });
    const { text } = await (await web.visitorAs(account.sid, authToken)).ask(`/alerts/${sid}`);
    assert.match(text, /Only the first 4 of 9000 bytes are kept/);
  });
});

describe('the tool for signatures', () => {
  it('has checked the request of an alert when one comes from there', async () => {
    const { account, authToken } = await edge.tenant();
    const params = { From: '+15551230000', Body: 'A private word' };
    const signature = getExpectedTwilioSignature(authToken, 'https://app.example/sms', params);
    const visitor = await web.visitorAs(account.sid, authToken);
    const page = async (more: Parameters<typeof alertOf>[3]) => {
      const { sid } = await alertOf(account.sid, 'a detail', undefined, more);
      return (await visitor.ask(`/signature?alert=${sid}`)).text;
    };
    const fits = await page({ signature, exchange });
    assert.match(fits, /The signature fits/);
    assert.match(fits, /value="https:\/\/app\.example\/sms"/);
    assert.match(fits, /From=%2B15551230000&amp;Body=A\+private\+word/);
    assert.match(
      await page({ signature: 'YW5vdGhlcg==', exchange }),
      /signed with a token that this account has no more/,
    );
    const cut = { ...exchange, variables: { text: 'From=%2B1555', cutFrom: 5_000 } };
    assert.match(await page({ signature, exchange: cut }), /Not all parameters of this request are kept/);
    assert.match(await page({ signature }), /Not all parameters of this request are kept/);
  });

  it('shows the request of an alert to nobody but those who may see the alert', async () => {
    const [one, other] = [await edge.tenant(), await edge.tenant()];
    const { sid } = await alertOf(one.account.sid, 'a detail', undefined, { exchange });
    const stranger = await web.visitorAs(other.account.sid, other.authToken);
    for (const path of [
      `/signature?alert=${sid}`,
      `/alerts/${sid}`,
      '/signature?alert=NO',
      '/signature?alert=',
    ])
      assert.equal((await stranger.ask(path)).status, 404, path);
    assert.equal((await stranger.ask(`/alerts/${sid}`, {})).status, 404);
  });

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
