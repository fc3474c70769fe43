import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { systemRandom } from '../../../control/base/random.ts';
import { parseDomainName } from '../../../control/sip-access/domain-name.ts';
import { Registrations, type Binding } from '../../../control/sip-access/registrations.ts';
import { SipAccess } from '../../../control/sip-access/sip-access.ts';
import { answerChallenges } from '../../../edge/sip/digest/client.ts';
import { DigestServer } from '../../../edge/sip/digest/server.ts';
import { Headers } from '../../../edge/sip/message/headers.ts';
import { noBody } from '../../../edge/sip/message/message.ts';
import { sipGuesses } from '../../../edge/node/guesses.ts';
import { DomainDoor } from '../../../edge/voice/srf/domain-door.ts';
import type { Door, Knock, Welcome } from '../../../edge/voice/srf/door.ts';
import type { SrfRequest } from '../../../edge/voice/srf/client.ts';
import { Registrar } from '../../../edge/voice/srf/registrar.ts';
import { contactsOf, registered, type RegisterFault } from '../../../edge/voice/srf/register-request.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { openBooks } from '../../control/accounts/books.ts';
import { temporaryStore } from '../../control/store/temporary.ts';

const host = 'office.sip.edge.example';
const source = { kind: 'domain', domainSid: 'SD1', accountSid: 'AC1' } as const;

/** Lets everybody in as whom it is told. */
const open = (user: string): Door => ({
  judge: () => ({ kind: 'let-in', source, user }),
  domainAt: () => ({ sid: 'SD1', accountSid: 'AC1', secure: false }),
  mayRegister: (_host, who) => who === user,
});

const fieldsOf = (fields: readonly (readonly [string, string])[]): Headers => Headers.of(fields);

/** What REGISTERs in turn make of a user's bindings: each a Call-ID, a CSeq number, and more fields. */
function after(
  ...requests: readonly (readonly [string, number, readonly (readonly [string, string])[]])[]
): readonly Binding[] | RegisterFault {
  let bindings: readonly Binding[] = [];
  for (const [id, sequence, fields] of requests) {
    const headers = fieldsOf([['Call-ID', id], ['CSeq', `${sequence} REGISTER`], ...fields]);
    const next = registered(bindings, headers, 'sip:192.0.2.9:5080;transport=udp', 0);
    if (!next.ok) return next.error;
    bindings = next.value;
  }
  return bindings;
}
const uris = (outcome: readonly Binding[] | RegisterFault): readonly string[] | RegisterFault =>
  typeof outcome === 'number' ? outcome : outcome.map(({ uri }) => uri);
const contact = (text: string): readonly [string, string] => ['Contact', text];

