import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { systemRandom } from '../../../control/base/random.ts';
import { parseDomainName } from '../../../control/sip-access/domain-name.ts';
import { SipAccess } from '../../../control/sip-access/sip-access.ts';
import { answerChallenges } from '../../../edge/sip/digest/client.ts';
import { DigestServer } from '../../../edge/sip/digest/server.ts';
import { Headers } from '../../../edge/sip/message/headers.ts';
import { noBody } from '../../../edge/sip/message/message.ts';
import { DomainDoor } from '../../../edge/voice/srf/domain-door.ts';
import type { Door, Knock, Welcome } from '../../../edge/voice/srf/door.ts';
import type { SrfRequest } from '../../../edge/voice/srf/client.ts';
import { Registrar } from '../../../edge/voice/srf/registrar.ts';
import { Registrations } from '../../../edge/voice/srf/registrations.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { openBooks } from '../../control/accounts/books.ts';

const host = 'office.sip.edge.example';
const source = { kind: 'domain', domainSid: 'SD1', accountSid: 'AC1' } as const;

/** Lets everybody in as whom it is told. */
const open = (user: string): Door => ({
  judge: () => ({ kind: 'let-in', source, user }),
  domainAt: () => ({ sid: 'SD1', accountSid: 'AC1' }),
});

describe('registrations', () => {
  it('last as long as they say, the latest first', () => {
    const all = new Registrations();
    all.put('a', { uri: 'sip:1', via: '', untilMs: 1_000 }, 0);
    all.put('a', { uri: 'sip:2', via: '', untilMs: 2_000 }, 0);
    assert.deepEqual(
      all.at('a', 0).map(({ uri }) => uri),
      ['sip:2', 'sip:1'],
    );
    all.put('a', { uri: 'sip:1', via: '', untilMs: 3_000 }, 0);
    assert.deepEqual(
      all.at('a', 2_500).map(({ uri }) => uri),
      ['sip:1'],
    );
    all.put('a', { uri: 'sip:1', via: '', untilMs: 0 }, 2_500);
    assert.equal(all.size, 0);
  });

  it('are no more than ten of an address', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30), { maxLength: 60 }), (contacts) => {
        const all = new Registrations();
        for (const contact of contacts) all.put('a', { uri: `sip:${contact}`, via: '', untilMs: 10 }, 0);
        const uris = all.at('a', 0).map(({ uri }) => uri);
        assert.ok(uris.length <= 10);
        assert.equal(new Set(uris).size, uris.length);
      }),
    );
  });
});

describe('a registrar', () => {
  const clock = new FakeClock();
  const send = (
    registrar: Registrar,
    fields: readonly (readonly [string, string])[],
    address = '192.0.2.9',
  ) => {
    const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    const raw = `REGISTER sip:${host} SIP/2.0\r\n${lines}\r\n`;
    let answer: { status: number; headers: Readonly<Record<string, unknown>> } | undefined;
    registrar.register(
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

  it('remembers where an endpoint is, and by which address it is reached', () => {
    const registrar = new Registrar(open('desk'), clock);
    const answer = send(registrar, [to, ['Contact', '<sip:desk@10.0.0.5>;expires=120']]);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['Contact'], '<sip:desk@10.0.0.5>;expires=120');
    assert.deepEqual(
      registrar.locate('SD1', 'desk').map(({ uri, via }) => [uri, via]),
      [['sip:desk@10.0.0.5', 'sip:192.0.2.9:5080;transport=udp']],
    );
    send(registrar, [to, ['Contact', '<sip:desk@[2001:db8::5]>'], ['Expires', '7200']], '2001:db8::5');
    assert.deepEqual(
      registrar.locate('SD1', 'desk').map(({ via }) => via),
      ['sip:[2001:db8::5]:5080;transport=udp', 'sip:192.0.2.9:5080;transport=udp'],
    );
    clock.advance(120_000);
    assert.equal(registrar.locate('SD1', 'desk').length, 1);
    clock.advance(3_480_000);
    assert.equal(registrar.locate('SD1', 'desk').length, 0);
  });

  it('forgets one, or all, and tells who asks', () => {
    const registrar = new Registrar(open('desk'), clock);
    send(registrar, [to, ['Contact', '<sip:a@192.0.2.1>, <sip:b@192.0.2.2>']]);
    send(registrar, [to, ['Contact', '<sip:a@192.0.2.1>;expires=0']]);
    assert.equal(send(registrar, [to]).headers['Contact'], '<sip:b@192.0.2.2>;expires=3600');
    assert.equal(send(registrar, [to, ['Contact', '*'], ['Expires', '0']]).status, 200);
    assert.deepEqual(registrar.locate('SD1', 'desk'), []);
  });

  it('refuses what is malformed, too short, or another’s name', () => {
    assert.equal(send(new Registrar(open('desk'), clock), [['To', 'nonsense']]).status, 400);
    assert.equal(send(new Registrar(open('desk'), clock), [to, ['Contact', '<<>']]).status, 400);
    assert.equal(send(new Registrar(open('other'), clock), [to]).status, 403);
    const brief = send(new Registrar(open('desk'), clock), [to, ['Contact', '<sip:a@b>'], ['Expires', '10']]);
    assert.deepEqual(brief, { status: 423, headers: { 'Min-Expires': '60' } });
    const shut: Door = { judge: () => ({ kind: 'challenge', values: ['x'] }), domainAt: () => undefined };
    assert.deepEqual(send(new Registrar(shut, clock), [to]), {
      status: 401,
      headers: { 'WWW-Authenticate': 'x' },
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
    return { access, account, domain, door: new DomainDoor(access, digest) };
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

  it('lets users register where the domain does', async () => {
    const { access, account, domain, door } = await openDoor(true);
    const users = must(await access.credentialLists.create(account.sid, 'users'));
    must(await access.credentialLists.add(users, 'desk', 'IWasAtSignal2018'));
    must(await access.map(domain, 'registrationCredentials', users.sid));
    const challenge = door.judge(knock({ method: 'REGISTER' }));
    const headers = answered(challenge, 'REGISTER', 'Authorization', 'IWasAtSignal2018');
    const welcome = door.judge(knock({ method: 'REGISTER', headers }));
    assert.equal(welcome.kind === 'let-in' ? welcome.user : '', 'desk');
  });
});
