import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { connect as tlsConnect } from 'node:tls';
import type { Route } from '../../edge/api/exchange.ts';
import type { FrontDoor } from '../../edge/http/server.ts';
import { basic, openDoor, parent, password, raw, sid } from './fixture.ts';

/** Sends one message as any application would: nothing here knows of the edge. */
const withSdk = `
  const client = require('twilio')(process.env.ACCOUNT, process.env.TOKEN);
  const form = { to: '+15558675310', from: '+15017122661', body: 'naïve + 100% & more' };
  client.messages.create(form).then(
    (sent) => console.log(JSON.stringify({ sid: sent.sid, body: sent.body, uri: sent.uri })),
    (error) => console.log(JSON.stringify({ error: error.message, code: error.code })),
  );
`;

/** The same without the SDK, which looks at HTTP_PROXY alone, as clients do that follow HTTPS_PROXY. */
const withFetch = `
  const { EnvHttpProxyAgent, fetch } = require('undici');
  const { ACCOUNT, TOKEN } = process.env;
  fetch('https://api.twilio.com/2010-04-01/Accounts/' + ACCOUNT + '/Messages.json', {
    method: 'POST',
    headers: { authorization: 'Basic ' + Buffer.from(ACCOUNT + ':' + TOKEN).toString('base64') },
    body: new URLSearchParams({ Body: 'naïve + 100% & more' }),
    dispatcher: new EnvHttpProxyAgent(),
  }).then(async (answer) => console.log(await answer.text()), (error) => console.log(JSON.stringify(String(error.cause))));
`;

const routes: readonly Route[] = [
  {
    product: 'api',
    method: 'POST',
    path: '/2010-04-01/Accounts/{AccountSid}/Messages',
    handler: (request) => ({
      kind: 'json',
      status: 201,
      body: { sid: sid('SM', 7), body: request.form.get('Body') ?? '', uri: request.origin },
    }),
  },
];