describe('a REGISTER', () => {
  it('adds and renews bindings, the latest first', () => {
    assert.deepEqual(
      uris(
        after(
          ['a', 1, [contact('<sip:x@192.0.2.1>, <sip:x@192.0.2.2>')]],
          ['a', 2, [contact('<sip:x@192.0.2.1;rinstance=7>')]],
        ),
      ),
      ['sip:x@192.0.2.1;rinstance=7', 'sip:x@192.0.2.2'],
    );
  });

  it('is heeded in the order of its CSeq alone, within one Call-ID', () => {
    assert.equal(after(['a', 5, [contact('<sip:x@b>')]], ['a', 5, [contact('<sip:x@b>')]]), 400);
    assert.equal(after(['a', 5, [contact('<sip:x@b>')]], ['a', 4, [contact('*'), ['Expires', '0']]]), 400);
    assert.deepEqual(uris(after(['a', 5, [contact('<sip:x@b>')]], ['b', 1, [contact('<sip:x@b>')]])), [
      'sip:x@b',
    ]);
  });

  it('removes one by its time, and all by a star that stands alone', () => {
    const both = ['a', 1, [contact('<sip:x@b>'), contact('<sip:y@b>')]] as const;
    assert.deepEqual(uris(after(both, ['a', 2, [contact('<sip:x@b>;expires=0')]])), ['sip:y@b']);
    assert.deepEqual(uris(after(both, ['a', 2, [contact('*'), ['Expires', '0']]])), []);
    assert.equal(after(both, ['a', 2, [contact('*'), ['Expires', '60']]]), 400);
    assert.equal(after(both, ['a', 2, [contact('*'), contact('<sip:z@b>'), ['Expires', '0']]]), 400);
    assert.equal(after(both, ['a', 2, [contact('*')]]), 400);
  });

  it('asks for a time, of its own or of all, that is neither short nor long', () => {
    const until = (...fields: readonly (readonly [string, string])[]): readonly number[] | RegisterFault => {
      const outcome = after(['a', 1, fields]);
      return typeof outcome === 'number' ? outcome : outcome.map(({ untilMs }) => untilMs / 1_000);
    };
    assert.deepEqual(until(contact('<sip:x@b>;expires=90'), ['Expires', '120']), [90]);
    assert.deepEqual(until(contact('<sip:x@b>'), ['Expires', '120']), [120]);
    assert.deepEqual(until(contact('<sip:x@b>'), ['Expires', '86400']), [3_600]);
    assert.deepEqual(until(contact('<sip:x@b>'), ['Expires', 'soon']), [3_600]);
    assert.equal(until(contact('<sip:x@b>;expires=59')), 423);
  });

  it('says whom to try first', () => {
    const outcome = after(['a', 1, [contact('<sip:x@b>;q=0.5'), contact('<sip:y@b>;q=2')]]);
    assert.ok(typeof outcome !== 'number');
    assert.deepEqual(
      outcome.map(({ priority }) => priority),
      [1_000, 500],
    );
    assert.equal(contactsOf(outcome, 0), '<sip:y@b>;expires=3600, <sip:x@b>;q=0.500;expires=3600');
  });

  it('is refused where it is malformed, and changes nothing then', () => {
    assert.equal(after(['a', 1, [contact('<sip:x@b>, <<>')]]), 400);
    assert.equal(after(['a', 1, [contact('<tel:+12065550100>')]]), 400);
    assert.equal(after(['a', 1, [contact(`<sip:${'x'.repeat(2_000)}@b>`)]]), 400);
  });

  it('leaves no more than ten bindings that differ, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30), { maxLength: 60 }), (users) => {
        let bindings: readonly Binding[] = [];
        for (const [at, user] of users.entries()) {
          const fields = [['Call-ID', 'a'], ['CSeq', `${at} REGISTER`], contact(`<sip:${user}@b>`)] as const;
          const next = registered(bindings, fieldsOf(fields), 'sip:192.0.2.9:5080', 0);
          if (next.ok) bindings = next.value;
          else assert.equal(next.error, 403);
        }
        assert.ok(bindings.length <= 10);
        assert.equal(new Set(bindings.map(({ uri }) => uri)).size, bindings.length);
      }),
    );
  });

  it('never throws, whatever it says', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (contacts, expires, sequence) => {
        const fields = [
          ['Call-ID', 'a'],
          ['CSeq', sequence],
          contact(contacts),
          ['Expires', expires],
        ] as const;
        const outcome = registered([], fieldsOf(fields), 'sip:192.0.2.9:5080', 0);
        assert.ok(outcome.ok || [400, 403, 423].includes(outcome.error));
      }),
    );
  });
});

