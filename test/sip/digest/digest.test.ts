import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Random } from '../../../control/base/random.ts';
import { digestResponse, ha1, hash } from '../../../edge/sip/digest/algorithm.ts';
import type { Algorithm } from '../../../edge/sip/digest/algorithm.ts';
import { parseAuthValue } from '../../../edge/sip/digest/auth-value.ts';
import { answerChallenges } from '../../../edge/sip/digest/client.ts';
import { Replays } from '../../../edge/sip/digest/replays.ts';
import { DigestServer } from '../../../edge/sip/digest/server.ts';
import type { DigestServerOptions, Judgement } from '../../../edge/sip/digest/server.ts';
import { noBody } from '../../../edge/sip/message/message.ts';
import { FakeClock } from '../../support/fake-clock.ts';

/** Bytes that differ from call to call and are the same in every run. */
function countingRandom(): Random {
  let calls = 0;
  return {
    bytes: (length) => Buffer.from(hash('SHA-256', String(calls++)).repeat(2), 'hex').subarray(0, length),
    fraction: () => 0.5,
  };
}

const realm = 'edge.example.net';
const account = { user: 'alice', password: 'se"cr\\et' };
const register = { method: 'REGISTER', uri: 'sip:edge.example.net', body: noBody };

function server(options: Partial<DigestServerOptions> = {}) {
  const clock = new FakeClock();
  const digest = new DigestServer({ clock, random: countingRandom(), ...options });
  const lookup = (user: string, algorithm: Algorithm): string | undefined =>
    user === account.user ? ha1(algorithm, user, realm, account.password) : undefined;
  const judge = (credentials: readonly string[], method = 'REGISTER', at = realm): Judgement =>
    digest.judge({ method, credentials }, at, lookup);
  return { clock, digest, judge };
}

function answer(challenges: readonly string[], as = account, count = 1): readonly string[] {
  const answered = answerChallenges(challenges, register, as, countingRandom(), count);
  assert.ok(answered.ok);
  return answered.value.values;
}

describe('digest responses', () => {
  it('are those of RFC 2617 and RFC 7616', () => {
    const input = (nonce: string, cnonce: string) =>
      ({
        method: 'GET',
        uri: '/dir/index.html',
        nonce,
        protection: { qop: 'auth', nc: '00000001', cnonce, body: noBody },
      }) as const;
    assert.equal(
      digestResponse(
        'MD5',
        ha1('MD5', 'Mufasa', 'testrealm@host.com', 'Circle Of Life'),
        input('dcd98b7102dd2f0e8b11d0f600bfb0c093', '0a4f113b'),
      ),
      '6629fae49393a05397450978507c4ef1',
    );
    const newer = input(
      '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
      'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
    );
    const secret = (algorithm: Algorithm): string =>
      ha1(algorithm, 'Mufasa', 'http-auth@example.org', 'Circle of Life');
    assert.equal(digestResponse('MD5', secret('MD5'), newer), '8ca523f5e9506fed4657c9700eebdbec');
    assert.equal(
      digestResponse('SHA-256', secret('SHA-256'), newer),
      '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1',
    );
  });

  it('use SHA-512/256 of FIPS 180-4', () => {
    assert.equal(
      hash('SHA-512-256', 'abc'),
      '53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23',
    );
  });
});

describe('authentication values', () => {
  it('are read with quotes, escapes and blanks', () => {
    const parsed = parseAuthValue('DIGEST realm = "a, \\"b\\"" ,NONCE=x,, qop="auth,auth-int"');
    assert.equal(parsed?.scheme, 'digest');
    assert.deepEqual(
      [...parsed.params],
      [
        ['realm', 'a, "b"'],
        ['nonce', 'x'],
        ['qop', 'auth,auth-int'],
      ],
    );
  });

  it('that are malformed are refused', () => {
    for (const bad of [
      '',
      'Digest',
      'Digest ',
      'Digest a',
      'Digest a="b',
      'Di/gest a=b',
      'Digest a=b;c=d',
      'Digest a b=c',
    ])
      assert.equal(parseAuthValue(bad)?.params.get('b'), undefined, bad);
    assert.equal(
      parseAuthValue(`Digest ${Array.from({ length: 40 }, (_, i) => `a${i}=b`).join()}`),
      undefined,
    );
  });

  it('never throw', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseAuthValue(text)));
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...Array.from('Digest a="\\,;= ')) }),
        (text) => void parseAuthValue(text),
      ),
    );
  });
});

