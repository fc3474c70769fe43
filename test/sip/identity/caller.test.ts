import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { callerOf, writeAsserted } from '../../../edge/sip/identity/asserted.ts';
import { diversions, forwardedFrom, history, writeDiversion } from '../../../edge/sip/identity/diversion.ts';
import { canonicalNumber, numberOf } from '../../../edge/sip/identity/number.ts';
import { Headers } from '../../../edge/sip/message/headers.ts';

const headers = (...fields: (readonly [string, string])[]): Headers => Headers.of(fields);
const from = ['From', '"Alice" <sip:+15550001111@peer.example>;tag=1'] as const;

describe('numbers', () => {
  it('are read from SIP and tel URIs', () => {
    for (const [uri, number] of [
      ['sip:+15551234567@example.com;user=phone', '+15551234567'],
      ['sip:%2B1555-123.4567;npdi;rn=+1555@example.com', '+15551234567'],
      ['tel:+1-(555)-123-4567;phone-context=x', '+15551234567'],
      ['sip:911@example.com', '911'],
      ['sip:alice@example.com', undefined],
      ['sip:example.com', undefined],
      ['tel:*67', undefined],
      ['urn:service:sos', undefined],
      ['not a uri', undefined],
    ] as const)
      assert.equal(numberOf(uri), number, uri);
  });

  it('are compared by their digits', () => {
    assert.equal(canonicalNumber('+1 (555) 123-4567'), '15551234567');
    for (const bad of ['', '+', 'alice', '1234567890123456', '++1'])
      assert.equal(canonicalNumber(bad), undefined, bad);
  });
});

describe('callerOf', () => {
  it('trusts P-Asserted-Identity before From, with a number before a name', () => {
    const message = headers(from, ['P-Asserted-Identity', '<sip:alice@a>, "Al" <tel:+15552223333>']);
    const caller = callerOf(message, true);
    assert.equal(caller?.number, '+15552223333');
    assert.equal(caller.address.display, 'Al');
    assert.equal(caller.hidden, false);
    assert.equal(callerOf(message, false)?.number, '+15550001111');
    assert.equal(
      callerOf(headers(from, ['P-Asserted-Identity', '<sip:alice@a>']), true)?.address.uri,
      'sip:alice@a',
    );
  });

  it('knows Remote-Party-ID of the calling party', () => {
    const message = headers(
      from,
      ['Remote-Party-ID', '<sip:+15554445555@a>;party=called'],
      ['Remote-Party-ID', '"Bob" <sip:+15556667777@a>;party=calling;privacy=full'],
    );
    const caller = callerOf(message, true);
    assert.equal(caller?.number, '+15556667777');
    assert.equal(caller.hidden, true);
  });

  it('falls back on From where the others cannot be read', () => {
    assert.equal(callerOf(headers(from, ['P-Asserted-Identity', '<']), true)?.number, '+15550001111');
    assert.equal(callerOf(headers(['From', '<']), true), undefined);
    assert.equal(callerOf(headers(), true), undefined);
  });

  it('tells who wants to be hidden', () => {
    const hidden = (...fields: (readonly [string, string])[]): boolean | undefined =>
      callerOf(headers(from, ...fields), true)?.hidden;
    assert.equal(hidden(), false);
    assert.equal(hidden(['Privacy', 'none']), false);
    assert.equal(hidden(['Privacy', 'header;ID']), true);
    assert.equal(hidden(['Remote-Party-ID', '<sip:+1@a>;privacy=off']), false);
    assert.equal(callerOf(headers(['From', '<sip:anonymous@anonymous.invalid>']), true)?.hidden, true);
  });

  it('reads what is written', () => {
    const value = writeAsserted('+15551112222', 'edge.example.net', 'A "B"');
    const caller = callerOf(headers(['P-Asserted-Identity', value]), true);
    assert.equal(caller?.number, '+15551112222');
    assert.equal(caller.address.display, 'A "B"');
  });
});

describe('forwardedFrom', () => {
  it('is who forwarded last, by Diversion', () => {
    const message = headers(
      [
        'Diversion',
        '"X" <sip:+15550000002@a>;reason=user-busy;counter=2, <sip:+15550000001@a>;reason="No-Answer"',
      ],
      ['Diversion', 'malformed'],
      ['History-Info', '<sip:+15550000009@a?Reason=SIP%3Bcause%3D302>;index=1, <sip:+1555@a>;index=1.1;mp=1'],
    );
    assert.deepEqual(diversions(message), [
      { uri: 'sip:+15550000002@a', display: 'X', reason: 'user-busy', count: 2 },
      { uri: 'sip:+15550000001@a', display: undefined, reason: 'no-answer', count: 1 },
    ]);
    assert.equal(forwardedFrom(message), '+15550000002');
  });

  it('is the source of the last change of target, by History-Info', () => {
    const message = headers(
      ['History-Info', '<sip:+15550000001@a?Reason=SIP%3Bcause%3D302>;index=1'],
      ['History-Info', '<sip:+15550000002@a?Reason=SIP%3Bcause%3D486%3Btext%3D%22x%22>;index=1.1;mp=1'],
      [
        'History-Info',
        '<sip:+15550000003@a>;index=1.1.1;mp=1.1, <sip:+15550000003@10.0.0.1>;index=1.1.1.1;np=1.1.1',
      ],
    );
    assert.deepEqual(history(message)[1], {
      uri: 'sip:+15550000002@a',
      index: '1.1',
      from: { how: 'mp', index: '1' },
      cause: 486,
    });
    assert.equal(forwardedFrom(message), '+15550000002');
  });

  it('is the last entry with a reason, in histories of RFC 4244', () => {
    const message = headers([
      'History-Info',
      '<sip:+15550000001@a?Reason=SIP%3Bcause%3D302>;index=1, <sip:+15550000002@a>;index=1.1',
    ]);
    assert.equal(forwardedFrom(message), '+15550000001');
  });

  it('is nobody where nobody says so', () => {
    assert.equal(forwardedFrom(headers(from)), undefined);
    assert.equal(forwardedFrom(headers(['History-Info', '<sip:+15550000001@a>;index=1'])), undefined);
    assert.equal(forwardedFrom(headers(['History-Info', '<sip:+15550000001@a>;index=x'])), undefined);
    assert.equal(forwardedFrom(headers(['History-Info', '<sip:+1@a>;index=1.1;mp=7'])), undefined);
    assert.equal(forwardedFrom(headers(['Diversion', '<sip:alice@a>'])), undefined);
  });

  it('reads what is written', () => {
    const diversion = { uri: 'sip:+15550000001@a', display: undefined, reason: 'no-answer', count: 3 };
    assert.deepEqual(diversions(headers(['Diversion', writeDiversion(diversion)])), [diversion]);
    const odd = { ...diversion, reason: 'a "b"', count: 1 };
    assert.deepEqual(diversions(headers(['Diversion', writeDiversion(odd)])), [odd]);
  });
});