describe('a registrar', () => {
  const clock = new FakeClock();
  let sequence = 0;
  const registrarOf = (door: Door): Registrar =>
    new Registrar(door, new Registrations(temporaryStore()), clock);
  const send = async (
    registrar: Registrar,
    fields: readonly (readonly [string, string])[],
    address = '192.0.2.9',
  ) => {
    const own = [['Call-ID', 'a'] as const, ['CSeq', `${++sequence} REGISTER`] as const];
    const lines = [...own, ...fields].map(([name, value]) => `${name}: ${value}\r\n`).join('');
    const raw = `REGISTER sip:${host} SIP/2.0\r\n${lines}\r\n`;
    let answer: { status: number; headers: Readonly<Record<string, unknown>> } | undefined;
    await registrar.register(
      {
        msg: { raw },
        method: 'REGISTER',
        uri: `sip:${host}`,
        source_address: address,
        source_port: 5080,
        protocol: 'udp',
      } as unknown as SrfRequest,
      { send: (status, options) => (answer = { status, headers: options?.headers ?? {} }) },
    );
    assert.ok(answer);
    return answer;
  };
  const to = ['To', `<sip:desk@${host}>`] as const;
  const found = (registrar: Registrar, user = 'desk') =>
    registrar.locate(host, 'SD1', user).map((group) => group.map(({ uri, via }) => [uri, via]));

  it('remembers where an endpoint is, and by which address it is reached', async () => {
    const registrar = registrarOf(open('desk'));
    const answer = await send(registrar, [to, ['Contact', '<sip:desk@10.0.0.5>;expires=120']]);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['Contact'], '<sip:desk@10.0.0.5>;expires=120');
    const first = ['sip:desk@10.0.0.5', 'sip:192.0.2.9:5080;transport=udp'];
    assert.deepEqual(found(registrar), [[first]]);
    await send(registrar, [to, ['Contact', '<sip:desk@[2001:db8::5]>'], ['Expires', '7200']], '2001:db8::5');
    const second = ['sip:desk@[2001:db8::5]', 'sip:[2001:db8::5]:5080;transport=udp'];
    assert.deepEqual(found(registrar), [[second, first]]);
    clock.advance(120_000);
    assert.deepEqual(found(registrar), [[second]]);
    clock.advance(3_480_000);
    assert.deepEqual(found(registrar), []);
  });

  it('groups endpoints by q, and finds none of who may not register any more', async () => {
    const registrar = registrarOf(open('desk'));
    await send(registrar, [
      to,
      ['Contact', '<sip:a@192.0.2.1>;q=0.1, <sip:b@192.0.2.2>, <sip:c@192.0.2.3>;q=0.1'],
    ]);
    assert.deepEqual(
      found(registrar).map((group) => group.map(([uri]) => uri)),
      [['sip:b@192.0.2.2'], ['sip:c@192.0.2.3', 'sip:a@192.0.2.1']],
    );
    assert.deepEqual(found(registrar, 'other'), []);
  });

  it('forgets one, or all, and tells who asks', async () => {
    const registrar = registrarOf(open('desk'));
    await send(registrar, [to, ['Contact', '<sip:a@192.0.2.1>, <sip:b@192.0.2.2>']]);
    await send(registrar, [to, ['Contact', '<sip:a@192.0.2.1>;expires=0']]);
    assert.equal((await send(registrar, [to])).headers['Contact'], '<sip:b@192.0.2.2>;expires=3600');
    assert.equal((await send(registrar, [to, ['Contact', '*'], ['Expires', '0']])).status, 200);
    assert.deepEqual(found(registrar), []);
  });

  it('remembers endpoints across a restart, and sweeps out those whose time is over', async () => {
    const store = temporaryStore();
    const before = new Registrar(open('desk'), new Registrations(store), clock);
    await send(before, [to, ['Contact', '<sip:a@192.0.2.1>']]);
    const book = new Registrations(store);
    const restarted = new Registrar(open('desk'), book, clock);
    assert.equal(found(restarted).length, 1);
    restarted.start();
    assert.equal(book.at('SD1', 'desk', 0).length, 1);
    clock.advance(3_600_000);
    await store.durable();
    assert.deepEqual(book.at('SD1', 'desk', 0), []);
    restarted.stop();
    assert.equal(clock.timers, 0);
  });

  it('refuses what is malformed, unknown, too short, or another’s name', async () => {
    const registrar = registrarOf(open('desk'));
    assert.equal((await send(registrar, [['To', 'nonsense']])).status, 400);
    assert.equal((await send(registrar, [to, ['Contact', '<<>']])).status, 400);
    assert.equal((await send(registrarOf(open('other')), [to])).status, 403);
    assert.deepEqual(await send(registrar, [to, ['Require', 'path, gruu']]), {
      status: 420,
      headers: { Unsupported: 'path, gruu' },
    });
    const brief = await send(registrar, [to, ['Contact', '<sip:a@b>'], ['Expires', '10']]);
    assert.deepEqual(brief, { status: 423, headers: { 'Min-Expires': '60' } });
    const asking: Door = { ...open('desk'), judge: () => ({ kind: 'challenge', values: ['x', 'y'] }) };
    assert.deepEqual(await send(registrarOf(asking), [to]), {
      status: 401,
      headers: { 'WWW-Authenticate': 'x\r\nWWW-Authenticate: y' },
    });
  });
});

