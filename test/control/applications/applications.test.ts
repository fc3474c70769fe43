import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Applications } from '../../../control/applications/applications.ts';
import { newNumberConfig } from '../../../control/inventory/number-config.ts';
import type { NumberConfig, PhoneNumber } from '../../../control/inventory/number.ts';
import { openBooks } from '../accounts/books.ts';

const numberOf = (accountSid: string, config: Partial<NumberConfig>): PhoneNumber => ({
  e164: '+14155550100',
  type: 'local',
  place: {
    country: 'US',
    region: '',
    locality: '',
    postalCode: '',
    lata: '',
    rateCenter: '',
    latitude: '',
    longitude: '',
  },
  capabilities: { voice: true, sms: true, mms: false, fax: false },
  addressRequirement: 'none',
  beta: false,
  carrier: '',
  state: 'assigned',
  withheld: null,
  ratePerSecond: null,
  assignment: {
    accountSid,
    sid: 'PN00000000000000000000000000000001',
    createdMs: 0,
    updatedMs: 0,
    config: { ...newNumberConfig('+14155550100'), ...config },
  },
});

describe('Applications', () => {
  it('take the place of a number’s own URLs', async () => {
    const books = openBooks();
    const applications = new Applications(books);
    const { account } = await books.create();
    const made = await applications.create(account.sid, {
      voiceUrl: 'https://app.example/voice',
      voiceMethod: 'GET',
      statusCallback: 'https://app.example/status',
      smsUrl: 'https://app.example/sms',
    });
    assert.ok(made.ok);
    const { sid } = made.value;
    const own = {
      voiceUrl: 'https://own.example/voice',
      voiceFallbackUrl: 'https://own.example/fallback',
      smsUrl: 'https://own.example/sms',
    };
    const plain = numberOf(account.sid, own);
    assert.equal(applications.applied(plain), plain);
    assert.equal(applications.known(plain), plain);
    const voice = applications.applied(numberOf(account.sid, { ...own, voiceApplicationSid: sid }));
    const config = voice.assignment!.config;
    assert.deepEqual(
      [config.voiceUrl, config.voiceMethod, config.voiceFallbackUrl, config.statusCallback, config.smsUrl],
      ['https://app.example/voice', 'GET', '', 'https://app.example/status', 'https://own.example/sms'],
    );
    const sms = applications.applied(numberOf(account.sid, { ...own, smsApplicationSid: sid }));
    assert.deepEqual(
      [sms.assignment!.config.smsUrl, sms.assignment!.config.voiceUrl],
      ['https://app.example/sms', 'https://own.example/voice'],
    );
  });

  it('that are gone, or another account’s, change nothing', async () => {
    const books = openBooks();
    const applications = new Applications(books);
    const mine = (await books.create()).account.sid;
    const other = (await books.create()).account.sid;
    const made = await applications.create(other, { voiceUrl: 'https://other.example/' });
    assert.ok(made.ok);
    const { sid } = made.value;
    const number = numberOf(mine, {
      voiceUrl: 'https://own.example/',
      voiceApplicationSid: sid,
      smsApplicationSid: sid,
    });
    for (const shown of [applications.applied(number), applications.known(number)]) {
      const { voiceUrl, voiceApplicationSid, smsApplicationSid } = shown.assignment!.config;
      assert.deepEqual([voiceUrl, voiceApplicationSid, smsApplicationSid], ['https://own.example/', '', '']);
    }
    assert.equal(applications.known({ ...number, assignment: null }).assignment, null);
    assert.equal(await applications.remove(mine, sid), false);
    assert.equal(await applications.remove(other, sid), true);
    assert.equal(applications.fetch(other, sid), undefined);
  });

  it('are at most 1,000 for each account', async () => {
    const books = openBooks();
    const applications = new Applications(books);
    const { sid } = (await books.create()).account;
    const made = await Promise.all(Array.from({ length: 1_001 }, () => applications.create(sid, {})));
    assert.deepEqual(
      made.map(({ ok }) => ok).filter((ok) => !ok),
      [false],
    );
    const [last] = applications.list(sid, undefined, { limit: 1 }).rows;
    assert.equal(await applications.remove(sid, last!.sid), true);
    assert.ok((await applications.create(sid, {})).ok);
  });
});
