import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request, type RequestOptions } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { connect as connectPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, describe, it } from 'node:test';
import { connect } from 'node:tls';
import { readForm } from '../../edge/console/body.ts';
import { bind } from '../../control/base/bind.ts';
import { listenForConsole, type Patience } from '../../edge/console/listener.ts';
import { openTestEdge } from '../api/edge.ts';
import { selfSigned } from '../smpp/certificates.ts';
import { certificateAt } from '../support/certificate-shown.ts';
import { openTestConsole, operatorPassword } from './fixture.ts';

const [first, second] = ['first.example', 'second.example'].map((name) => selfSigned(name, 'IP:127.0.0.1'));
assert.ok(first !== undefined && second !== undefined);
const folder = mkdtempSync(join(tmpdir(), 'strowger-console-'));
const files = { certificate: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
writeFileSync(files.certificate, first.cert);
writeFileSync(files.key, first.key);
after(() => rmSync(folder, { recursive: true }));

const web = await openTestConsole(await openTestEdge(), files);
const { port } = new URL(web.origin);

/** One request over TLS, by whatever certificate is shown. */
async function ask(path: string, options: RequestOptions = {}, form?: Readonly<Record<string, string>>) {
  const asked = request(`${web.origin}${path}`, {
    rejectUnauthorized: false,
    agent: false,
    ...(form === undefined ? {} : { method: 'POST' }),
    ...options,
    headers: {
      ...(form === undefined
        ? {}
        : { 'content-type': 'application/x-www-form-urlencoded', origin: web.origin }),
      ...(options.headers as Readonly<Record<string, string>> | undefined),
    },
  });
  asked.end(form === undefined ? undefined : new URLSearchParams(form).toString());
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, text: await text(response) };
}

const login = (headers: Readonly<Record<string, string>> = {}) =>
  ask('/login', { headers }, { user: 'anna', password: operatorPassword, next: '' });

describe('the console over TLS', () => {
  it('tells browsers never to come without it again', async () => {
    for (const path of ['/login', '/', '/nothing'])
      assert.equal((await ask(path)).headers['strict-transport-security'], 'max-age=31536000', path);
  });

  it('keeps its session in a cookie that no other host and no script can touch', async () => {
    const { status, headers } = await login();
    assert.equal(status, 303);
    const [set = ''] = headers['set-cookie'] ?? [];
    assert.match(set, /^__Host-strowger=anna\.[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/);
    const [cookie = ''] = set.split(';');
    assert.equal((await ask('/', { headers: { cookie } })).status, 200);
    const plain = cookie.replace('__Host-strowger', 'strowger-console');
    assert.equal((await ask('/', { headers: { cookie: plain } })).status, 303, 'a name that others can set');
    const [cleared = ''] = (await ask('/logout', { headers: { cookie } }, {})).headers['set-cookie'] ?? [];
    assert.match(cleared, /^__Host-strowger=; .*Secure; Max-Age=0$/);
    assert.equal((await ask('/', { headers: { cookie } })).status, 303);
  });

  it('takes forms from its own https origin alone', async () => {
    assert.equal((await login({ origin: web.origin.replace('https', 'http') })).status, 403);
    assert.equal((await login({ origin: 'https://other.example' })).status, 403);
    assert.equal((await login()).status, 303);
  });

  it('answers nothing in plain HTTP', async () => {
    const socket = connectPlain(Number(port), '127.0.0.1');
    let got = '';
    socket.on('data', (chunk: Buffer) => (got += chunk.toString('latin1'))).on('error', () => undefined);
    socket.write('GET /login HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(socket, 'close');
    assert.doesNotMatch(got, /HTTP\/1\.1 [23]/);
  });

  it('exchanges its certificate while it is open, and what is connected stays so', async () => {
    assert.equal(await certificateAt(Number(port)), 'first.example');
    const kept = connect({ host: '127.0.0.1', port: Number(port), rejectUnauthorized: false });
    await once(kept, 'secureConnect');
    web.renew({ certificate: second.cert, key: second.key });
    assert.equal(await certificateAt(Number(port)), 'second.example');
    kept.write('GET /login HTTP/1.1\r\nHost: x\r\n\r\n');
    const [answer] = (await once(kept, 'data')) as [Buffer];
    assert.match(answer.toString(), /^HTTP\/1\.1 200 /);
    assert.equal(kept.getPeerCertificate().subject.CN, 'first.example');
    kept.destroy();
    assert.throws(() => web.renew({ certificate: first.cert, key: second.key }));
    assert.equal(await certificateAt(Number(port)), 'second.example', 'what cannot be used changes nothing');
  });
});

describe('clients that take their time', () => {
  /** Whatever is not looked at takes as long as it likes. */
  const endless: Patience = {
    handshakeMs: 60_000,
    headMs: 60_000,
    requestMs: 60_000,
    silenceMs: 60_000,
    lookMs: 5,
  };

  /** What comes of sending `begun` and then a byte now and then, until the connection is closed. */
  async function dawdle(patience: Partial<Patience>, begun: string) {
    const reading: ReturnType<typeof readForm>[] = [];
    const listener = await listenForConsole(
      { host: '127.0.0.1', port: 0 },
      null,
      (asked) => void reading.push(readForm(asked)),
      bind,
      { ...endless, ...patience },
    );
    const socket = connectPlain(listener.address.port, '127.0.0.1');
    let got = '';
    socket.on('data', (chunk: Buffer) => (got += chunk.toString())).on('error', () => undefined);
    socket.write(begun);
    const more = setInterval(() => socket.write('a'), 5);
    await once(socket, 'close');
    clearInterval(more);
    await listener.close();
    return { got, forms: await Promise.all(reading) };
  }

  it('over a head are cut off', async () => {
    const { got, forms } = await dawdle({ headMs: 30 }, 'GET /login HTTP/1.1\r\nHost: x\r\nX-Slow: ');
    assert.match(got, /^HTTP\/1\.1 408 /);
    assert.deepEqual(forms, []);
  });

  it('over a body are cut off, and nothing is made of what came', async () => {
    const head = [
      'POST /login HTTP/1.1',
      'Host: x',
      'Content-Type: application/x-www-form-urlencoded',
      'Content-Length: 60000',
    ];
    const { got, forms } = await dawdle({ headMs: 30, requestMs: 60 }, `${head.join('\r\n')}\r\n\r\nuser=`);
    assert.match(got, /^HTTP\/1\.1 408 /);
    assert.deepEqual(forms, [{ ok: false, error: 400 }]);
  });

  it('over nothing at all are cut off', async () => {
    const listener = await listenForConsole({ host: '127.0.0.1', port: 0 }, null, () => undefined, bind, {
      ...endless,
      silenceMs: 30,
    });
    const socket = connectPlain(listener.address.port, '127.0.0.1');
    await once(socket.resume(), 'close');
    await listener.close();
  });

  it('over a handshake are cut off', async () => {
    const listener = await listenForConsole(
      { host: '127.0.0.1', port: 0 },
      { certificate: first.cert, key: first.key },
      () => undefined,
      bind,
      { ...endless, handshakeMs: 30 },
    );
    const socket = connectPlain(listener.address.port, '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket.resume(), 'close');
    await listener.close();
  });
});