describe('a digest server', () => {
  it('challenges with each algorithm, the strongest first', () => {
    const { digest } = server();
    const challenges = digest.challenge(realm, false).map((value) => parseAuthValue(value)?.params);
    assert.deepEqual(
      challenges.map((params) => params?.get('algorithm')),
      ['SHA-512-256', 'SHA-256', 'MD5'],
    );
    for (const params of challenges) {
      assert.equal(params?.get('realm'), realm);
      assert.equal(params.get('qop'), 'auth');
      assert.equal(params.has('stale'), false);
    }
    assert.match(digest.challenge(realm, true)[0]!, /stale=true/);
  });

  it('accepts who knows the secret, by every algorithm', () => {
    for (const algorithm of ['SHA-512-256', 'SHA-256', 'MD5'] as const) {
      const { digest, judge } = server({ algorithms: [algorithm] });
      const values = answer(digest.challenge(realm, false));
      assert.match(values[0]!, new RegExp(`algorithm=${algorithm}`));
      assert.deepEqual(judge(values), { kind: 'accepted', user: 'alice' });
    }
  });

  it('challenges who has no credentials, or others’', () => {
    const { digest, judge } = server();
    const other = answer(digest.challenge('elsewhere', false));
    for (const credentials of [
      [],
      ['Basic x=y'],
      ['nonsense'],
      other,
      ['NoOneKnowsThisScheme opaque-data=here'],
    ])
      assert.deepEqual(judge(credentials), { kind: 'challenge', stale: false });
    const mine = answer(digest.challenge(realm, false));
    assert.equal(judge([...other, ...mine]).kind, 'accepted');
  });

  it('refuses wrong secrets and unknown users alike', () => {
    const { digest, judge } = server();
    const challenge = digest.challenge(realm, false);
    assert.deepEqual(judge(answer(challenge, { ...account, password: 'x' })), {
      kind: 'wrong',
      user: 'alice',
    });
    assert.deepEqual(judge(answer(challenge, { ...account, user: 'bob' })), { kind: 'wrong', user: 'bob' });
    const right = answer(challenge);
    assert.deepEqual(judge(right, 'INVITE'), { kind: 'wrong', user: 'alice' });
    const changed = right.map((value) => value.replace('sip:edge', 'sip:other'));
    assert.deepEqual(judge(changed), { kind: 'wrong', user: 'alice' });
  });

  it('takes credentials that lack a part for none', () => {
    const { digest, judge } = server();
    const [value = ''] = answer(digest.challenge(realm, false));
    const { params } = parseAuthValue(value)!;
    for (const name of ['username', 'uri', 'response', 'qop', 'nc', 'cnonce']) {
      const without = Array.from(params).filter(([other]) => other !== name);
      const written = `Digest ${without.map(([key, text]) => `${key}=${JSON.stringify(text)}`).join(', ')}`;
      assert.deepEqual(judge([written]), { kind: 'challenge', stale: false }, name);
    }
    for (const [name, bad] of [
      ['nc', 'x'],
      ['qop', 'auth-int'],
      ['response', 'é'.repeat(32)],
      ['algorithm', 'MD4'],
    ] as const) {
      const written = Array.from(
        params,
        ([key, text]) => `${key}=${JSON.stringify(key === name ? bad : text)}`,
      );
      assert.deepEqual(judge([`Digest ${written.join(', ')}`]), { kind: 'challenge', stale: false }, name);
    }
  });

  it('accepts a nonce again only with a higher count', () => {
    const { digest, judge } = server();
    const challenge = digest.challenge(realm, false);
    const stale = { kind: 'challenge', stale: true };
    assert.equal(judge(answer(challenge, account, 1)).kind, 'accepted');
    assert.deepEqual(judge(answer(challenge, account, 1)), stale);
    assert.equal(judge(answer(challenge, account, 3)).kind, 'accepted');
    assert.deepEqual(judge(answer(challenge, account, 2)), stale);
    assert.equal(judge(answer(challenge, account, 16)).kind, 'accepted');
  });

  it('calls an old nonce stale, to who knows the secret', () => {
    const { clock, digest, judge } = server({ nonceLifeMs: 60_000 });
    const challenge = digest.challenge(realm, false);
    clock.advance(59_999);
    assert.equal(judge(answer(challenge)).kind, 'accepted');
    clock.advance(1);
    assert.deepEqual(judge(answer(challenge, account, 2)), { kind: 'challenge', stale: true });
    assert.equal(judge(answer(challenge, { ...account, password: 'x' }, 2)).kind, 'wrong');
  });

  it('knows its own nonces from others', () => {
    const { digest, judge } = server();
    const [value = ''] = answer(digest.challenge(realm, false));
    const nonce = parseAuthValue(value)?.params.get('nonce') ?? '';
    const foreign = [nonce.slice(0, -1), `${nonce}A`, nonce.replace(/^./, 'Z'), '', '='];
    for (const other of foreign)
      assert.deepEqual(
        judge(answer([`Digest realm="${realm}", nonce="${other}", qop="auth"`])),
        { kind: 'challenge', stale: true },
        other,
      );
    const elsewhere = parseAuthValue(digest.challenge('elsewhere', false)[0]!)?.params.get('nonce');
    assert.equal(
      judge(answer([`Digest realm="${realm}", nonce="${elsewhere}", qop="auth"`])).kind,
      'challenge',
    );
  });

  it('remembers no more nonces than it may, and lets no forgotten one in again', () => {
    const { clock, digest, judge } = server({ noncesMax: 2 });
    const challenges = [0, 1, 2].map(() => {
      clock.advance(1);
      return digest.challenge(realm, false);
    });
    for (const challenge of challenges) assert.equal(judge(answer(challenge)).kind, 'accepted');
    assert.deepEqual(judge(answer(challenges[0]!, account, 2)), { kind: 'challenge', stale: true });
    assert.equal(judge(answer(challenges[2]!, account, 2)).kind, 'accepted');
  });
});