describe('SDK proxy', () => {
  let directory: string;
  let door: FrontDoor;
  let port: number;
  let caPath: string;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'strowger-'));
    door = await openDoor(routes, {
      http: null,
      proxy: { listen: { host: '127.0.0.1', port: 0 }, caDirectory: join(directory, 'ca') },
      failedLogins: { attemptsMax: 2, windowMs: 60_000, addressesMax: 10 },
    });
    port = door.addresses.proxy!.port;
    caPath = join(directory, 'ca', 'ca.pem');
  });
  after(async () => {
    await door.close(0);
    rmSync(directory, { recursive: true });
  });

  const run = (application: string, env: Record<string, string>): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const base = { PATH: process.env['PATH'] ?? '', ACCOUNT: parent.sid, TOKEN: password };
      const options = { cwd: process.cwd(), env: { ...base, ...env } };
      execFile(process.execPath, ['-e', application], options, (error, stdout, stderr) => {
        if (error !== null || stdout === '') reject(new Error(`${stdout}${stderr}`));
        else resolve(JSON.parse(stdout));
      });
    });

  for (const [what, application, variable] of [
    ["Twilio's SDK", withSdk, 'HTTP_PROXY'],
    ['another client', withFetch, 'HTTPS_PROXY'],
  ] as const) {
    it(`serves ${what}, unmodified, by ${variable} and NODE_EXTRA_CA_CERTS`, async () => {
      const env = { [variable]: `http://127.0.0.1:${port}`, NODE_EXTRA_CA_CERTS: caPath };
      assert.deepEqual(await run(application, env), {
        sid: sid('SM', 7),
        body: 'naïve + 100% & more',
        uri: 'https://api.twilio.com',
      });
    });
  }

  it('keeps its key to itself', () => {
    assert.equal(statSync(join(directory, 'ca', 'ca-key.pem')).mode & 0o777, 0o600);
    assert.equal(statSync(caPath).mode & 0o777, 0o644);
  });

  it('serves plain requests in absolute form, whatever their Host says', async () => {
    for (const [url, origin] of [
      ['http://api.twilio.com', 'http://api.twilio.com'],
      ['http://api.dublin.ie1.twilio.com:80', 'http://api.dublin.ie1.twilio.com'],
      ['https://api.twilio.com', 'https://api.twilio.com'],
    ]) {
      const { text } = await raw(
        port,
        `POST ${url}/2010-04-01/Accounts/${parent.sid}/Messages.json HTTP/1.1\r\nHost: evil.example\r\n` +
          `Authorization: ${basic(parent.sid)}\r\nContent-Length: 6\r\nConnection: close\r\n\r\nBody=x`,
      );
      assert.match(text, /^HTTP\/1.1 201 /);
      assert.ok(text.includes(`"uri":"${origin}"`), text);
    }
  });

  for (const target of [
    'twilio.com.evil.example:443',
    'eviltwilio.com:443',
    'twilio.com:443',
    'api.twilio.com.:443',
    'api.twilio.com:8443',
    'api.twilio.com:443x',
    'api.twilio.com:0443',
    'api.twilio.com',
    '.twilio.com:443',
    'a..twilio.com:443',
    'user@api.twilio.com:443',
    'user:x@api.twilio.com:443',
    '127.0.0.1:443',
    '[::1]:443',
    'localhost:80',
    `${'a.'.repeat(20)}twilio.com:443`,
  ]) {
    it(`leads no tunnel to ${target.slice(0, 40)}`, async () => {
      const { text, closed } = await raw(
        port,
        `CONNECT ${target} HTTP/1.1\r\nHost: api.twilio.com:443\r\n\r\n`,
      );
      assert.match(text, /^HTTP\/1.1 40[03] /);
      assert.equal(closed, true);
    });
  }

  for (const target of [
    'http://evil.example/',
    'http://api.twilio.com.evil.example/',
    'http://api.twilio.com@evil.example/',
    'http://evil.example\\@api.twilio.com/',
    'http://api.twilio.com:443/',
    'https://api.twilio.com:80/',
    'ftp://api.twilio.com/',
    '/2010-04-01/Accounts',
    '//api.twilio.com/',
  ]) {
    it(`hands on no request for ${target}`, async () => {
      const { text, closed } = await raw(port, `GET ${target} HTTP/1.1\r\nHost: api.twilio.com\r\n\r\n`);
      assert.match(text, /^HTTP\/1.1 40[03] /);
      assert.equal(closed, true);
    });
  }

  it('is each host by a certificate of its own', async () => {
    const subject = (host: string): Promise<string | undefined> =>
      new Promise((resolve, reject) => {
        const socket = connect({ host: '127.0.0.1', port });
        socket.on('error', reject);
        socket.write(`CONNECT ${host.toUpperCase()}:443 HTTP/1.1\r\n\r\n`);
        socket.once('data', (answer) => {
          assert.match(answer.toString(), /^HTTP\/1.1 200 /);
          const tls = tlsConnect({ socket, servername: host, ca: readFileSync(caPath) }, () => {
            resolve(tls.getPeerCertificate().subjectaltname);
            tls.destroy();
          });
          tls.on('error', reject);
        });
      });
    assert.equal(await subject('api.twilio.com'), 'DNS:api.twilio.com');
    assert.equal(await subject('verify.dublin.ie1.twilio.com'), 'DNS:verify.dublin.ie1.twilio.com');
  });

  it('survives a client that speaks nonsense inside its tunnel', async () => {
    const { text, closed } = await raw(
      port,
      'CONNECT api.twilio.com:443 HTTP/1.1\r\n\r\n\0\0\0\0 no TLS at all \r\n\r\n',
    );
    assert.match(text, /^HTTP\/1.1 200 /);
    assert.equal(closed, true);
  });

  it('tells the door who the client is, so that guessing is counted', async () => {
    const guess = (secret: string): Promise<string> =>
      raw(
        port,
        `POST http://api.twilio.com/2010-04-01/Accounts/${parent.sid}/Messages.json HTTP/1.1\r\n` +
          `Host: api.twilio.com\r\nAuthorization: ${basic(parent.sid, secret)}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
      ).then(({ text }) => text.slice(9, 12));
    assert.equal(await guess('wrong'), '401');
    assert.equal(await guess('wrong'), '401');
    assert.equal(await guess('wrong'), '429');
  });
});

describe('certificate authority', () => {
  it('is made once and kept', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'strowger-'));
    const proxy = { listen: { host: '127.0.0.1', port: 0 }, caDirectory: directory };
    await (await openDoor([], { http: null, proxy })).close(0);
    const made = readFileSync(join(directory, 'ca.pem'), 'utf8');
    await (await openDoor([], { http: null, proxy })).close(0);
    assert.equal(readFileSync(join(directory, 'ca.pem'), 'utf8'), made);
    rmSync(join(directory, 'ca-key.pem'));
    await assert.rejects(openDoor([], { http: null, proxy }), /certificate authority/);
    rmSync(directory, { recursive: true });
  });
});
