import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { renameSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { connect, type TLSSocket } from 'node:tls';
import twilio from 'twilio';
import { FastSmsc } from '../peers/fast-smsc.ts';
import { freePorts } from '../peers/ports.ts';
import { root } from '../support/root.ts';
import { carrierLines, EdgeProcess, until, type Credentials, type Ready } from './edge-process.ts';

const number = '+14155550100';
const recipient = '+13125551000';

/** An application that knows nothing of the edge. */
const application = `
  const [to, from, body, statusCallback] = process.argv.slice(1);
  const client = require('twilio')(process.env.TWILIO_ACCOUNT_SID, process.env.TWILIO_AUTH_TOKEN);
  client.messages.create({ to, from, body, statusCallback }).then(
    ({ sid, status, numSegments }) => console.log(JSON.stringify({ sid, status, numSegments })),
    (error) => {
      console.error(error);
      process.exitCode = 1;
    },
  );
`;

/** A webhook as the application saw it. */
interface Heard {
  readonly path: string;
  readonly valid: boolean;
  readonly form: Readonly<Record<string, string>>;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** Makes a self-signed certificate for localhost with `serial` in `folder`, as a renewal does: written aside, moved over. */
function renew(folder: string, serial: number): void {
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  const made = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -set_serial ${serial}`;
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const out = ['-keyout', `${files.key}.new`, '-out', `${files.cert}.new`];
  execFileSync('openssl', [...made.split(' '), ...subject, ...out], { stdio: 'ignore' });
  for (const path of [files.key, files.cert]) renameSync(`${path}.new`, path);
}

describe("Twilio's SDK and a whole edge", { timeout: 60_000 }, () => {
  const smsc = new FastSmsc({ keep: true, receipts: { delayMs: 20, form: 'both', states: [] } });
  const heard: Heard[] = [];
  let edge: EdgeProcess | undefined;
  let account: Credentials;
  let ready: Ready;
  let proxyPort = 0;

  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const form = Object.fromEntries(new URLSearchParams(body));
      const signature = request.headers['x-twilio-signature'];
      const path = request.url ?? '';
      const valid =
        typeof signature === 'string' &&
        twilio.validateRequest(account.token, signature, `${applicationUrl()}${path}`, form);
      heard.push({ path, valid, form });
      const reply = new twilio.twiml.MessagingResponse();
      if (path === '/sms') reply.message(`You said: ${form['Body']} <&>`);
      response.setHeader('Content-Type', 'text/xml').end(reply.toString());
    });
  });
  const applicationUrl = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const heardAt = (path: string): Heard[] => heard.filter((one) => one.path === path);
  const bodiesFor = (to: string): string[] =>
    [...smsc.record.messages()].filter(({ destination }) => `+${destination}` === to).map(({ body }) => body);

  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const carrierPort = await smsc.listen();
    const [proxy = 0] = await freePorts(1);
    proxyPort = proxy;
    edge = await EdgeProcess.create((folder) => {
      renew(folder, 1);
      return [
        'https:',
        '  listen: 127.0.0.1:0',
        `  certificate: ${join(folder, 'cert.pem')}`,
        `  key: ${join(folder, 'key.pem')}`,
        `  proxy: { listen: 127.0.0.1:${proxyPort} }`,
        'webhooks: { allowPrivate: true }',
        ...carrierLines(carrierPort),
      ];
    });
    account = await edge.account([number]);
    ready = await edge.start();
    await until('the link is bound', () => smsc.counts.boundNow > 0);
  });
  after(async () => {
    await edge?.remove();
    await smsc.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  /** Runs code as an unmodified application: what leads it to the edge is in its environment. */
  const run = (code: string, words: readonly string[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const env = {
        PATH: process.env['PATH'] ?? '',
        TWILIO_ACCOUNT_SID: account.sid,
        TWILIO_AUTH_TOKEN: account.token,
        HTTPS_PROXY: `http://127.0.0.1:${proxyPort}`,
        HTTP_PROXY: `http://127.0.0.1:${proxyPort}`,
        NODE_EXTRA_CA_CERTS: join(edge!.folder, 'data', 'ca', 'ca.pem'),
      };
      execFile(process.execPath, ['-e', code, ...words], { cwd: root, env }, (error, out, err) => {
        if (error === null) resolve(JSON.parse(out));
        else reject(new Error(err));
      });
    });

  it('sends a message, and its status callbacks are valid', async () => {
    const callback = `${applicationUrl()}/status?order=7&note=a%20b`;
    const sent = (await run(application, [recipient, number, 'naïve + 100% & more', callback])) as {
      sid: string;
      status: string;
    };
    assert.match(sent.sid, /^SM[0-9a-f]{32}$/);
    assert.equal(sent.status, 'queued');
    const callbacks = (): Heard[] => heardAt('/status?order=7&note=a%20b');
    await until('delivered', () => callbacks().some(({ form }) => form['MessageStatus'] === 'delivered'));
    assert.equal(bodiesFor(recipient).length, 1);
    for (const { valid, form } of callbacks()) {
      assert.ok(valid, JSON.stringify(form));
      assert.equal(form['MessageSid'], sent.sid);
      assert.equal(form['AccountSid'], account.sid);
    }
    const statuses = callbacks().map(({ form }) => form['MessageStatus']);
    assert.deepEqual(
      statuses.filter((status) => status === 'sent' || status === 'delivered'),
      ['sent', 'delivered'],
    );
  });

  it('brings an inbound message to its webhook and the TwiML back', async () => {
    const setUrl = `
      const client = require('twilio')(process.env.TWILIO_ACCOUNT_SID, process.env.TWILIO_AUTH_TOKEN);
      const [phoneNumber, smsUrl] = process.argv.slice(1);
      client.incomingPhoneNumbers.list({ phoneNumber })
        .then(([{ sid }]) => client.incomingPhoneNumbers(sid).update({ smsUrl, smsMethod: 'POST' }))
        .then((updated) => console.log(JSON.stringify(updated.smsUrl)));
    `;
    assert.equal(await run(setUrl, [number, `${applicationUrl()}/sms`]), `${applicationUrl()}/sms`);
    const source = '13125551001';
    assert.ok(smsc.sendInbound({ count: 1, source, destination: number.slice(1), body: 'Berlin' }));
    await until('the reply', () => bodiesFor(`+${source}`).length > 0);
    assert.deepEqual(bodiesFor(`+${source}`), ['You said: Berlin #000000000 <&>']);
    const [webhook] = heardAt('/sms');
    assert.ok(webhook?.valid);
    assert.equal(heardAt('/sms').length, 1);
    const { From, To, Body, NumMedia, AccountSid } = webhook.form;
    assert.deepEqual(
      { From, To, Body, NumMedia, AccountSid },
      { From: `+${source}`, To: number, Body: 'Berlin #000000000', NumMedia: '0', AccountSid: account.sid },
    );
  });

  it('serves a renewed certificate and keeps the connections it has', async () => {
    const { port } = new URL(ready.api);
    const open = (): Promise<TLSSocket> =>
      new Promise((resolve, reject) => {
        const socket = connect({
          host: '127.0.0.1',
          port: Number(port),
          servername: 'localhost',
          rejectUnauthorized: false,
        });
        socket.once('secureConnect', () => resolve(socket)).once('error', reject);
      });
    const status = (socket: TLSSocket): Promise<string> =>
      new Promise((resolve, reject) => {
        socket.once('data', (chunk: Buffer) => resolve(chunk.toString().split('\r\n')[0] ?? ''));
        socket.once('close', () => reject(new Error('the connection was closed')));
        socket.write('GET /2010-04-01/Accounts.json HTTP/1.1\r\nHost: api.localhost\r\n\r\n');
      });
    const old = await open();
    try {
      assert.match(await status(old), /^HTTP\/1\.1 401 /);
      const shown = old.getPeerCertificate().fingerprint256;
      renew(edge!.folder, 2);
      await until('the new certificate is served', async () => {
        // One that comes in the very moment of the exchange may be cut.
        const socket = await open().catch(() => undefined);
        if (socket === undefined) return false;
        const { fingerprint256 } = socket.getPeerCertificate();
        socket.destroy();
        return fingerprint256 !== shown;
      });
      assert.match(await status(old), /^HTTP\/1\.1 401 /);
    } finally {
      old.destroy();
    }
  });
});
