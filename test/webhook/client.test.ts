import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import twilio from 'twilio';
import { systemRandom } from '../../control/base/random.ts';
import { WebhookClient, type WebhookClientOptions } from '../../edge/webhook/client.ts';
import type { Attempt, WebhookOutcome, WebhookRequest } from '../../edge/webhook/outcome.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { application, type Application, type Received } from './application.ts';

const authToken = '12345';
const params = [
  ['MessageSid', 'SM0123'],
  ['From', '+15551230000'],
  ['Body', 'héllo & 世界 '],
] as const;

const closing: (() => Promise<void>)[] = [];
after(async () => {
  for (const close of closing) await close();
});

type Answer = Parameters<typeof application>[0];

async function app(answer: Answer): Promise<Application> {
  const started = await application(answer);
  closing.push(() => started.close());
  return started;
}

function client(options: Partial<WebhookClientOptions> = {}): WebhookClient {
  const made = new WebhookClient({
    clock: new FakeClock(),
    random: systemRandom,
    allowPrivate: true,
    ...options,
  });
  closing.unshift(() => made.close());
  return made;
}

const ask = (url: string, more: Partial<WebhookRequest> = {}): WebhookRequest => ({
  url,
  method: 'POST',
  params,
  account: 'AC1',
  authToken,
  allowBody: true,
  ...more,
});

const twiml: Answer = (_, __, response) => {
  response.setHeader('content-type', 'text/xml');
  response.end('<Response/>');
};

function succeeded(outcome: WebhookOutcome): Extract<WebhookOutcome, { ok: true }> {
  assert.ok(outcome.ok, outcome.ok ? '' : `${outcome.code} ${outcome.detail}`);
  return outcome;
}

function failed(outcome: WebhookOutcome): Extract<WebhookOutcome, { ok: false }> {
  assert.ok(!outcome.ok, 'the call succeeded');
  return outcome;
}

const signatureOf = (received: Received): string => String(received.headers['x-twilio-signature']);

