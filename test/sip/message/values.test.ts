import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { addresses, parseNameAddr, tagOf, writeNameAddr } from '../../../edge/sip/message/address.ts';
import {
  contentType,
  integerField,
  minSe,
  parameterised,
  parseReplaces,
  rack,
  reasons,
  replaces,
  retryAfter,
  routes,
  rseq,
  sessionExpires,
  tokens,
} from '../../../edge/sip/message/fields.ts';
import { Headers } from '../../../edge/sip/message/headers.ts';
import { parseHostPort } from '../../../edge/sip/message/host.ts';
import { splitList, unquote, quoted } from '../../../edge/sip/message/scan.ts';
import {
  escapeUser,
  parseUri,
  sameUri,
  unescapeUri,
  uriHeaders,
  writeUri,
} from '../../../edge/sip/message/uri.ts';
import { parseVia, topVia, writeVia } from '../../../edge/sip/message/via.ts';
import { token } from './arbitrary.ts';

const withField = (name: string, ...values: string[]): { readonly headers: Headers } => ({
  headers: Headers.of(values.map((value) => [name, value] as const)),
});

describe('lists', () => {
  it('are split at commas, not within quotes and brackets', () => {
    assert.deepEqual(splitList('a, "b,\\",c" ;x="1,2" ,<sip:d,e@f>,, g '), [
      'a',
      '"b,\\",c" ;x="1,2"',
      '<sip:d,e@f>',
      'g',
    ]);
    assert.deepEqual(splitList(''), []);
    assert.equal(splitList('a, "b'), undefined);
  });

  it('of tokens are in lower case', () => {
    assert.deepEqual(tokens(withField('Supported', '100rel, Timer', 'replaces'), 'supported'), [
      '100rel',
      'timer',
      'replaces',
    ]);
    assert.deepEqual(tokens(withField('X'), 'require'), []);
  });

  it('of routes keep their order over lines', () => {
    const message = withField('Record-Route', '<sip:a;lr>, <sip:b;lr>', '<sip:c;lr>');
    assert.deepEqual(routes(message, 'record-route'), ['<sip:a;lr>', '<sip:b;lr>', '<sip:c;lr>']);
  });
});

describe('quoted strings', () => {
  it('say what was quoted', () => {
    fc.assert(fc.property(fc.string(), (text) => assert.equal(unquote(quoted(text)), text)));
    assert.equal(unquote('plain'), 'plain');
  });
});

describe('hosts', () => {
  it('are names, IPv4 or bracketed IPv6, with a port or without', () => {
    assert.deepEqual(parseHostPort('example.com'), { host: 'example.com', port: undefined });
    assert.deepEqual(parseHostPort('192.0.2.1:5060'), { host: '192.0.2.1', port: 5060 });
    assert.deepEqual(parseHostPort('[2001:db8::1]:5061'), { host: '[2001:db8::1]', port: 5061 });
    assert.deepEqual(parseHostPort('a : 5060'), { host: 'a', port: 5060 });
    for (const bad of [
      '',
      ':5060',
      'a:',
      'a:0',
      'a:65536',
      'a b',
      '[::1',
      '[::1]x',
      '2001:db8::1',
      'a:5060 ',
    ])
      assert.equal(parseHostPort(bad), undefined, bad);
  });
});

