import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import twilio from 'twilio';
import { readClaimedBody } from '../../edge/console/claimed-body.ts';
import {
  checkSignature,
  type Claim,
  type Mistake,
  type Verdict,
} from '../../edge/console/signature-check.ts';

const token = 'a'.repeat(32);
const other = 'b'.repeat(32);
const secrets = [
  { name: 'the auth token', token },
  { name: 'the secondary token', token: other },
];
const form = { From: '+14155550100', To: '+15125550142', Body: 'Hallo & guten Tag', AccountSid: 'AC1' };
const params = Object.entries(form);
const url = 'https://app.example/sms?x=1';

/** As Twilio's own helper library signs. */
const signed = (at: string, of: Record<string, string> = form, by = token): string =>
  twilio.getExpectedTwilioSignature(by, at, of);

const check = (claim: Partial<Claim>): Verdict =>
  checkSignature({ url, params, body: null, signature: '', ...claim }, secrets);

const kinds = (verdict: Verdict): readonly Mistake['kind'][] =>
  verdict.kind === 'mistaken' ? verdict.mistakes.map(({ kind }) => kind) : [];

describe('checking a signature', () => {
  it('says that it fits', () => {
    assert.deepEqual(check({ signature: signed(url) }), { kind: 'match', url });
    assert.deepEqual(check({ signature: ` ${signed(url)}\n` }), { kind: 'match', url });
  });

  it('finds each usual mistake', () => {
    const cases: readonly (readonly [Partial<Claim>, Mistake['kind'], string])[] = [
      [{ url: 'http://app.example/sms?x=1', signature: signed(url) }, 'scheme', url],
      [{ url: 'https://app.example:8443/sms?x=1', signature: signed(url) }, 'port', url],
      [{ url: 'https://app.example:443/sms?x=1', signature: signed(url) }, 'port', url],
      [{ url: 'https://app.example/sms/?x=1', signature: signed(url) }, 'slash', url],
      [{ url, signature: signed('https://app.example/sms') }, 'query', 'https://app.example/sms'],
      [{ url: `${url}#rc=2`, signature: signed(url) }, 'fragment', url],
      [{ url: 'https://me:secret@app.example/sms?x=1', signature: signed(url) }, 'host', url],
      [{ url: 'https://App.Example/sms?x=1', signature: signed(url) }, 'host', url],
      [{ signature: signed(url, {}) }, 'paramsSigned', url],
      [{ signature: signed(url, form, other) }, 'token', url],
      [
        { signature: signed(url + params.map(([name, value]) => name + value).join(''), {}) },
        'unsorted',
        url,
      ],
    ];
    for (const [claim, kind, at] of cases) {
      const verdict = check(claim);
      assert.deepEqual([kinds(verdict), verdict.kind === 'unknown' ? '' : verdict.url], [[kind], at]);
    }
  });

  it('finds a path that was decoded on its way', () => {
    const sent = 'https://app.example/a%20b/%C3%A4?x=%2B1';
    const verdict = check({ url: 'https://app.example/a b/ä?x=%2B1', signature: signed(sent) });
    assert.deepEqual(kinds(verdict), ['decoded']);
  });

  it('finds a GET whose parameters were taken for a form', () => {
    const asked = `https://app.example/sms?${new URLSearchParams(form).toString()}`;
    const verdict = check({ url: 'https://app.example/sms', signature: signed(asked, {}) });
    assert.deepEqual(kinds(verdict), ['paramsInUrl']);
  });

  it('knows bodies that are no forms by their hash in the URL', () => {
    const body = '{"event":"x"}';
    const hashed = `${url}&bodySHA256=${twilio.getExpectedBodyHash(body)}`;
    const claim = { url: hashed, params: [], body, signature: signed(hashed, {}) };
    assert.equal(check(claim).kind, 'match');
    assert.deepEqual(kinds(check({ ...claim, body: `${body} ` })), ['bodyChanged']);
    assert.deepEqual(kinds(check({ ...claim, url })), ['bodyHashMissing']);
  });

  it('finds several at once', () => {
    const verdict = check({
      url: 'http://app.example:3000/sms?x=1',
      signature: signed(url, form, other),
    });
    assert.deepEqual(kinds(verdict), ['scheme', 'port', 'token']);
  });

  it('says so when nothing makes it fit', () => {
    assert.equal(check({ signature: signed('https://other.example/') }).kind, 'unknown');
    assert.equal(check({ url: 'no URL', signature: 'x' }).kind, 'unknown');
    assert.equal(check({ url: 'no URL', signature: signed('no URL') }).kind, 'match');
  });

  it('agrees with Twilio’s helper library on any form, and never throws', () => {
    fc.assert(
      fc.property(fc.webUrl(), fc.dictionary(fc.string(), fc.string()), (at, of) => {
        const claim = { url: at, params: Object.entries(of), signature: signed(at, of) };
        assert.equal(check(claim).kind, 'match');
      }),
      { numRuns: 200 },
    );
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (at, body, sent) => {
        checkSignature({ url: at, ...readClaimedBody(body), signature: sent }, secrets);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a pasted body', () => {
  it('is read as a form, as lines, and as JSON', () => {
    const both = [
      ['From', '+14155550100'],
      ['Body', 'a=b: c'],
    ];
    assert.deepEqual(readClaimedBody('From=%2B14155550100&Body=a%3Db%3A+c').params, both);
    assert.deepEqual(readClaimedBody('From: +14155550100\nBody: a=b: c\n').params, both);
    assert.deepEqual(readClaimedBody('From=+14155550100\r\nBody=a=b: c').params, both);
    const json = '{"From": "+14155550100", "Body": "a=b: c"}';
    assert.deepEqual(readClaimedBody(json), { params: both, body: json });
    assert.deepEqual(readClaimedBody('[1]'), { params: [], body: '[1]' });
    assert.deepEqual(readClaimedBody(' \n'), { params: [], body: null });
  });
});
