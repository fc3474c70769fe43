import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  addressText,
  isHost,
  parseAddress,
  parsePortRange,
  parseTransportAddress,
} from '../../../control/config/address.ts';
import { parseSmppUrl } from '../../../edge/smpp/url.ts';

describe('addresses', () => {
  it('reads back what it writes', () => {
    const host = fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain());
    fc.assert(
      fc.property(host, fc.integer({ min: 0, max: 65_535 }), (name, port) => {
        assert.deepEqual(parseAddress(addressText({ host: name, port })), { host: name, port });
      }),
    );
  });

  it('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const parse of [parseAddress, parseTransportAddress, parsePortRange, parseSmppUrl]) {
          parse(text);
          parse(`smpp://${text}`);
        }
      }),
    );
  });

  it('refuses what is none', () => {
    for (const text of [
      '',
      ':80',
      'h',
      'h:',
      'h:x',
      'h:-1',
      '[::1]',
      '[127.0.0.1]:1',
      '::1:1',
      'a b:1',
      '256.1.1.1:1',
    ])
      assert.equal(parseAddress(text), undefined, text);
    for (const text of ['udp:h', 'sctp:h:1', 'h:1'])
      assert.equal(parseTransportAddress(text), undefined, text);
    for (const text of ['1', '2-1', '0-5', '1-65536']) assert.equal(parsePortRange(text), undefined, text);
  });

  it('knows hosts', () => {
    for (const text of ['localhost', 'a.example', '192.0.2.1', '2001:db8::1']) assert.ok(isHost(text), text);
    for (const text of ['', '-a', '192.0.2', 'a..b', 'a/b', 'a:b']) assert.ok(!isHost(text), text);
  });
});

describe('SMPP URLs', () => {
  it('are read with defaults by scheme', () => {
    const base = { systemId: '', password: '' };
    assert.deepEqual(parseSmppUrl('smpp://h'), { ...base, tls: false, host: 'h', port: 2775 });
    assert.deepEqual(parseSmppUrl('smpps://[2001:db8::1]/'), {
      ...base,
      tls: true,
      host: '2001:db8::1',
      port: 3550,
    });
    assert.equal(parseSmppUrl('smpp://u:a%2Fb@h:1')?.password, 'a/b');
  });

  it('are refused with anything that a bind does not know', () => {
    for (const text of [
      'h:2775',
      'http://h',
      'smpp://',
      'smpp://h/path',
      'smpp://h?x=1',
      'smpp://h#x',
      'smpp://h:0',
      'smpp://u:%@h',
      'smpp://u:%00@h',
      `smpp://u:${'p'.repeat(65)}@h`,
    ])
      assert.equal(parseSmppUrl(text), undefined, text);
  });
});