describe('the door of SIP Domains', () => {
  const must = <T>(result: { ok: true; value: T } | { ok: false; error: string }): T => {
    if (!result.ok) throw new Error(result.error);
    return result.value;
  };
  const name = must(parseDomainName(host, 'edge.example'));
  const openDoor = async (sipRegistration = false) => {
    const books = openBooks();
    const access = new SipAccess({ ...books, domain: 'edge.example' });
    const { account } = await books.create();
    const domain = must(await access.domains.create(account, name, { sipRegistration }));
    const digest = new DigestServer({
      clock: books.clock,
      random: systemRandom,
      algorithms: ['SHA-256', 'MD5'],
    });
    const guesses = sipGuesses(books.clock);
    return { access, account, domain, clock: books.clock, door: new DomainDoor(access, digest, guesses) };
  };
  const knock = (change: Partial<Knock> = {}): Knock => ({
    method: 'INVITE',
    host,
    sourceAddress: '192.0.2.1',
    protocol: 'udp',
    headers: new Headers(),
    ...change,
  });
  const answered = (welcome: Welcome, method: string, field: string, password: string): Headers => {
    assert.ok(welcome.kind === 'challenge');
    const request = { method, uri: `sip:${host}`, body: noBody };
    const account = { user: 'desk', password };
    const answer = answerChallenges(welcome.values, request, account, systemRandom);
    assert.ok(answer.ok);
    return Headers.of(answer.value.values.map((value) => [field, value] as const));
  };

  it('is shut for strangers, and for domains that nothing is mapped to', async () => {
    const { door } = await openDoor();
    assert.deepEqual(door.judge(knock({ host: 'other.sip.edge.example' })), { kind: 'refuse', status: 404 });
    assert.deepEqual(door.judge(knock()), { kind: 'refuse', status: 403 });
    assert.deepEqual(door.judge(knock({ method: 'REGISTER' })), { kind: 'refuse', status: 405 });
  });

  it('opens to addresses of a list, and to users of a list', async () => {
    const { access, account, domain, door } = await openDoor();
    const gateways = must(await access.addressLists.create(account.sid, 'gateways'));
    must(
      await access.addressLists.add(gateways, {
        friendlyName: 'g',
        ipAddress: '192.0.2.1',
        cidrPrefixLength: 32,
      }),
    );
    must(await access.map(domain, 'callAddresses', gateways.sid));
    const welcome = door.judge(knock());
    assert.ok(welcome.kind === 'let-in');
    assert.deepEqual(welcome.source, { kind: 'domain', domainSid: domain.sid, accountSid: account.sid });
    assert.equal(door.judge(knock({ sourceAddress: '192.0.2.2' })).kind, 'refuse');
    const users = must(await access.credentialLists.create(account.sid, 'users'));
    must(await access.credentialLists.add(users, 'desk', 'IWasAtSignal2018'));
    must(await access.map(domain, 'callCredentials', users.sid));
    const challenge = door.judge(knock());
    const right = answered(challenge, 'INVITE', 'Proxy-Authorization', 'IWasAtSignal2018');
    const proven = door.judge(knock({ headers: right }));
    assert.equal(proven.kind === 'let-in' ? proven.user : '', 'desk');
    const wrong = answered(door.judge(knock()), 'INVITE', 'Proxy-Authorization', 'IWasNotAtSignal');
    assert.deepEqual(door.judge(knock({ headers: wrong })), { kind: 'refuse', status: 403 });
    assert.deepEqual(door.domainAt(host)?.sid, domain.sid);
  });

  it('stops listening to an address that guesses, to no other, and counts no answer to a challenge of another', async () => {
    const { access, account, domain, door, clock } = await openDoor();
    const users = must(await access.credentialLists.create(account.sid, 'users'));
    must(await access.credentialLists.add(users, 'desk', 'IWasAtSignal2018'));
    must(await access.map(domain, 'callCredentials', users.sid));
    const refusal = { kind: 'refuse', status: 403 };
    const from = (sourceAddress: string, challengedAt: string, password: string): Welcome => {
      const challenge = door.judge(knock({ sourceAddress: challengedAt }));
      const headers = answered(challenge, 'INVITE', 'Proxy-Authorization', password);
      return door.judge(knock({ sourceAddress, headers }));
    };
    // Whoever forges the address of another never sees what that one was challenged with.
    for (let guess = 0; guess < 100; guess++)
      assert.equal(from('192.0.2.1', '192.0.2.66', `guess ${guess}`).kind, 'challenge');
    assert.equal(from('192.0.2.1', '192.0.2.1', 'IWasAtSignal2018').kind, 'let-in');
    for (let guess = 0; guess < 60; guess++)
      assert.deepEqual(from('192.0.2.66', '192.0.2.66', `guess ${guess}`), refusal);
    assert.deepEqual(door.judge(knock({ sourceAddress: '192.0.2.66' })), refusal);
    assert.equal(from('192.0.2.1', '192.0.2.1', 'IWasAtSignal2018').kind, 'let-in');
    clock.advance(60_000);
    assert.equal(from('192.0.2.66', '192.0.2.66', 'IWasAtSignal2018').kind, 'let-in');
  });

  it('lets users register where the domain does', async () => {
    const { access, account, domain, door } = await openDoor(true);
    const users = must(await access.credentialLists.create(account.sid, 'users'));
    must(await access.credentialLists.add(users, 'desk', 'IWasAtSignal2018'));
    must(await access.map(domain, 'registrationCredentials', users.sid));
    const challenge = door.judge(knock({ method: 'REGISTER' }));
    const headers = answered(challenge, 'REGISTER', 'Authorization', 'IWasAtSignal2018');
    const welcome = door.judge(knock({ method: 'REGISTER', headers }));
    assert.equal(welcome.kind === 'let-in' ? welcome.user : '', 'desk');
    assert.deepEqual([door.mayRegister(host, 'desk'), door.mayRegister(host, 'other')], [true, false]);
  });
});