describe('a webhook', () => {
  it("posts a signed form that Twilio's validator accepts", async () => {
    const server = await app(twiml);
    const outcome = succeeded(await client().request(ask(`${server.origin}/sms?x=1&y=a%20b`)));
    assert.equal(outcome.status, 200);
    assert.equal(outcome.contentType, 'text/xml');
    assert.equal(outcome.body.toString(), '<Response/>');
    assert.equal(outcome.headers['content-type'], 'text/xml');
    const [received] = server.received;
    assert.ok(received);
    assert.equal(received.method, 'POST');
    assert.equal(received.headers['content-type'], 'application/x-www-form-urlencoded; charset=UTF-8');
    assert.equal(received.headers['user-agent'], 'TwilioProxy/1.1');
    assert.equal(received.headers.accept, '*/*');
    assert.equal(received.headers['x-home-region'], 'us1');
    assert.match(
      String(received.headers['i-twilio-idempotency-token']),
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    const form = Object.fromEntries(new URLSearchParams(received.body));
    assert.deepEqual(form, Object.fromEntries(params));
    const seen = server.origin + received.url;
    assert.ok(twilio.validateRequest(authToken, signatureOf(received), seen, form));
    const [{ exchange, ...attempt }] = outcome.attempts as readonly [Attempt];
    assert.equal(exchange().variables.text, received.body);
    assert.deepEqual(attempt, {
      method: 'POST',
      url: `${server.origin}/sms`,
      signedUrl: seen,
      signature: signatureOf(received),
      status: 200,
      durationMs: 0,
    });
  });

  it('puts the parameters of a GET in the query and signs them there', async () => {
    const server = await app(twiml);
    const outcome = succeeded(await client().request(ask(`${server.origin}/sms?x=1`, { method: 'GET' })));
    const [received] = server.received;
    assert.ok(received);
    assert.equal(received.body, '');
    assert.ok(received.url.startsWith('/sms?x=1&MessageSid=SM0123&'));
    assert.ok(twilio.validateRequest(authToken, signatureOf(received), server.origin + received.url, {}));
    assert.equal(outcome.url, `${server.origin}/sms?x=1`);
    assert.equal(outcome.attempts[0]!.url, `${server.origin}/sms`);
  });

  it('sends credentials as Basic, and neither them nor the fragment anywhere else', async () => {
    const server = await app(twiml);
    const url = `http://bob:s%3Acret@127.0.0.1:${server.port}/sms?x=1#rc=0`;
    const outcome = succeeded(await client().request(ask(url)));
    const [received] = server.received;
    assert.equal(received!.headers.authorization, `Basic ${Buffer.from('bob:s:cret').toString('base64')}`);
    assert.equal(received!.url, '/sms?x=1');
    assert.ok(!JSON.stringify(outcome).includes('cret'));
    const bad = failed(await client().request(ask('http://bob:secret@:0/')));
    assert.equal(bad.code, 11100);
    assert.ok(!JSON.stringify(bad).includes('secret'));
  });

  it('keeps its connections for the next ones', async () => {
    const server = await app(twiml);
    const one = client();
    for (let count = 0; count < 5; count++) succeeded(await one.request(ask(server.origin)));
    // undici rests a connection for one turn of the event loop, so two take turns.
    assert.ok(server.connections() <= 2);
    assert.deepEqual(one.load, { active: 0, waiting: 0 });
  });

  it('drops a body that is not wanted, however large', async () => {
    const server = await app((_, __, response) => response.end('x'.repeat(200_000)));
    const outcome = succeeded(await client().request(ask(server.origin, { allowBody: false })));
    assert.equal(outcome.body.length, 0);
  });

  it('takes 64 KB and fails by 11750 beyond, announced or not', async () => {
    const server = await app((received, _, response) => {
      const size = Number(received.url.slice(2));
      if (received.url.startsWith('/c')) response.write('x'.repeat(10));
      response.end('x'.repeat(received.url.startsWith('/c') ? size - 10 : size));
    });
    const one = client();
    assert.equal(succeeded(await one.request(ask(`${server.origin}/l65536`))).body.length, 65_536);
    assert.equal(succeeded(await one.request(ask(`${server.origin}/c65536`))).body.length, 65_536);
    for (const path of ['l65537', 'c65537', 'c5000000']) {
      assert.equal(failed(await one.request(ask(`${server.origin}/${path}`))).code, 11750, path);
    }
  });

  it('fails by 11206 when the answer is compressed or not HTTP', async () => {
    const server = await app((received, request, response) => {
      if (received.url === '/gzip') response.setHeader('content-encoding', 'gzip').end('x');
      else request.socket.end('HELO there\r\n\r\n');
    });
    const one = client();
    for (const path of ['gzip', 'noise']) {
      const outcome = failed(await one.request(ask(`${server.origin}/${path}`)));
      assert.equal(outcome.code, 11206, path);
      assert.equal(outcome.attempts.length, 1, path);
    }
  });

  it('reports each request to the observer', async () => {
    const reports: object[] = [];
    const server = await app(twiml);
    const one = client({ observer: { exchanged: (report) => reports.push(report) } });
    await one.request(ask(`${server.origin}/?token=secret`));
    await server.close();
    await one.request(ask(`${server.origin}#rc=0`));
    const url = `${server.origin}/`;
    assert.deepEqual(reports, [
      { purpose: 'webhook', account: 'AC1', method: 'POST', url, durationMs: 0, status: 200 },
      { purpose: 'webhook', account: 'AC1', method: 'POST', url, durationMs: 0, code: 11202 },
    ]);
  });
});

describe('redirects', () => {
  it('are followed as a browser does, each request signed for itself', async () => {
    const server = await app((received, request, response) => {
      if (received.url === '/see') response.writeHead(302, { location: '/end?x=1' }).end();
      else if (received.url === '/repeat') response.writeHead(307, { location: '/end' }).end();
      else twiml(received, request, response);
    });
    const one = client();
    const seen = succeeded(await one.request(ask(`${server.origin}/see`)));
    assert.equal(seen.url, `${server.origin}/end?x=1`);
    assert.deepEqual(
      seen.attempts.map(({ method, status }) => [method, status]),
      [['POST', 302], ['GET', 200]], // prettier-ignore
    );
    assert.equal(server.received[1]!.body, '');
    assert.ok(
      twilio.validateRequest(authToken, signatureOf(server.received[1]!), `${server.origin}/end?x=1`, {}),
    );
    succeeded(await one.request(ask(`${server.origin}/repeat`)));
    const repeated = server.received[3]!;
    assert.equal(repeated.method, 'POST');
    const form = Object.fromEntries(new URLSearchParams(repeated.body));
    assert.ok(twilio.validateRequest(authToken, signatureOf(repeated), `${server.origin}/end`, form));
    const tokens = server.received.map(({ headers }) => headers['i-twilio-idempotency-token']);
    assert.equal(tokens[0], tokens[1]);
    assert.notEqual(tokens[1], tokens[2]);
  });

  it('end after ten, by 11215', async () => {
    const server = await app((received, request, response) => {
      const left = Number(received.url.slice(1));
      if (left === 0) twiml(received, request, response);
      else response.writeHead(302, { location: `/${left - 1}` }).end();
    });
    const one = client();
    assert.equal(succeeded(await one.request(ask(`${server.origin}/10`))).attempts.length, 11);
    const outcome = failed(await one.request(ask(`${server.origin}/11`)));
    assert.equal(outcome.code, 11215);
    assert.equal(outcome.attempts.length, 11);
  });

  it('to nowhere fail by 11200', async () => {
    const server = await app((received, _, response) => {
      response.writeHead(302, received.url === '/none' ? {} : { location: 'file:///etc/passwd' }).end();
    });
    for (const path of ['none', 'file']) {
      assert.equal(failed(await client().request(ask(`${server.origin}/${path}`))).code, 11200);
    }
  });
});

describe('retries and the fallback', () => {
  it('retry what the policy names, with the same token', async () => {
    let fails = 2;
    const server = await app((received, request, response) => {
      if (fails-- > 0) response.writeHead(503).end();
      else twiml(received, request, response);
    });
    const outcome = succeeded(await client().request(ask(`${server.origin}/#rc=3&rp=5xx`)));
    assert.deepEqual(
      outcome.attempts.map(({ status }) => status),
      [503, 503, 200],
    );
    const tokens = new Set(server.received.map(({ headers }) => headers['i-twilio-idempotency-token']));
    assert.equal(tokens.size, 1);
  });

  it('do not retry what it does not name', async () => {
    const server = await app((_, __, response) => response.writeHead(404).end());
    for (const [fragment, requests] of [
      ['', 1],
      ['#rc=3&rp=5xx', 1],
      ['#rc=2&rp=4xx', 3],
      ['#rc=0&rp=all', 1],
    ] as const) {
      // prettier-ignore
      const outcome = failed(await client().request(ask(server.origin + fragment)));
      assert.equal(outcome.code, 11200);
      assert.equal(outcome.detail, 'the answer was 404');
      assert.equal(outcome.attempts.length, requests, fragment);
    }
  });

  it('retry a refused connection once unless told otherwise, and say so by 11202', async () => {
    const server = await app(twiml);
    await server.close();
    const outcome = failed(await client().request(ask(server.origin)));
    assert.equal(outcome.code, 11202);
    assert.equal(outcome.attempts.length, 2);
    assert.equal(outcome.attempts[0]!.error?.code, 11202);
    assert.equal(failed(await client().request(ask(`${server.origin}#rp=5xx`))).attempts.length, 1);
  });

  it('send a request again whose connection closed before an answer', async () => {
    let dropped = false;
    const server = await app((received, request, response) => {
      if (dropped) twiml(received, request, response);
      else request.socket.destroy();
      dropped = true;
    });
    const outcome = succeeded(await client().request(ask(server.origin)));
    assert.equal(outcome.attempts[0]!.error?.code, 11205);
  });

  it('do not repeat a request of which part of an answer came', async () => {
    const server = await app((_, request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('x', () => request.socket.destroy());
    });
    const outcome = failed(await client().request(ask(`${server.origin}#rc=3&rp=all`)));
    assert.equal(outcome.code, 11205);
    assert.equal(outcome.attempts.length, 1);
  });

  it('fail by 11243 for a policy that does not exist', async () => {
    assert.equal(failed(await client().request(ask('http://127.0.0.1:9/#rp=never'))).code, 11243);
  });

  it('call the fallback with the error', async () => {
    const server = await app((received, request, response) => {
      if (received.url === '/primary') response.writeHead(500).end();
      else twiml(received, request, response);
    });
    const fallback = { url: `${server.origin}/fallback`, method: 'POST' } as const;
    const outcome = succeeded(
      await client().request(ask(`http://bob:secret@127.0.0.1:${server.port}/primary`, { fallback })),
    );
    const form = new URLSearchParams(server.received[1]!.body);
    assert.equal(form.get('ErrorCode'), '11200');
    assert.equal(form.get('ErrorUrl'), `${server.origin}/primary`);
    assert.equal(form.get('MessageSid'), 'SM0123');
    assert.ok(
      twilio.validateRequest(
        authToken,
        signatureOf(server.received[1]!),
        fallback.url,
        Object.fromEntries(form),
      ),
    );
    assert.deepEqual(outcome.primary, {
      code: 11200,
      detail: 'the answer was 500',
      url: `${server.origin}/primary`,
    });
    assert.equal(outcome.attempts.length, 2);
  });

  it('name both failures when the fallback fails as well', async () => {
    const server = await app((received, _, response) => {
      response.writeHead(received.url === '/primary' ? 500 : 404).end();
    });
    const fallback = { url: `${server.origin}/fallback`, method: 'GET' } as const;
    const outcome = failed(await client().request(ask(`${server.origin}/primary`, { fallback })));
    assert.equal(outcome.detail, 'the answer was 404');
    assert.equal(outcome.primary?.detail, 'the answer was 500');
    assert.equal(server.received[1]!.method, 'GET');
  });
});

describe('time-outs, by the clock', () => {
  it('end a wait for an answer after 15 s, by the total of 11203 or the read time-out of 11205', async () => {
    const clock = new FakeClock();
    const silent = await app(() => clock.advance(15_000));
    const read = failed(await client({ clock }).request(ask(`${silent.origin}#rt=5000`)));
    assert.equal(read.code, 11205);
    assert.equal(read.attempts[0]!.durationMs, 15_000);
    const later = new FakeClock();
    const slow = await app(() => later.advance(7_000));
    const total = failed(await client({ clock: later }).request(ask(`${slow.origin}#tt=6000`)));
    assert.equal(total.code, 11203);
    assert.equal(later.timers, 0);
  });

  it('retry a read time-out when the policy says so, within the total', async () => {
    const clock = new FakeClock();
    const server = await app(() => clock.advance(4_000));
    const outcome = failed(
      await client({ clock }).request(ask(`${server.origin}#rt=4000&rp=rt&rc=5&tt=10000`)),
    );
    assert.equal(outcome.attempts.length, 3);
    assert.deepEqual(
      outcome.attempts.map(({ error }) => error?.code),
      [11205, 11205, 11203],
    );
  });

  it('end a connection that is not made', async () => {
    const clock = new FakeClock();
    const outcome = failed(
      await client({ clock, resolve: () => clock.advance(2_000) }).request(
        ask('http://app.example/#ct=2000&rc=2'),
      ),
    );
    assert.equal(outcome.code, 11201);
    assert.equal(outcome.attempts.length, 3);
  });

  it('count the wait for a connection', async () => {
    const clock = new FakeClock();
    const held: (() => void)[] = [];
    const server = await app((received, request, response) => {
      held.push(() => twiml(received, request, response));
      clock.advance(3_000);
    });
    const one = client({ clock, connectionsPerHost: 1 });
    const first = one.request(ask(server.origin));
    const second = failed(await one.request(ask(`${server.origin}#tt=3000`)));
    assert.equal(second.code, 11203);
    assert.equal(server.received.length, 1);
    held[0]!();
    succeeded(await first);
  });
});

describe('bounds', () => {
  it('keep connections to a host at their number, and all requests are answered', async () => {
    const server = await app(twiml);
    const one = client({ connectionsPerHost: 3 });
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => one.request(ask(server.origin))));
    assert.ok(outcomes.every(({ ok }) => ok));
    assert.ok(server.connections() <= 3);
  });
  it('turn requests away when as many of the account wait as may', async () => {
    const server = await app(twiml);
    const one = client({ connectionsPerHost: 1, waitingMax: 4 });
    const outcomes = await Promise.all(
      Array.from({ length: 5 }, () => one.request(ask(`${server.origin}#rc=0`))),
    );
    assert.equal(outcomes.filter(({ ok }) => ok).length, 3);
    assert.deepEqual([...new Set(outcomes.filter((one) => !one.ok).map((one) => one.code))], [11205]);
  });
});

