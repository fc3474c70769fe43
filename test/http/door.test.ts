import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { ApiRequest, Params, Reply, Route } from '../../edge/api/exchange.ts';
import type { FrontDoor } from '../../edge/http/server.ts';
import { FakeClock } from '../support/fake-clock.ts';
import {
  answers,
  basic,
  child,
  mainKey,
  openDoor,
  parent,
  raw,
  sid,
  standardKey,
  stranger,
  suspended,
  suspendedChild,
  testSid,
} from './fixture.ts';

const list = (params: Params): Record<string, readonly string[]> =>
  Object.fromEntries(params.names().map((name) => [name, params.all(name)]));

const echo = (request: ApiRequest): Reply => ({
  kind: 'json',
  status: request.method === 'POST' ? 201 : 200,
  body: {
    parts: request.parts,
    query: list(request.query),
    form: list(request.form),
    account: request.principal.account.sid,
    owner: request.principal.owner.sid,
    origin: request.origin,
  },
});

const base = '/2010-04-01/Accounts/{AccountSid}';
const waiting: ((reply: Reply) => void)[] = [];
const routes: readonly Route[] = [
  { product: 'api', method: 'POST', path: `${base}/Messages`, handler: echo, testCredentials: true },
  { product: 'api', method: 'GET', path: `${base}/Messages`, handler: echo },
  {
    product: 'api',
    method: 'GET',
    path: `${base}/Messages/{Sid}`,
    handler: (request) => Promise.resolve(echo(request)),
  },
  { product: 'api', method: 'DELETE', path: `${base}/Messages/{Sid}`, handler: () => ({ kind: 'empty' }) },
  { product: 'api', method: 'GET', path: `${base}/Keys`, handler: echo, mainOnly: true },
  {
    product: 'api',
    method: 'GET',
    path: `${base}/Broken`,
    handler: () => Promise.reject(new Error('broken')),
  },
  {
    product: 'api',
    method: 'GET',
    path: `${base}/Throws`,
    handler: () => {
      throw new Error('throws');
    },
  },
  { product: 'api', method: 'GET', path: `${base}/NoSuchCode`, handler: () => ({ kind: 'error', code: 1 }) },
  { product: 'api', method: 'GET', path: `${base}/Refused`, handler: () => ({ kind: 'error', code: 21611 }) },
  {
    product: 'api',
    method: 'GET',
    path: `${base}/Slow`,
    handler: () => new Promise<Reply>((resolve) => waiting.push(resolve)),
  },
  {
    product: 'api',
    method: 'GET',
    path: '/open',
    auth: 'none',
    handler: () => ({ kind: 'json', status: 200, body: 'open' }),
  },
];

interface ErrorBody {
  readonly code: number;
  readonly message: string;
  readonly more_info: string;
  readonly status: number;
}

