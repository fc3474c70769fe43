import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openApplication, type Application, type ApplicationEvent } from '../../edge/demo/application.ts';
import { isSigned } from '../../edge/demo/signature.ts';
import { signature } from '../../edge/webhook/signature.ts';
import { FakeClock } from '../support/fake-clock.ts';

const token = '12345';

describe('the signature that the application checks', () => {
  const url = 'https://mycompany.com/myapp.php?foo=1&bar=2';
  const form = new URLSearchParams({
    CallSid: 'CA1234567890ABCDE',
    Caller: '+14158675309',
    Digits: '1234',
    From: '+14158675309',
    To: '+18005551212',
  });

  it('is that of the published vector', () => {
    assert.equal(isSigned(token, url, form, 'RSOYDt4T1cUTdK1PDd93/VVr8B8='), true);
  });

  it('is no other', () => {
    for (const given of ['', 'RSOYDt4T1cUTdK1PDd93/VVr8B9=', 'AAAA']) {
      assert.equal(isSigned(token, url, form, given), false);
    }
    assert.equal(isSigned('54321', url, form, 'RSOYDt4T1cUTdK1PDd93/VVr8B8='), false);
    assert.equal(isSigned(token, `${url}3`, form, 'RSOYDt4T1cUTdK1PDd93/VVr8B8='), false);
  });
});

describe('the application over HTTP', () => {
  const events: ApplicationEvent[] = [];
  let application: Application;
  before(async () => {
    application = await openApplication(token, new FakeClock(), (event) => void events.push(event));
  });
  after(() => application.close());

  const post = (path: string, params: readonly (readonly [string, string])[], signed = true) => {
    const url = application.origin + path;
    const body = new URLSearchParams(params.map(([name, value]): [string, string] => [name, value]));
    const headers = { 'X-Twilio-Signature': signed ? signature(token, url, params) : 'AAAA' };
    return fetch(url, { method: 'POST', body, headers });
  };

  it('answers a text', async () => {
    const response = await post('/sms', [
      ['Body', 'paris'],
      ['MessageSid', 'SM1'],
    ]);
    assert.deepEqual([response.status, response.headers.get('content-type')], [200, 'text/xml']);
    assert.match(await response.text(), /<Message>Paris today: /);
    const last = events.at(-1);
    assert.ok(last?.type === 'asked' && last.messageSid === 'SM1' && last.body === 'paris');
  });

  it('hears of statuses', async () => {
    const params = [['MessageSid', 'SM2'], ['MessageStatus', 'sent']] as const; // prettier-ignore
    assert.equal((await post('/status', params)).status, 204);
    const last = events.at(-1);
    assert.ok(last?.type === 'told' && last.messageSid === 'SM2' && last.status === 'sent');
  });

  it('leads a call', async () => {
    const greeting = await post('/voice', [
      ['CallSid', 'CA1'],
      ['From', '+15125550142'],
    ]);
    assert.match(
      await greeting.text(),
      /<Gather action="\/digits" numDigits="1"><Say>Paris today: [^<]* degrees\. Press 1/,
    );
    const chosen = await post('/digits', [
      ['CallSid', 'CA1'],
      ['Digits', '1'],
      ['From', '+15125550142'],
    ]);
    assert.match(await chosen.text(), /<Response><Say>London today: [^<]* Goodbye\.<\/Say><\/Response>/);
    const last = events.at(-1);
    assert.ok(last?.type === 'called' && last.callSid === 'CA1' && last.digits === '1');
    const other = await post('/digits', [['Digits', '2']]);
    assert.match(await other.text(), /<Response><Say>Goodbye\.<\/Say><\/Response>/);
  });

  it('hears of calls', async () => {
    const params = [
      ['CallDuration', '11'],
      ['CallSid', 'CA1'],
      ['CallStatus', 'completed'],
    ] as const;
    assert.equal((await post('/call-status', params)).status, 204);
    const last = events.at(-1);
    assert.ok(last?.type === 'call-told' && last.status === 'completed' && last.durationS === '11');
  });

  it('refuses what is not signed, not asked for, or too long', async () => {
    assert.equal((await post('/sms', [['Body', 'Paris']], false)).status, 403);
    assert.equal(events.at(-1)?.type, 'forged');
    assert.equal((await post('/other', [])).status, 404);
    assert.equal((await fetch(`${application.origin}/sms`)).status, 405);
    assert.equal((await post('/sms', [['Body', 'x'.repeat(70_000)]])).status, 413);
  });
});
