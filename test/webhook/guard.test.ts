import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { systemRandom } from '../../control/base/random.ts';
import { WebhookClient } from '../../edge/webhook/client.ts';
import type { Resolve } from '../../edge/webhook/connector.ts';
import type { WebhookRequest } from '../../edge/webhook/outcome.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { application, type Application } from './application.ts';

const ask = (url: string): WebhookRequest => ({
  url,
  method: 'POST',
  params: [],
  account: 'AC1',
  authToken: 't',
  allowBody: true,
});

describe('addresses that are not allowed', () => {
  const closing: (() => Promise<void>)[] = [];
  let server: Application;
  before(async () => {
    server = await application((received, _, response) => {
      const to = new URL(received.url, 'http://x/').searchParams.get('to');
      if (to === null) response.end();
      else response.writeHead(307, { location: to }).end();
    });
  });
  after(async () => {
    for (const close of closing) await close();
    await server.close();
  });
  function client(allowPrivate: boolean, resolve?: Resolve): WebhookClient {
    const made = new WebhookClient({
      clock: new FakeClock(),
      random: systemRandom,
      allowPrivate,
      ...(resolve === undefined ? {} : { resolve }),
    });
    closing.push(() => made.close());
    return made;
  }
  /** A resolver that knows the same addresses for every name. */
  const to =
    (...addresses: readonly string[]): Resolve =>
    (_, done) =>
      done(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );

  const literals = [
    '127.0.0.1',
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '0177.0.0.1',
    '127.1',
    '0.0.0.0',
    '0',
    '169.254.169.254',
    '10.0.0.1',
    '100.64.0.1',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    '[fe80::1]',
    '[fd00::1]',
  ];
  for (const host of literals) {
    it(`are refused: ${host}`, async () => {
      const outcome = await client(false).request(ask(`http://${host}:${server.port}/`));
      assert.ok(!outcome.ok);
      assert.equal(outcome.code, 11200);
      assert.match(outcome.detail, /is not allowed/);
      assert.equal(outcome.attempts.length, 1, 'no retry');
    });
  }

  it('are refused behind a name, also over TLS', async () => {
    for (const scheme of ['http', 'https']) {
      for (const address of ['127.0.0.1', '::1', '169.254.169.254', '::ffff:10.0.0.1']) {
        const outcome = await client(false, to(address)).request(
          ask(`${scheme}://app.example:${server.port}/`),
        );
        assert.ok(!outcome.ok);
        assert.match(outcome.detail, /address of app.example is not allowed/);
      }
    }
    const local = await client(false).request(ask(`http://localhost:${server.port}/`));
    assert.ok(!local.ok);
    assert.equal(local.code, 11200);
  });

  it('are refused when a name changes its mind after an earlier look-up', async () => {
    let calls = 0;
    const rebinding: Resolve = (name, done) => to(++calls === 1 ? '192.0.2.1' : '127.0.0.1')(name, done);
    const one = client(false, rebinding);
    for (let count = 0; count < 3; count++) {
      const outcome = await one.request(ask(`http://app.example:${server.port}/`));
      assert.ok(!outcome.ok);
      assert.match(outcome.detail, /is not allowed/);
    }
  });

  it('are refused when a redirect leads to them', async () => {
    const one = client(true, to('127.0.0.1'));
    const outcome = await one.request(
      ask(`http://app.example:${server.port}/?to=http://0.0.0.0:${server.port}/`),
    );
    assert.ok(!outcome.ok);
    assert.equal(outcome.code, 11200);
    assert.equal(outcome.attempts.length, 2);
    assert.match(outcome.attempts[1]!.error?.detail ?? '', /is not allowed/);
  });

  it('are refused when the fallback or media lie there', async () => {
    const one = client(false);
    const fallback = { url: `http://127.0.0.1:${server.port}/`, method: 'POST' } as const;
    assert.ok(!(await one.request({ ...ask('http://10.0.0.1/'), fallback })).ok);
    const media = await one.fetchMedia(`http://127.0.0.1:${server.port}/`);
    assert.ok(!media.ok);
    assert.equal(media.error.code, 11200);
  });

  it('never saw a request', () => {
    const paths = server.received.map(({ url }) => url);
    assert.deepEqual(paths, [`/?to=http://0.0.0.0:${server.port}/`]);
  });

  it('are passed over where a name has others that are allowed', async () => {
    const outcome = await client(true, to('0.0.0.0', '127.0.0.1')).request(
      ask(`http://app.example:${server.port}/`),
    );
    assert.ok(outcome.ok);
  });

  it('are no matter where a name cannot be resolved: 11210', async () => {
    const missing: Resolve = (_, done) => done(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), []);
    const outcome = await client(false, missing).request(ask('http://app.example/'));
    assert.ok(!outcome.ok);
    assert.equal(outcome.code, 11210);
  });
});
