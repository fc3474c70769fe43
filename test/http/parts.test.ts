import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { durationText } from '../../edge/http/answer.ts';
import { parseBasic } from '../../edge/http/authorization.ts';
import { renderError, statusOf } from '../../edge/http/errors.ts';
import { FailedLogins } from '../../edge/http/failed-logins.ts';
import { hostTable } from '../../edge/http/hosts.ts';
import { InFlight } from '../../edge/http/in-flight.ts';
import { isLoopback, lastForwarded, partyOf, partyOfText } from '../../edge/http/remote.ts';
import { FakeClock } from '../support/fake-clock.ts';

const encode = (text: string): string => Buffer.from(text).toString('base64');

describe('Basic credentials', () => {
  for (const [header, expected] of [
    [`Basic ${encode('user:pass')}`, { user: 'user', password: 'pass' }],
    [`basic   ${encode('user:pa:ss')}  `, { user: 'user', password: 'pa:ss' }],
    [`BASIC ${encode('u:')}`, { user: 'u', password: '' }],
    [`Basic ${encode('ü:é')}`, { user: 'ü', password: 'é' }],
    [`Basic ${encode(':pass')}`, undefined],
    [`Basic ${encode('user')}`, undefined],
    [`Bearer ${encode('user:pass')}`, undefined],
    ['Basic', undefined],
    ['Basic ', undefined],
    ['Basic !!!!', undefined],
    ['Basic dTpw=x', undefined],
    [`Basic${encode('user:pass')}`, undefined],
    [`Basic ${encode(`u:${'p'.repeat(2000)}`)}`, undefined],
    ['', undefined],
  ] as const) {
    it(`reads ${header.slice(0, 40)}`, () => assert.deepEqual(parseBasic(header), expected));
  }

  it('reads back any user without a colon and any password', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 60 });
    fc.assert(
      fc.property(text, text, (user, password) => {
        fc.pre(user !== '' && !user.includes(':'));
        const header = `Basic ${encode(`${user}:${password}`)}`;
        fc.pre(header.length <= 1024);
        assert.deepEqual(parseBasic(header), { user, password });
      }),
    );
  });
});

describe('hosts', () => {
  const table = hostTable('Edge.example.net', new Set(['api']));
  for (const [host, expected] of [
    ['api.edge.example.net', 'api'],
    ['API.Edge.Example.Net:8080', 'api'],
    ['api.edge.example.net.', 'api'],
    ['verify.edge.example.net', undefined],
    ['api.x.edge.example.net', undefined],
    ['x.api.edge.example.net', undefined],
    ['edge.example.net', undefined],
    ['.edge.example.net', undefined],
    ['evil-edge.example.net', undefined],
    ['api.twilio.com', 'api'],
    ['api.dublin.ie1.twilio.com', 'api'],
    ['unknown.twilio.com:443', 'api'],
    ['twilio.com', undefined],
    ['api.twilio.com.evil.example', undefined],
    ['eviltwilio.com', undefined],
    ['localhost:8080', 'api'],
    ['127.0.0.1', 'api'],
    ['[::1]:8080', 'api'],
    ['[::1', undefined],
    ['', undefined],
    ['api', undefined],
  ] as const) {
    it(`routes ${host}`, () => {
      assert.equal(table(host), expected);
      assert.equal(table(host), expected);
    });
  }

  it('works without a domain', () => {
    const bare = hostTable(undefined, new Set(['api']));
    assert.equal(bare('127.0.0.1'), 'api');
    assert.equal(bare('api.edge.example.net'), undefined);
  });
});

describe('remote parties', () => {
  const v6 = (text: string): string | undefined => partyOfText(text);

  it('counts an IPv4 address whole, wherever it is written', () => {
    assert.equal(partyOf(Buffer.from([192, 0, 2, 1])), '192.0.2.1');
    assert.equal(v6('192.0.2.1'), '192.0.2.1');
    assert.equal(v6('::ffff:192.0.2.1'), '192.0.2.1');
    assert.equal(partyOf(Buffer.from('00000000000000000000ffffc0000201', 'hex')), '192.0.2.1');
  });

  it('counts IPv6 by the subscriber', () => {
    assert.equal(v6('2001:db8:1:2::1'), v6('2001:db8:1:2:ffff::9'));
    assert.notEqual(v6('2001:db8:1:2::1'), v6('2001:db8:1:3::1'));
  });

  it('knows what is no address', () => {
    assert.equal(v6('nonsense'), undefined);
    assert.equal(v6(''), undefined);
    assert.equal(partyOf(Buffer.alloc(0)), undefined);
  });

  it('knows this machine', () => {
    assert.equal(isLoopback(Buffer.from([127, 1, 2, 3])), true);
    assert.equal(isLoopback(Buffer.from('00000000000000000000000000000001', 'hex')), true);
    assert.equal(isLoopback(Buffer.from('00000000000000000000ffff7f000001', 'hex')), true);
    assert.equal(isLoopback(Buffer.from([10, 0, 0, 1])), false);
    assert.equal(isLoopback(Buffer.alloc(0)), false);
  });

  it('believes the nearest proxy', () => {
    assert.equal(lastForwarded('1.1.1.1, 2.2.2.2'), '2.2.2.2');
    assert.equal(lastForwarded('1.1.1.1'), '1.1.1.1');
  });
});

describe('failed logins', () => {
  it('blocks after so many, until the window has passed', () => {
    const clock = new FakeClock();
    const failed = new FailedLogins(clock, { attemptsMax: 2, windowMs: 1000, addressesMax: 10 });
    assert.equal(failed.quiet, true);
    failed.failed('a');
    assert.equal(failed.blockedMs('a'), 0);
    clock.advance(400);
    failed.failed('a');
    assert.equal(failed.blockedMs('a'), 600);
    assert.equal(failed.blockedMs('b'), 0);
    clock.advance(600);
    assert.equal(failed.blockedMs('a'), 0);
    assert.equal(failed.quiet, true);
  });

  it('remembers a bounded number of addresses', () => {
    const failed = new FailedLogins(new FakeClock(), { attemptsMax: 1, windowMs: 1000, addressesMax: 2 });
    for (const address of ['a', 'b', 'c']) failed.failed(address);
    assert.deepEqual(
      ['a', 'b', 'c'].map((address) => failed.blockedMs(address)),
      [0, 1000, 1000],
    );
  });
});

describe('requests in flight', () => {
  it('are counted for each account up to the bound', () => {
    const inFlight = new InFlight(() => 2);
    assert.deepEqual(
      [inFlight.enter('a'), inFlight.enter('a'), inFlight.enter('a'), inFlight.enter('b')],
      [true, true, false, true],
    );
    assert.equal(inFlight.of('a'), 2);
    inFlight.leave('a');
    assert.equal(inFlight.enter('a'), true);
    inFlight.leave('b');
    assert.equal(inFlight.of('b'), 0);
  });
});

describe('errors', () => {
  it('are rendered as clients parse them', () => {
    assert.deepEqual(JSON.parse(renderError(20429)), {
      code: 20429,
      message: 'Too Many Requests',
      more_info: 'https://www.twilio.com/docs/errors/20429',
      status: 429,
    });
    assert.equal(statusOf(21211), 400);
    assert.match(renderError(21211, 'why'), /"message":"why".*"status":400/);
    assert.throws(() => renderError(1));
  });
});

describe('durations', () => {
  it('are seconds with three decimals', () => {
    assert.deepEqual([0, 0.4, 12.6, 999.9, 61_000].map(durationText), [
      '0.000',
      '0.000',
      '0.013',
      '1.000',
      '61.000',
    ]);
  });
});
