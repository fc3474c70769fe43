import assert from 'node:assert/strict';
import { createServer } from 'node:https';
import { after, before, describe, it } from 'node:test';
import { systemRandom } from '../../control/base/random.ts';
import { WebhookClient } from '../../edge/webhook/client.ts';
import type { WebhookOutcome } from '../../edge/webhook/outcome.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { application, type Application } from './application.ts';
import { expired, valid, type Pem } from './certificates.ts';

describe('TLS', () => {
  const closing: (() => Promise<void>)[] = [];
  let server: Application;

  async function https(made: Pem): Promise<Application> {
    const started = await application(
      (_, __, response) => response.end('hello'),
      createServer({ cert: made.cert, key: made.key }),
    );
    closing.push(() => started.close());
    return started;
  }
  async function call(port: number, host: string, ca?: string): Promise<WebhookOutcome> {
    const client = new WebhookClient({
      clock: new FakeClock(),
      random: systemRandom,
      allowPrivate: true,
      resolve: (_, done) => done(null, [{ address: '127.0.0.1', family: 4 }]),
      ...(ca === undefined ? {} : { ca }),
    });
    closing.unshift(() => client.close());
    const url = `https://${host}:${port}/#rc=0`;
    return client.request({
      url,
      method: 'POST',
      params: [],
      account: 'AC1',
      authToken: 't',
      allowBody: true,
    });
  }
  const code = (outcome: WebhookOutcome): number => (outcome.ok ? 0 : outcome.code);

  before(async () => {
    server = await https(valid);
  });
  after(async () => {
    for (const close of closing) await close();
  });

  it('is verified against the authorities, and their absence is 11237', async () => {
    const outcome = await call(server.port, 'app.example', valid.cert);
    assert.ok(outcome.ok, outcome.ok ? '' : outcome.detail);
    assert.equal(outcome.body.toString(), 'hello');
    assert.equal(code(await call(server.port, 'app.example')), 11237);
  });
  it('fails by 11235 when the certificate is for another host', async () => {
    assert.equal(code(await call(server.port, 'other.example', valid.cert)), 11235);
  });
  it('fails by 11236 when the certificate has expired', async () => {
    const old = await https(expired);
    assert.equal(code(await call(old.port, 'app.example', expired.cert)), 11236);
  });
  it('fails by 11220 when the server does not speak it', async () => {
    const plain = await application((_, __, response) => response.end());
    closing.push(() => plain.close());
    assert.equal(code(await call(plain.port, 'app.example')), 11220);
  });
});
