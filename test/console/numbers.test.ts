import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openTestEdge } from '../api/edge.ts';
import { openTestConsole, operatorPassword } from './fixture.ts';

const edge = await openTestEdge();
const web = await openTestConsole(edge);
await edge.stock({ e164: '+14155550100' }, { e164: '+14155550101' }, { e164: '33100', type: 'shortcode' });

const ann = await edge.tenant();
const bob = await edge.tenant();
const held = async (number: string, sid: string) => {
  const taken = await edge.inventory.assign(sid, number);
  if (!taken.ok) throw new Error(taken.error);
  return taken.value.assignment.sid;
};
const sid = await held('+14155550100', ann.account.sid);
const short = await held('33100', ann.account.sid);
await held('+14155550101', bob.account.sid);
const visitor = await web.visitorAs(ann.account.sid, ann.authToken);
const stranger = await web.visitorAs(bob.account.sid, bob.authToken);
const config = () => edge.inventory.bySid(sid)!.assignment.config;

describe('numbers in the console', () => {
  it('are found by their digits, by whom they belong to', async () => {
    assert.match((await visitor.ask('/numbers')).text, /\+14155550100/);
    assert.match((await visitor.ask('/numbers?digits=555*100')).text, /\+14155550100/);
    assert.match((await visitor.ask('/numbers?digits=999')).text, /No numbers\./);
    assert.match((await visitor.ask('/numbers?digits=%3Cb%3E')).text, /&lt;b&gt;<\/code> is no pattern/);
    assert.match((await visitor.ask('/numbers?kind=shortcode')).text, /33100/);
    assert.doesNotMatch((await visitor.ask('/numbers')).text, /\+14155550101/);
    assert.equal((await stranger.ask(`/numbers?account=${ann.account.sid}`)).status, 404);
    assert.equal((await stranger.ask(`/numbers/${sid}`)).status, 404);
    assert.equal((await stranger.ask(`/numbers/${sid}`, { FriendlyName: 'mine' })).status, 404);
  });

  it('are configured by the rules of the REST resource, in the name of whoever does it', async () => {
    const form = { FriendlyName: '"<Front desk>', SmsUrl: 'https://app.example/sms', SmsMethod: 'GET' };
    const saved = await visitor.ask(`/numbers/${sid}`, form);
    assert.equal(saved.headers.get('location'), `/numbers/${sid}?saved`);
    assert.deepEqual([config().friendlyName, config().smsUrl, config().smsMethod], Object.values(form));
    const page = await visitor.ask(`/numbers/${sid}?saved`);
    assert.match(page.text, /Saved\./);
    assert.ok(page.text.includes('value="&quot;&lt;Front desk&gt;"'));
    const [event] = edge.audit.list(ann.account.sid, { resourceSid: sid }, {}, { limit: 1 }).rows;
    assert.equal(event?.actor.kind === 'account' && event.actor.accountSid, ann.account.sid);
    const api = await ann.client.incomingPhoneNumbers(sid).fetch();
    assert.equal(api.smsUrl, form.SmsUrl);
  });

  it('keep what they were when something is wrong, and the form keeps what was given', async () => {
    const before = config();
    const wrong = await visitor.ask(`/numbers/${sid}`, { VoiceUrl: 'not a URL "', FriendlyName: 'changed' });
    assert.equal(wrong.status, 400);
    assert.match(wrong.text, /Nothing was saved\. 21402/);
    assert.ok(wrong.text.includes('value="not a URL &quot;"'));
    assert.deepEqual(config(), before);
  });

  it('take nothing that the form does not have', async () => {
    await visitor.ask(`/numbers/${sid}`, { AccountSid: bob.account.sid, VoiceCallerIdLookup: 'true' });
    assert.equal(edge.inventory.bySid(sid)?.assignment.accountSid, ann.account.sid);
    assert.equal(config().voiceCallerIdLookup, false);
  });

  it('of few digits have messages alone', async () => {
    assert.doesNotMatch((await visitor.ask(`/numbers/${short}`)).text, /VoiceUrl/);
    await visitor.ask(`/numbers/${short}`, {
      SmsUrl: 'https://app.example/short',
      VoiceUrl: 'https://app.example/v',
    });
    const { smsUrl, voiceUrl } = edge.inventory.bySid(short)!.assignment.config;
    assert.deepEqual([smsUrl, voiceUrl], ['https://app.example/short', '']);
  });

  it('are open to operators', async () => {
    const anna = await web.visitorAs('anna', operatorPassword);
    assert.equal((await anna.ask(`/numbers/${sid}`, { FriendlyName: 'by the operator' })).status, 303);
    assert.equal(config().friendlyName, 'by the operator');
    const [event] = edge.audit.list(ann.account.sid, { resourceSid: sid }, {}, { limit: 1 }).rows;
    assert.equal(event?.actor.kind, 'operator');
  });
});