describe('front door', () => {
  let door: FrontDoor;
  let port: number;
  let url: string;
  const failures: unknown[] = [];
  const seen: string[] = [];

  before(async () => {
    door = await openDoor(routes, {
      maxConcurrent: () => 2,
      observer: {
        answered: ({ route, method, status }) => seen.push(`${method} ${route} ${status}`),
        aborted: (route) => seen.push(`aborted ${route}`),
        failed: (_route, _requestId, error) => failures.push(error),
        certified: () => undefined,
        notice: () => undefined,
      },
    });
    port = door.addresses.http!.port;
    url = `http://127.0.0.1:${port}`;
  });
  after(() => door.close(0));

  const own = `/2010-04-01/Accounts/${parent.sid}`;
  const get = (path: string, user = parent.sid, secret?: string): Promise<Response> =>
    fetch(url + path, { headers: { authorization: basic(user, secret) } });
  const post = (
    path: string,
    body: string | FormData | URLSearchParams,
    headers: Record<string, string> = {},
  ) => fetch(url + path, { method: 'POST', body, headers: { authorization: basic(parent.sid), ...headers } });
  const error = async (response: Response): Promise<[number, number]> => {
    const body = (await response.json()) as ErrorBody;
    assert.equal(body.status, response.status);
    assert.equal(body.more_info, `https://www.twilio.com/docs/errors/${body.code}`);
    assert.notEqual(body.message, '');
    return [response.status, body.code];
  };

  it('hands a form to the handler and its JSON back, with the headers of every answer', async () => {
    const response = await post(
      `${own}/Messages.json?a=1`,
      new URLSearchParams([
        ['To', '+1 555'],
        ['MediaUrl', 'x'],
        ['MediaUrl', 'y'],
        ['Body', 'naïve 😀'],
      ]),
    );
    assert.equal(response.status, 201);
    assert.equal(response.headers.get('content-type'), 'application/json;charset=utf-8');
    assert.match(response.headers.get('twilio-request-id') ?? '', /^RQ[0-9a-f]{32}$/);
    assert.equal(response.headers.get('twilio-concurrent-requests'), '1');
    assert.match(response.headers.get('twilio-request-duration') ?? '', /^\d+\.\d{3}$/);
    assert.equal(response.headers.get('uwebsockets'), null);
    assert.deepEqual(await response.json(), {
      parts: { AccountSid: parent.sid },
      query: { a: ['1'] },
      form: { To: ['+1 555'], MediaUrl: ['x', 'y'], Body: ['naïve 😀'] },
      account: parent.sid,
      owner: parent.sid,
      origin: url,
    });
    assert.ok(seen.includes(`POST ${base}/Messages 201`));
  });

  it('takes multipart forms', async () => {
    const form = new FormData();
    form.append('Body', 'naïve');
    form.append('To', '+1');
    const body = (await (await post(`${own}/Messages.json`, form)).json()) as { form: unknown };
    assert.deepEqual(body.form, { Body: ['naïve'], To: ['+1'] });
  });

  it('refuses other bodies and spoilt forms', async () => {
    const json = { 'content-type': 'application/json' };
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    assert.deepEqual(await error(await post(`${own}/Messages.json`, '{}', json)), [415, 20422]);
    assert.deepEqual(await error(await post(`${own}/Messages.json`, 'a=%ff', form)), [400, 20422]);
    assert.deepEqual(await error(await post(`${own}/Messages.json`, 'a=%4', form)), [400, 20422]);
    assert.deepEqual(
      await error(await post(`${own}/Messages.json`, 'x', { 'content-type': 'multipart/form-data' })),
      [400, 20422],
    );
    assert.deepEqual(await error(await get(`${own}/Messages.json?a=%zz`)), [400, 20422]);
    assert.deepEqual(
      await error(await post(`${own}/Messages.json`, 'a'.repeat(300_000), form)),
      [413, 20413],
    );
  });

  it('takes a body that comes in many packets', async () => {
    const text = 'b'.repeat(200_000);
    const response = await post(`${own}/Messages.json`, new URLSearchParams({ Body: text }));
    assert.deepEqual(((await response.json()) as { form: unknown }).form, { Body: [text] });
  });

  it('answers paths and methods that it does not know', async () => {
    const unknown = await get('/2010-04-01/Nothing.json');
    assert.equal(unknown.status, 404);
    assert.deepEqual(await unknown.json(), {
      code: 20404,
      message: 'The requested resource /2010-04-01/Nothing.json was not found',
      more_info: 'https://www.twilio.com/docs/errors/20404',
      status: 404,
    });
    assert.deepEqual(await error(await get(`${own}/Messages.json/`)), [404, 20404]);
    assert.deepEqual(await error(await get(`${own}/Messages.xml`)), [404, 20404]);
    const wrong = await fetch(`${url}${own}/Messages.json`, { method: 'PUT', body: 'a=b' });
    assert.equal(wrong.headers.get('allow'), 'POST, GET');
    assert.deepEqual(await error(wrong), [405, 20004]);
    const head = await raw(
      port,
      `HEAD ${own}/Messages.json HTTP/1.1\r\nHost: localhost\r\n\r\nGET /open HTTP/1.1\r\nHost: localhost\r\n\r\n`,
      (text) => text.endsWith('"open"'),
    );
    assert.match(head.text, /^HTTP\/1.1 405 [^{]*\r\n\r\nHTTP\/1.1 200 OK/);
  });

  it('answers 204 without a body and keeps the connection usable', async () => {
    const response = await fetch(`${url}${own}/Messages/${sid('SM', 1)}.json`, {
      method: 'DELETE',
      headers: { authorization: basic(parent.sid) },
    });
    assert.equal(response.status, 204);
    assert.equal(await response.text(), '');
    assert.equal((await get(`${own}/Messages/${sid('SM', 1)}.json`)).status, 200);
  });

  it('asks for credentials and believes only the right ones', async () => {
    const none = await fetch(`${url}${own}/Messages.json`);
    assert.equal(none.headers.get('www-authenticate'), 'Basic realm="Twilio API"');
    assert.match(none.headers.get('twilio-request-id') ?? '', /^RQ/);
    assert.deepEqual(await error(none), [401, 20003]);
    assert.deepEqual(await error(await get(`${own}/Messages.json`, parent.sid, 'wrong')), [401, 20003]);
    assert.deepEqual(await error(await get(`${own}/Messages.json`, 'x')), [401, 20003]);
    assert.deepEqual(
      await error(await get(`/2010-04-01/Accounts/${suspended.sid}/Messages.json`, suspended.sid)),
      [401, 20003],
    );
    assert.equal((await fetch(`${url}/open`)).status, 200);
  });

  it('lets a parent act on its subaccounts and nobody on others', async () => {
    const asChild = (await (await get(`/2010-04-01/Accounts/${child.sid}/Messages.json`)).json()) as Record<
      string,
      unknown
    >;
    assert.equal(asChild['account'], child.sid);
    assert.equal(asChild['owner'], parent.sid);
    const of = (one: string): string => `/2010-04-01/Accounts/${one}/Messages.json`;
    assert.deepEqual(await error(await get(of(stranger.sid))), [401, 20003]);
    assert.deepEqual(await error(await get(of(sid('AC', 999)))), [401, 20003]);
    assert.deepEqual(await error(await get(of(parent.sid), child.sid)), [401, 20003]);
    assert.deepEqual(await error(await get(of('nonsense'))), [404, 20404]);
    assert.equal((await get(of(suspendedChild.sid))).status, 200);
    assert.deepEqual(
      await error(await post(of(suspendedChild.sid), new URLSearchParams({ a: 'b' }))),
      [403, 20005],
    );
  });

  it('keeps keys and test credentials to what they may', async () => {
    assert.equal((await get(`${own}/Messages.json`, standardKey)).status, 200);
    assert.deepEqual(await error(await get(`${own}/Keys.json`, standardKey)), [401, 20003]);
    assert.equal((await get(`${own}/Keys.json`, mainKey)).status, 200);
    const test = `/2010-04-01/Accounts/${testSid}/Messages.json`;
    assert.deepEqual(await error(await get(test, testSid)), [403, 20008]);
    const form = new URLSearchParams({ To: '+15005550006' });
    assert.equal((await post(test, form, { authorization: basic(testSid) })).status, 201);
    assert.equal((await post(`${own}/Messages.json`, form, { authorization: basic(testSid) })).status, 401);
  });

  it('answers 500 for a handler that fails, and reports it', async () => {
    failures.length = 0;
    for (const path of ['Broken', 'Throws', 'NoSuchCode']) {
      assert.deepEqual(await error(await get(`${own}/${path}.json`)), [500, 20500]);
    }
    assert.equal(failures.length, 3);
    assert.deepEqual(await error(await get(`${own}/Refused.json`)), [429, 21611]);
  });

  it('bounds the requests of one account at once', async () => {
    waiting.length = 0;
    const first = get(`${own}/Slow.json`);
    const second = get(`${own}/Slow.json`);
    while (waiting.length < 2) await new Promise((resolve) => setImmediate(resolve));
    const third = await get(`${own}/Messages.json`);
    assert.equal(third.headers.get('retry-after'), '1');
    assert.equal(third.headers.get('twilio-concurrent-requests'), '2');
    assert.deepEqual(await error(third), [429, 20429]);
    const other = `/2010-04-01/Accounts/${stranger.sid}/Messages.json`;
    assert.equal((await get(other, stranger.sid)).status, 200);
    for (const resolve of waiting) resolve({ kind: 'json', status: 200, body: 1 });
    assert.equal((await first).status, 200);
    assert.equal((await second).headers.get('twilio-concurrent-requests'), '2');
    assert.equal((await get(`${own}/Messages.json`)).status, 200);
  });

  it('gives an aborted request its place back and does not touch it again', async () => {
    waiting.length = 0;
    const stop = new AbortController();
    const slow = fetch(`${url}${own}/Slow.json`, {
      headers: { authorization: basic(parent.sid) },
      signal: stop.signal,
    });
    while (waiting.length < 1) await new Promise((resolve) => setImmediate(resolve));
    seen.length = 0;
    stop.abort();
    await assert.rejects(slow);
    while (!seen.includes(`aborted ${base}/Slow`)) await new Promise((resolve) => setImmediate(resolve));
    waiting[0]!({ kind: 'json', status: 200, body: 1 });
    const next = await get(`${own}/Messages.json`);
    assert.equal(next.headers.get('twilio-concurrent-requests'), '1');
  });

  it('routes by host', async () => {
    const ask = async (host: string): Promise<string> => {
      const { text } = await raw(port, `GET /open HTTP/1.1\r\nHost: ${host}\r\n\r\n`, answers(1));
      return text.slice(9, 12);
    };
    assert.equal(await ask('api.edge.example'), '200');
    assert.equal(await ask('api.twilio.com'), '200');
    assert.equal(await ask('127.0.0.1:99'), '200');
    assert.equal(await ask('verify.edge.example'), '404');
    assert.equal(await ask('edge.example'), '404');
    assert.equal(await ask('evil.example'), '404');
  });
});

describe('front door under hostile clients', () => {
  const clock = new FakeClock();
  let door: FrontDoor;
  let port: number;
  let handled = 0;

  before(async () => {
    const count = (): Reply => {
      handled++;
      return { kind: 'json', status: 200, body: 'x' };
    };
    door = await openDoor(
      [
        { product: 'api', method: 'POST', path: '/open', auth: 'none', handler: count },
        { product: 'api', method: 'GET', path: '/open', auth: 'none', handler: count },
        { product: 'api', method: 'GET', path: `${base}/X`, handler: count },
      ],
      { clock, failedLogins: { attemptsMax: 3, windowMs: 60_000, addressesMax: 2 } },
    );
    port = door.addresses.http!.port;
  });
  after(() => door.close(0));

  const head = (extra: string): string => `POST /open HTTP/1.1\r\nHost: localhost\r\n${extra}\r\n`;
  const smuggled = 'GET /open HTTP/1.1\r\nHost: localhost\r\n\r\n';

  for (const [what, bytes, status] of [
    ['a chunked body', `${head('Transfer-Encoding: chunked\r\n')}3\r\na=b\r\n`, 411],
    ['another transfer coding', `${head('Transfer-Encoding: gzip, chunked\r\n')}3\r\na=b\r\n`, 411],
    ['a second Host', head('Host: other\r\n'), 400],
    ['two equal lengths', `${head('Content-Length: 3\r\nContent-Length: 3\r\n')}a=b`, 400],
    ['two lengths', `${head('Content-Length: 3\r\nContent-Length: 4\r\n')}a=b`, 400],
    ['two Authorization headers', head('Authorization: Basic YTpi\r\nAuthorization: Basic YTpj\r\n'), 400],
    ['an empty length', head('Content-Length: \r\n'), 400],
    ['a coded body', `${head('Content-Encoding: gzip\r\nContent-Length: 3\r\n')}a=b`, 415],
    ['long headers', head(`X-A: ${'a'.repeat(20_000)}\r\n`), 431],
    ['a long target', `GET /${'a'.repeat(9000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 414],
    ['a body announced too long', head('Content-Length: 999999999\r\n'), 413],
  ] as const) {
    it(`answers ${what} with ${status} and closes`, async () => {
      handled = 0;
      const reply = await raw(port, bytes);
      assert.ok(reply.text.startsWith(`HTTP/1.1 ${status} `), reply.text);
      assert.match(reply.text, /Twilio-Request-Id: RQ/);
      assert.match(reply.text, /\r\nConnection: close\r\n/i);
      assert.equal(reply.closed, true);
      assert.equal(handled, 0);
    });
  }

  for (const [what, bytes] of [
    ['a chunked body', `${head('Transfer-Encoding: chunked\r\n')}0\r\n\r\n`],
    ['chunks with extensions', `${head('Transfer-Encoding: chunked\r\n')}3;a=b\r\na=b\r\n0\r\nX: y\r\n\r\n`],
    ['two lengths', head(`Content-Length: 0\r\nContent-Length: ${smuggled.length}\r\n`)],
    ['a length and a coding', `${head('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n')}0\r\n\r\n`],
    ['a negative length', head('Content-Length: -1\r\n')],
    ['a length that is no number', head('Content-Length: 0x0\r\n')],
  ] as const) {
    it(`handles nothing that is smuggled behind ${what}`, async () => {
      handled = 0;
      const reply = await raw(port, bytes + smuggled);
      assert.equal(reply.closed, true);
      assert.equal(handled, 0);
      assert.doesNotMatch(reply.text, /HTTP\/1.1 200/);
    });
  }

  it('serves pipelined requests in order', async () => {
    handled = 0;
    const reply = await raw(port, `${head('Content-Length: 3\r\n')}a=b${smuggled}`, answers(2));
    assert.equal(reply.text.match(/HTTP\/1.1 200/g)?.length, 2);
    assert.equal(handled, 2);
  });

  it('says that it closes when it was asked to', async () => {
    const reply = await raw(port, head('Connection: Close\r\n'));
    assert.match(reply.text, /^HTTP\/1.1 200 /);
    assert.equal(reply.text.match(/\r\nConnection: close\r\n/g)?.length, 1);
    assert.equal(reply.closed, true);
  });

  it('cuts off a body that is too slow', async () => {
    const before = clock.timers;
    const reply = raw(port, `${head('Content-Length: 10\r\n')}a=b`);
    while (clock.timers === before) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(10_000);
    const { text, closed } = await reply;
    assert.match(text, /^HTTP\/1.1 408 /);
    assert.equal(closed, true);
    assert.equal(clock.timers, before);
  });

  it('forgets the deadline of a client that goes away', async () => {
    const before = clock.timers;
    const stop = new AbortController();
    const half = fetch(`http://127.0.0.1:${port}/open`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain', 'content-length': '10' },
      body: new ReadableStream({
        start: (controller) => controller.enqueue(Buffer.from('a=b')),
      }),
      duplex: 'half',
      signal: stop.signal,
    });
    while (clock.timers === before) await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    await assert.rejects(half);
    while (clock.timers !== before) await new Promise((resolve) => setImmediate(resolve));
  });

  it('stops listening to an address that guesses, and to no other', async () => {
    const guess = (from: string, secret: string): Promise<Response> =>
      fetch(`http://127.0.0.1:${port}/2010-04-01/Accounts/${parent.sid}/X.json`, {
        headers: { authorization: basic(parent.sid, secret), 'x-forwarded-for': `10.0.0.1, ${from}` },
      });
    for (let i = 0; i < 3; i++) assert.equal((await guess('192.0.2.1', 'wrong')).status, 401);
    const blocked = await guess('192.0.2.1', 'secret');
    assert.equal(blocked.status, 429);
    assert.equal(blocked.headers.get('retry-after'), '60');
    assert.equal((await guess('192.0.2.2', 'secret')).status, 200);
    clock.advance(60_000);
    assert.equal((await guess('192.0.2.1', 'secret')).status, 200);
  });
});

