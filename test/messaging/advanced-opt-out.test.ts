import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { english, type OptOutLanguage } from '../../control/optouts/keywords.ts';
import { answer } from './harness.ts';
import { ServiceHarness } from './service-harness.ts';

const spanish: OptOutLanguage = {
  language: 'es',
  country: '',
  keywords: { STOP: ['alto', 'baja'], START: ['alta'], HELP: ['ayuda'] },
  replies: { STOP: 'Adios', START: 'Hola', HELP: 'Ayuda: BAJA para salir' },
};
const british: OptOutLanguage = {
  language: 'en',
  country: 'GB',
  keywords: { STOP: ['leave'], START: [], HELP: [] },
  replies: { STOP: 'Cheerio', START: '', HELP: '' },
};
const [pool, other] = ['+12065550201', '+12065550202'];

describe('Advanced Opt-Out of a Messaging Service', () => {
  let h: ServiceHarness;
  beforeEach(async () => {
    h = await ServiceHarness.open({ inboundRequestUrl: 'http://app.test/inbound' });
    h.alpha.answer = () => ({ kind: 'accepted', messageId: 'id' });
    await h.join(pool);
    await h.join(other);
  });
  afterEach(() => h.end());

  const configure = (...languages: readonly OptOutLanguage[]) => h.services.optOuts.set(h.service, languages);
  /** What phones have been answered, and what the application was told of the message. */
  async function tell(to: string, body: string, from?: string) {
    const before = h.alpha.taken.length;
    const asked = h.requests.length;
    await h.text(to, body, from);
    await h.until(() => h.requests.length > asked);
    const answers = h.alpha.taken.slice(before).map((sm) => sm.shortMessage.toString('latin1'));
    return [h.heard().get('OptOutType'), ...answers];
  }

  it('understands the service’s own keywords, answers them, and tells their type', async () => {
    await configure(english, spanish);
    assert.deepEqual(await tell(pool, 'Ayuda'), ['HELP', 'Ayuda: BAJA para salir']);
    assert.equal(h.heard().get('Body'), 'Ayuda');
    await h.advance(10_000);
    assert.deepEqual(await tell(pool, 'BAJA'), ['STOP', 'Adios']);
    for (const from of ['', pool, other]) assert.equal(await h.refusal({ from }), 21610);
    await h.advance(10_000);
    assert.deepEqual(await tell(pool, 'stop'), ['STOP']);
    assert.deepEqual(await tell(other, 'alta'), ['START', 'Hola']);
    assert.ok((await h.sendBy()).sid);
    await h.advance(10_000);
    assert.deepEqual(await tell(other, 'alta'), ['START', 'Hola'], 'who subscribes is answered, too');
    await h.advance(10_000);
    assert.deepEqual(await tell(pool, 'hello'), [undefined]);
  });

  it('goes by the country of the phone', async () => {
    await configure(spanish, british);
    assert.deepEqual(await tell(pool, 'leave', '447700900123'), ['STOP', 'Cheerio']);
    assert.deepEqual(await tell(pool, 'leave'), [undefined]);
    await h.advance(10_000);
    assert.deepEqual(await tell(pool, 'help', '447700900124'), ['HELP'], 'an empty reply is none');
  });

  it('holds for short codes, but not for toll-free numbers', async () => {
    await h.join('24365', 'shortcode');
    await h.join('+18005550201', 'tollfree');
    assert.deepEqual(await tell('24365', 'STOP'), [undefined], 'its tenant does it');
    await configure(spanish);
    assert.deepEqual(await tell('24365', 'baja'), ['STOP', 'Adios']);
    assert.deepEqual(await tell('+18005550201', 'ayuda'), [undefined]);
  });

  it('is told after a redirect, too', async () => {
    await h.end();
    h = await ServiceHarness.open(
      { inboundRequestUrl: 'http://app.test/inbound' },
      {
        webhook: ({ url }) =>
          answer(url.endsWith('inbound') ? '<Response><Redirect>/next</Redirect></Response>' : '<Response/>'),
      },
    );
    await h.join(pool);
    await configure(spanish);
    await h.text(pool, 'ayuda');
    await h.until(() => h.requests.length === 2);
    assert.equal(h.heard().get('OptOutType'), 'HELP');
  });

  it('ends when it is turned off, or with the service', async () => {
    await configure(spanish);
    await configure();
    assert.deepEqual(await tell(pool, 'ayuda'), [undefined]);
    await configure(spanish);
    await h.services.remove(h.service.accountSid, h.service.sid);
    assert.deepEqual(h.services.optOuts.of(h.service), []);
  });

  it('is no other service’s', async () => {
    await configure(spanish);
    assert.equal(h.services.optOuts.recent(`MG${'0'.repeat(32)}`), undefined);
    await h.text('+14155550001', 'baja');
    assert.equal(h.optOuts.has({ accountNo: 1, sender: '+14155550001', recipient: '+12065550100' }), false);
  });
});

describe('a reply by the TwiML of a service’s application', () => {
  it('goes out by the service, while the number is in its pool', async () => {
    const h = await ServiceHarness.open(
      { inboundRequestUrl: 'http://app.test/inbound', statusCallback: 'http://app.test/status' },
      {
        webhook: ({ url }) =>
          answer(url.endsWith('inbound') ? '<Response><Message>hi</Message></Response>' : ''),
      },
    );
    await h.join(pool);
    await h.text(pool, 'hello');
    await h.until(() => h.requests.some(({ url }) => url.endsWith('status')));
    assert.deepEqual([h.heard().get('From'), h.heard().get('MessagingServiceSid')], [pool, h.service.sid]);
    await h.end();
  });
});
