import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import twilio from 'twilio';
import { encodeForm } from '../../edge/webhook/form.ts';
import { signature, withBodyHash, withQuery, type Params } from '../../edge/webhook/signature.ts';
import { readTarget } from '../../edge/webhook/target.ts';

const { validateRequest, validateRequestWithBody } = twilio;

/** Parameters as an application's form parser gives them: a list where a name was repeated. */
function parsed(params: Params): Record<string, string | string[]> {
  const form = Object.create(null) as Record<string, string | string[]>;
  for (const [name, value] of params) {
    const before = form[name];
    form[name] = before === undefined ? value : Array.isArray(before) ? [...before, value] : [before, value];
  }
  return form;
}

const urls = [
  'https://app.example/',
  'https://app.example',
  'https://app.example/sms?foo=1&bar=2',
  'https://app.example:8443/sms?x=%20y+z',
  'http://app.example:80/sms',
  'https://app.example:443/sms?',
  'http://user:pa%40ss@app.example/sms?a=b',
  'https://user@app.example:8080/',
  'https://app.example/sms?x=1#rc=3&rp=all',
  'https://app.example/größe/☃?q=naïve café',
  "https://app.example/it's?q='(x)'",
  'https://bücher.example/sms',
  'https://[2001:db8::1]:8443/sms?x=1',
];

describe('the signature', () => {
  it("is the one of Twilio's documentation", () => {
    const params: Params = [
      ['To', '+18005551212'],
      ['Digits', '1234'],
      ['CallSid', 'CA1234567890ABCDE'],
      ['From', '+14158675309'],
      ['Caller', '+14158675309'],
    ];
    assert.equal(
      signature('12345', 'https://mycompany.com/myapp.php?foo=1&bar=2', params),
      'RSOYDt4T1cUTdK1PDd93/VVr8B8=',
    );
  });

  it('counts a pair that is repeated once, and other values of its name each', () => {
    const url = 'https://app.example/';
    const once = signature('t', url, [['a', '1'], ['a', '2']]); // prettier-ignore
    assert.equal(signature('t', url, [['a', '2'], ['a', '1'], ['a', '2']]), once); // prettier-ignore
    assert.notEqual(signature('t', url, [['a', '1']]), once);
  });

  it('does not reorder the parameters it is given', () => {
    const params: Params = Object.freeze([['b', '1'], ['a', '2']] as const); // prettier-ignore
    signature('t', 'https://app.example/', params);
    assert.equal(params[0]![0], 'b');
  });

  for (const url of urls) {
    it(`is accepted by Twilio's validator for ${url}`, () => {
      const target = readTarget(url);
      assert.ok(target.ok);
      const params: Params = [
        ['Body', ' héllo & 世界 + "x" '],
        ['From', '+15551230000'],
        ['MediaUrl0', ''],
        ['Tag', 'b'],
        ['Tag', 'a'],
        ['Tag', 'b'],
      ];
      // What an application puts together from the request it got.
      const seen = target.value.origin + target.value.path;
      const post = signature('secret', target.value.url, params);
      assert.ok(validateRequest('secret', post, seen, parsed(params)));
      assert.ok(!validateRequest('other', post, seen, parsed(params)));
      const get = withQuery(target.value.url, encodeForm(params));
      assert.ok(validateRequest('secret', signature('secret', get), get, {}));
      const body = '{"a":"世界"}';
      const json = withBodyHash(target.value.url, body);
      assert.ok(validateRequestWithBody('secret', signature('secret', json), json, body));
      assert.ok(!validateRequestWithBody('secret', signature('secret', json), json, `${body} `));
    });
  }

  it("agrees with Twilio's for any parameters", () => {
    const name = fc.string({ minLength: 1 });
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.string({ unit: 'grapheme' }))), fc.string(), (params, token) => {
        const url = 'https://app.example/sms?x=1';
        assert.ok(validateRequest(token, signature(token, url, params), url, parsed(params)));
      }),
    );
  });
});

describe('the form', () => {
  it('is the one of URLSearchParams', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text)), (params) => {
        assert.equal(
          encodeForm(params),
          new URLSearchParams(params.map(([name, value]) => [name, value] as [string, string])).toString(),
        );
      }),
    );
    assert.equal(encodeForm([['a', "\ud800!'()~* -._"]]), 'a=%EF%BF%BD%21%27%28%29%7E*+-._');
  });
});