describe('front door closing', () => {
  it('lets a request in progress finish, and takes no other', async () => {
    let finish: ((reply: Reply) => void) | undefined;
    const door = await openDoor([
      {
        product: 'api',
        method: 'GET',
        path: '/open',
        auth: 'none',
        handler: () => new Promise<Reply>((resolve) => (finish = resolve)),
      },
    ]);
    const url = `http://127.0.0.1:${door.addresses.http!.port}/open`;
    const slow = fetch(url);
    while (finish === undefined) await new Promise((resolve) => setImmediate(resolve));
    const closed = door.close(60_000);
    await assert.rejects(fetch(url));
    finish({ kind: 'json', status: 200, body: 1 });
    const response = await slow;
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('connection'), 'close');
    await closed;
  });

  it('cuts off what does not finish in time', async () => {
    const clock = new FakeClock();
    let called = false;
    const never = (): Promise<Reply> => {
      called = true;
      return new Promise(() => undefined);
    };
    const door = await openDoor(
      [{ product: 'api', method: 'GET', path: '/open', auth: 'none', handler: never }],
      { clock },
    );
    const slow = fetch(`http://127.0.0.1:${door.addresses.http!.port}/open`);
    const cut = assert.rejects(slow);
    while (!called) await new Promise((resolve) => setImmediate(resolve));
    const closed = door.close(5000);
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(5000);
    await closed;
    await cut;
  });

  it('says which address it cannot have', async () => {
    const first = await openDoor([]);
    const taken = first.addresses.http!;
    await assert.rejects(openDoor([], { http: taken }), /EADDRINUSE/);
    await first.close(0);
  });
});
