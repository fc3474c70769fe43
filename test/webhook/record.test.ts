import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { systemClock } from '../../control/base/clock.ts';
import { systemRandom } from '../../control/base/random.ts';
import { excerptOf, excerptText, type AlertExchange } from '../../control/events/alert-exchange.ts';
import { newAlertOf, alertOf } from '../../edge/webhook/alert.ts';
import { WebhookClient } from '../../edge/webhook/client.ts';
import { application, type Application, type Received } from './application.ts';

const authToken = 'f'.repeat(32);

describe('an excerpt', () => {
  it('is the whole, or a beginning of whole characters that says how much there was', () => {
    for (const text of ['', 'plain', 'h\u00e9llo \u4e16\u754c \u{1f642}'.repeat(3)])
      for (let bytesMax = 0; bytesMax < 50; bytesMax++) {
        const bytes = Buffer.byteLength(text);
        const excerpt = excerptOf(text, bytesMax);
        assert.ok(text.startsWith(excerpt.text));
        assert.ok(Buffer.byteLength(excerpt.text) <= bytesMax);
        assert.ok(bytes <= bytesMax || Buffer.byteLength(excerpt.text) > bytesMax - 4);
        assert.equal(excerpt.cutFrom, bytes <= bytesMax ? null : bytes);
      }
  });

  it('of which more had come than is here says so, too', () => {
    assert.equal(excerptText(excerptOf('abc', 10, 3)), 'abc');
    assert.equal(excerptText(excerptOf('abc', 10, 9_000)), 'abc [cut, of 9000 bytes]');
  });
});

describe('what is kept of a failed webhook', () => {
  let server: Application;
  let answer: Parameters<typeof application>[0] = () => undefined;
  const webhooks = new WebhookClient({ clock: systemClock, random: systemRandom, allowPrivate: true });
  before(async () => {
    server = await application((...exchange) => answer(...exchange));
  });
  after(async () => {
    await webhooks.close();
    await server.close();
  });

  /** Of a request with this body that is answered so; `user` stands before the host. */
  async function kept(
    answering: typeof answer,
    { body = 'Hi & bye', user = '', allowBody = true } = {},
  ): Promise<{ readonly exchange: AlertExchange; readonly received: Received }> {
    answer = answering;
    const outcome = await webhooks.request({
      url: `${server.origin.replace('//', `//${user}`)}/sms`,
      method: 'POST',
      params: [
        ['From', '+15551230000'],
        ['Body', body],
      ],
      account: 'AC1',
      authToken,
      allowBody,
    });
    assert.ok(!outcome.ok);
    const { exchange } = newAlertOf('AC1', alertOf('SM1', outcome, 'POST'));
    const received = server.received.at(-1);
    assert.ok(exchange !== undefined && received !== undefined);
    return { exchange, received };
  }

  it('is what was on the wire', async () => {
    for (const allowBody of [true, false]) {
      const { exchange, received } = await kept(
        (_, __, response) => {
          response.writeHead(500, { 'X-Trace': 'a b' }).end('<h1>Oops, \u4e16</h1>');
        },
        { allowBody },
      );
      assert.deepEqual(exchange.variables, { text: received.body, cutFrom: null });
      const sent = new URLSearchParams(exchange.requestHeaders.text);
      assert.equal(sent.get('x-twilio-signature'), received.headers['x-twilio-signature']);
      assert.equal(sent.get('content-type'), 'application/x-www-form-urlencoded; charset=UTF-8');
      assert.equal(new URLSearchParams(exchange.responseHeaders.text).get('x-trace'), 'a b');
      assert.deepEqual(exchange.responseBody, { text: '<h1>Oops, \u4e16</h1>', cutFrom: null });
    }
  });

  it('is bounded', async () => {
    const { exchange } = await kept(
      (_, __, response) => {
        response.writeHead(404, { 'X-Long': 'y'.repeat(5_000) }).end('z'.repeat(30_000));
      },
      { body: 'x'.repeat(9_000) },
    );
    assert.equal(exchange.variables.text.length, 4_096);
    assert.ok((exchange.variables.cutFrom ?? 0) > 9_000);
    assert.equal(exchange.responseHeaders.text.length, 2_048);
    assert.deepEqual(exchange.responseBody, { text: 'z'.repeat(4_096), cutFrom: 30_000 });
  });

  it('holds no credentials, not even those that the application echoed', async () => {
    const password = 'open+sesame';
    const { exchange, received } = await kept(
      ({ headers }, _, response) => {
        response
          .writeHead(403, { 'Set-Cookie': 'session=a-cookie', 'X-Echo': String(headers.authorization) })
          .end(`You said ${headers.authorization}, that is ${password}; we expected ${authToken}`);
      },
      { user: `anna:${encodeURIComponent(password)}@` },
    );
    const encoded = String(received.headers.authorization).slice('Basic '.length);
    assert.equal(Buffer.from(encoded, 'base64').toString(), `anna:${password}`);
    const all = JSON.stringify(exchange);
    for (const secret of [encoded, encodeURIComponent(encoded), password, authToken, 'a-cookie'])
      assert.ok(!all.includes(secret), `${secret} in ${all}`);
    assert.equal(
      exchange.responseBody.text,
      'You said Basic [redacted], that is [redacted]; we expected [redacted]',
    );
    assert.equal(new URLSearchParams(exchange.requestHeaders.text).get('authorization'), '[redacted]');
  });

  it('holds no beginning of a secret at which it was cut', async () => {
    for (const shown of [1, 5, 31]) {
      const { exchange } = await kept((_, __, response) => {
        response.writeHead(500).end(`${'x'.repeat(4_096 - shown)}${authToken}`);
      });
      const { text, cutFrom } = exchange.responseBody;
      assert.equal(cutFrom, 4_096 - shown + authToken.length);
      assert.ok(/^x+f{0,3}$/.test(text), text.slice(-40));
    }
  });

  it('is what had come of an answer that was given up', async () => {
    const { exchange } = await kept((_, __, response) => {
      response.writeHead(200, { 'Content-Type': 'text/xml' }).end('a'.repeat(70_000));
    });
    assert.equal(new URLSearchParams(exchange.responseHeaders.text).get('content-type'), 'text/xml');
    assert.notEqual(exchange.responseBody.cutFrom, null);
    const { exchange: compressed } = await kept((_, __, response) => {
      response.writeHead(502, { 'Content-Encoding': 'gzip' }).end(Buffer.from([0x1f, 0x8b, 8, 0]));
    });
    assert.equal(compressed.responseBody.text, '');
    const { exchange: dropped } = await kept((_, __, response) => void response.destroy());
    assert.deepEqual(
      [dropped.responseHeaders.text, dropped.responseBody.text, dropped.variables.cutFrom],
      ['', '', null],
    );
  });
});