describe('cookies and caching', () => {
  it('keep a conversation', async () => {
    const server = await app((received, request, response) => {
      response.setHeader('set-cookie', ['visit=1', 'theme=dark; Path=/']);
      twiml(received, request, response);
    });
    const one = client();
    const cookieKey = 'AC1 +1 +2';
    await one.request(ask(server.origin, { cookieKey }));
    await one.request(ask(server.origin, { cookieKey }));
    await one.request(ask(server.origin, { cookieKey: 'AC1 +1 +3' }));
    await one.request(ask(server.origin, { cookieKey, sessionless: true }));
    await one.request(ask(server.origin));
    assert.deepEqual(
      server.received.map(({ headers }) => headers.cookie),
      [undefined, 'visit=1; theme=dark', undefined, undefined, undefined],
    );
  });

  it('keep a GET for as long as its answer says, for its own tenant only', async () => {
    const clock = new FakeClock();
    const server = await app((received, request, response) => {
      response.setHeader('cache-control', 'max-age=60').setHeader('etag', '"1"');
      if (received.headers['if-none-match'] === '"1"') response.writeHead(304).end();
      else twiml(received, request, response);
    });
    const one = client({ clock });
    const get = ask(`${server.origin}/static.xml`, { method: 'GET', params: [] });
    await one.request(get);
    const again = succeeded(await one.request(get));
    assert.equal(again.body.toString(), '<Response/>');
    assert.equal(again.attempts[0]!.cached, true);
    assert.equal(server.received.length, 1);
    await one.request({ ...get, authToken: 'another' });
    assert.equal(server.received.length, 2);
    clock.advance(61_000);
    const renewed = succeeded(await one.request(get));
    assert.equal(server.received.length, 3);
    assert.equal(renewed.status, 200);
    assert.equal(renewed.body.toString(), '<Response/>');
    await one.request(ask(`${server.origin}/static.xml`));
    await one.request({ ...get, allowBody: false });
    assert.equal(server.received.length, 5, 'a POST is never answered from the cache');
  });
});