describe('URIs', () => {
  it('are written as they were read', () => {
    for (const uri of [
      'sip:example.com',
      'sips:alice:secret@example.com:5061;transport=tcp;lr?subject=a%20b&priority=urgent',
      'sip:+15551234567;npdi=1@[2001:db8::1];user=phone',
      'sip:%00@host',
      'tel:+15551234567;phone-context=example.com',
      'tel:911;phone-context=+1',
      'urn:service:sos',
    ]) {
      const parsed = parseUri(uri);
      assert.ok(parsed !== undefined, uri);
      assert.equal(writeUri(parsed), uri);
    }
  });

  it('are taken apart', () => {
    const uri = parseUri('SIPS:alice:pw@Example.COM:5061;Transport=TCP;lr;x=1?a=b%20c&d=');
    assert.ok(uri?.kind === 'sip');
    assert.equal(uri.secure, true);
    assert.equal(uri.user, 'alice');
    assert.equal(uri.password, 'pw');
    assert.equal(uri.host, 'Example.COM');
    assert.equal(uri.port, 5061);
    assert.deepEqual(
      [...uri.params],
      [
        ['transport', 'TCP'],
        ['lr', ''],
        ['x', '1'],
      ],
    );
    assert.deepEqual(uriHeaders(uri), [
      ['a', 'b c'],
      ['d', ''],
    ]);
    const tel = parseUri('tel:+1-555-(123).4567');
    assert.ok(tel?.kind === 'tel');
    assert.equal(tel.number, '+15551234567');
  });

  it('that are malformed are refused', () => {
    for (const bad of [
      '',
      'sip',
      'sip:',
      'sip:@a',
      'sip:a@',
      'sip:a@b@c',
      'sip:a b@c',
      'sip:a%4@c',
      'sip:a@b;;lr',
      'sip:a@b;=x',
      'sip:a@b;x=',
      'sip:a@b;x=%zz',
      'sip:a@b?x=<y>',
      'sip:"a"@b',
      'tel:',
      'tel:+',
      'tel:-',
      'tel:+1x',
      'http:',
      '1http:x',
      'x: y',
    ])
      assert.equal(parseUri(bad), undefined, bad);
  });

  it('hold any user and header value when they are escaped', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (text) => {
        const uri = parseUri(`sip:${escapeUser(text)}@a?x=${encodeURIComponent(text)}`);
        assert.ok(uri?.kind === 'sip');
        assert.equal(unescapeUri(uri.user ?? ''), text);
        assert.deepEqual(uriHeaders(uri), [['x', text]]);
      }),
    );
    assert.equal(unescapeUri('caf%e9'), 'café');
  });

  it('are the same or differ as RFC 3261 §19.1.4 has it', () => {
    const same = (one: string, other: string): boolean => {
      const [a, b] = [parseUri(one), parseUri(other)];
      assert.ok(a?.kind === 'sip' && b?.kind === 'sip');
      assert.equal(sameUri(a, b), sameUri(b, a));
      return sameUri(a, b);
    };
    assert.ok(same('sip:%61lice@atlanta.com;transport=TCP', 'sip:alice@AtLanTa.CoM;Transport=tcp'));
    assert.ok(same('sip:carol@chicago.com', 'sip:carol@chicago.com;newparam=5'));
    assert.ok(same('sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;newparam=5'));
    assert.ok(!same('SIP:ALICE@AtLanTa.CoM;Transport=udp', 'sip:alice@AtLanTa.CoM;Transport=UDP'));
    assert.ok(!same('sip:bob@biloxi.com', 'sip:bob@biloxi.com:5060'));
    assert.ok(!same('sip:bob@biloxi.com', 'sip:bob@biloxi.com;transport=udp'));
    assert.ok(!same('sip:bob@biloxi.com', 'sip:bob@biloxi.com?subject=x'));
    assert.ok(!same('sip:bob@biloxi.com', 'sips:bob@biloxi.com'));
    assert.ok(!same('sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;security=off'));
    assert.ok(!same('sip:biloxi.com', 'sip:bob@biloxi.com'));
    assert.ok(!same('sip:bob:x@biloxi.com', 'sip:bob@biloxi.com'));
  });
});

describe('addresses', () => {
  it('are written as they were read', () => {
    const display = fc.option(fc.string({ maxLength: 20 }), { nil: undefined });
    const params = fc.uniqueArray(
      token.map((name) => name.toLowerCase()),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(display, params, token, (name, names, value) => {
        const written = {
          display: name,
          uri: 'sip:a@b;x=1',
          params: new Map(names.map((key) => [key, value])),
        };
        assert.deepEqual(parseNameAddr(writeNameAddr(written)), written);
      }),
    );
  });

  it('come in every form of the grammar', () => {
    const read = (text: string): unknown => {
      const parsed = parseNameAddr(text);
      return parsed === undefined
        ? undefined
        : [parsed.display, parsed.uri, Object.fromEntries(parsed.params)];
    };
    assert.deepEqual(read('<sip:a@b>;tag=1'), [undefined, 'sip:a@b', { tag: '1' }]);
    assert.deepEqual(read('sip:a@b ; Tag = x'), [undefined, 'sip:a@b', { tag: 'x' }]);
    assert.deepEqual(read('"<x>" <sip:a@b;lr>'), ['<x>', 'sip:a@b;lr', {}]);
    assert.deepEqual(read('Alice Smith <sip:a@b>;a="x;y"'), ['Alice Smith', 'sip:a@b', { a: '"x;y"' }]);
    assert.deepEqual(read('"" <sip:a@b>'), ['', 'sip:a@b', {}]);
    for (const bad of [
      '',
      '<>',
      '<sip:a',
      '"x sip:a@b',
      '"x" sip:a@b',
      'a@b',
      'sip:a@b;',
      'sip:a@b,c',
      '<sip:a>x',
    ])
      assert.equal(read(bad), undefined, bad);
  });

  it('are read over lines and commas, or not at all', () => {
    const contacts = withField('Contact', '"A, B" <sip:a@b>, <sip:c@d>', 'sip:e@f');
    assert.deepEqual(
      addresses(contacts, 'contact')?.map(({ uri }) => uri),
      ['sip:a@b', 'sip:c@d', 'sip:e@f'],
    );
    assert.equal(addresses(withField('Contact', '<sip:a@b>, x'), 'contact'), undefined);
    assert.deepEqual(addresses(withField('Contact'), 'contact'), []);
  });

  it('may have a tag', () => {
    assert.equal(tagOf(withField('From', '<sip:a@b>;tag=9'), 'from'), '9');
    assert.equal(tagOf(withField('To', '<sip:a@b;tag=9>'), 'to'), undefined);
  });
});