describe('Replays', () => {
  it('accepts no count of a nonce twice, whatever is forgotten', () => {
    const use = fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 5 }));
    fc.assert(
      fc.property(fc.array(use, { maxLength: 60 }), (uses) => {
        const replays = new Replays(3);
        const seen = new Set<string>();
        for (const [nonce, count] of uses) {
          if (!replays.use(String(nonce), nonce, count)) continue;
          assert.ok(!seen.has(`${nonce} ${count}`));
          seen.add(`${nonce} ${count}`);
          assert.ok(replays.size <= 3);
        }
      }),
    );
  });
});

describe('a digest client', () => {
  const params = (challenge: string) => parseAuthValue(answer([challenge])[0]!)?.params;

  it('takes the strongest algorithm of each realm', () => {
    const values = answer([
      'Digest realm="a", nonce="1", qop="auth"',
      'Digest realm="a", nonce="2", qop="auth", algorithm=SHA-256',
      'Digest realm="b", nonce="3", algorithm=md5',
      'Digest realm="a", nonce="4", algorithm=SHA3-999',
      'Basic realm="a"',
    ]);
    assert.deepEqual(
      values.map((value) => parseAuthValue(value)?.params.get('nonce')),
      ['2', '3'],
    );
  });

  it('answers old servers without qop, and repeats opaque', () => {
    const answered = params('Digest realm="a", nonce="1", opaque="o"');
    assert.ok(answered !== undefined);
    assert.equal(answered.has('nc'), false);
    assert.equal(answered.get('opaque'), 'o');
    const ha2 = hash('MD5', 'REGISTER:sip:edge.example.net');
    const secret = ha1('MD5', account.user, 'a', account.password);
    assert.equal(answered.get('response'), hash('MD5', `${secret}:1:${ha2}`));
  });

  it('hashes the body where auth-int alone is offered', () => {
    const answered = params('Digest realm="a", nonce="1", qop="auth-int", algorithm=SHA-256');
    assert.equal(answered?.get('qop'), 'auth-int');
    const ha2 = hash('SHA-256', `REGISTER:sip:edge.example.net:${hash('SHA-256', '')}`);
    const secret = ha1('SHA-256', account.user, 'a', account.password);
    const [nc, cnonce] = [answered.get('nc'), answered.get('cnonce')];
    assert.equal(answered.get('response'), hash('SHA-256', `${secret}:1:${nc}:${cnonce}:auth-int:${ha2}`));
  });

  it('mixes the nonces into the secret for -sess', () => {
    const answered = params('Digest realm="a", nonce="1", qop="auth", algorithm=MD5-sess');
    assert.ok(answered !== undefined);
    const cnonce = answered.get('cnonce');
    const secret = hash('MD5', `${ha1('MD5', account.user, 'a', account.password)}:1:${cnonce}`);
    const ha2 = hash('MD5', 'REGISTER:sip:edge.example.net');
    assert.equal(answered.get('response'), hash('MD5', `${secret}:1:00000001:${cnonce}:auth:${ha2}`));
  });

  it('says whether it is asked again only for a new nonce', () => {
    const stale = (...values: string[]): boolean => {
      const answered = answerChallenges(values, register, account, countingRandom());
      assert.ok(answered.ok);
      return answered.value.stale;
    };
    assert.equal(stale('Digest realm="a", nonce="1", stale=TRUE'), true);
    assert.equal(stale('Digest realm="a", nonce="1", stale=true', 'Digest realm="b", nonce="1"'), false);
  });

  it('gives up where nothing is offered that it has', () => {
    for (const value of ['Basic realm="a"', 'Digest realm="a"', 'Digest realm="a", nonce="1", qop="x"', ''])
      assert.deepEqual(answerChallenges([value], register, account, countingRandom()), {
        ok: false,
        error: 'unsupported',
      });
  });
});