describe('Via', () => {
  it('is written as it was read', () => {
    const text = 'SIP/2.0/TLS [2001:db8::1]:5061;branch=z9hG4bK1;rport;received=2001:db8::2';
    const via = parseVia(text);
    assert.ok(via !== undefined);
    assert.equal(via.params.get('rport'), '');
    assert.equal(writeVia(via), text);
  });

  it('is the first element of the first line', () => {
    assert.equal(
      topVia(withField('Via', 'SIP/2.0/UDP a;x="1,2", SIP/2.0/UDP b', 'SIP/2.0/UDP c'))?.host,
      'a',
    );
    assert.equal(topVia(withField('Via', '')), undefined);
    assert.equal(topVia(withField('X')), undefined);
  });

  it('that is malformed is refused', () => {
    for (const bad of [
      '',
      'SIP/2.0/UDP',
      'SIP/2.0/UDP ',
      'SIP/1.0/UDP a',
      'SIP/2.0/ a',
      'UDP a',
      'SIP/2.0/UDP a;',
      'SIP/2.0/UDP a b',
    ])
      assert.equal(parseVia(bad), undefined, bad);
  });
});

describe('other fields', () => {
  it('are read where they are well formed', () => {
    assert.equal(integerField(withField('Expires', '3600'), 'expires'), 3600);
    assert.equal(rseq(withField('RSeq', '988789')), 988789);
    assert.deepEqual(rack(withField('RAck', '776656 1  INVITE')), {
      rseq: 776656,
      cseq: 1,
      method: 'INVITE',
    });
    assert.deepEqual(sessionExpires(withField('x', '1800 ;Refresher=UAC')), {
      intervalS: 1800,
      refresher: 'uac',
    });
    assert.deepEqual(sessionExpires(withField('x', '90')), { intervalS: 90, refresher: undefined });
    assert.equal(minSe(withField('Min-SE', '90;x=y')), 90);
    assert.equal(retryAfter(withField('Retry-After', '120 (maintenance);duration=3600')), 120);
    assert.equal(contentType(withField('c', 'Application / SDP ;charset=x')), 'application/sdp');
    assert.equal(
      parameterised(withField('Event', 'refer;id=93809824'), 'event')?.params.get('id'),
      '93809824',
    );
    assert.deepEqual(replaces(withField('Replaces', 'a@b;to-tag=1;from-tag=2;early-only')), {
      callId: 'a@b',
      toTag: '1',
      fromTag: '2',
      earlyOnly: true,
    });
    assert.deepEqual(reasons(withField('Reason', 'SIP ;cause=600 ;text="Busy, all", Q.850;cause=16', ';x')), [
      { protocol: 'SIP', cause: 600, text: 'Busy, all' },
      { protocol: 'Q.850', cause: 16, text: undefined },
    ]);
  });

  it('are absent where they are not', () => {
    assert.equal(integerField(withField('Expires', '1h'), 'expires'), undefined);
    assert.equal(integerField(withField('Expires', '4294967296'), 'expires'), undefined);
    assert.equal(rack(withField('RAck', '1 INVITE')), undefined);
    assert.equal(sessionExpires(withField('Session-Expires', 'soon')), undefined);
    assert.equal(minSe(withField('X')), undefined);
    assert.equal(retryAfter(withField('Retry-After', 'soon')), undefined);
    assert.equal(parseReplaces('a;to-tag=1'), undefined);
  });
});
