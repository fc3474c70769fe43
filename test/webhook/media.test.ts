import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { systemRandom } from '../../control/base/random.ts';
import { WebhookClient } from '../../edge/webhook/client.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { application, type Application } from './application.ts';

describe('media', () => {
  const clock = new FakeClock();
  const client = new WebhookClient({ clock, random: systemRandom, allowPrivate: true });
  let server: Application;
  before(async () => {
    server = await application((received, _, response) => {
      const kind = received.url.slice(1);
      switch (kind) {
        case 'png':
          response.writeHead(200, { 'content-type': 'Image/PNG; x=y' }).end(Buffer.from([1, 2, 3]));
          break;
        case 'large':
          response.writeHead(200, { 'content-type': 'image/png' });
          response.write('x'.repeat(600));
          response.end('x'.repeat(600));
          break;
        case 'moved':
          response.writeHead(302, { location: '/png' }).end('x'.repeat(100_000));
          break;
        case 'loop':
          response.writeHead(302, { location: '/loop' }).end();
          break;
        case 'untyped':
          response.end('x');
          break;
        case 'tagged':
          response.setHeader('etag', '"1"').setHeader('cache-control', 'max-age=60');
          if (received.headers['if-none-match'] === '"1"') response.writeHead(304).end();
          else response.writeHead(200, { 'content-type': 'audio/wav' }).end('x');
          break;
        case 'secret':
          response.writeHead(200, { 'content-type': 'audio/wav', 'cache-control': 'no-store' }).end('x');
          break;
        case 'gzip':
          response.writeHead(200, { 'content-type': 'image/png', 'content-encoding': 'gzip' }).end('x');
          break;
        case 'slow':
          clock.advance(15_000);
          break;
        default:
          response.writeHead(404, { 'content-type': 'text/html' }).end('x'.repeat(100_000));
      }
    });
  });
  after(async () => {
    await client.close();
    await server.close();
  });

  it('is fetched with its type, redirects followed, without a signature', async () => {
    for (const path of ['png', 'moved']) {
      const media = await client.fetchMedia(`${server.origin}/${path}`, {
        maxBytes: 1000,
        accept: ['image/*'],
      });
      assert.deepEqual(media, {
        ok: true,
        value: { contentType: 'image/png', bytes: Buffer.from([1, 2, 3]) },
      });
    }
    const [first] = server.received;
    assert.equal(first!.headers.accept, 'image/*');
    assert.equal(first!.headers['user-agent'], 'TwilioProxy/1.1');
    assert.equal(first!.headers['x-twilio-signature'], undefined);
  });

  const cases: readonly (readonly [string, number])[] = [
    ['large', 11751],
    ['missing', 11200],
    ['loop', 11215],
    ['untyped', 12300],
    ['gzip', 12300],
    ['slow', 11205],
  ];
  for (const [path, code] of cases) {
    it(`fails by ${code}: ${path}`, async () => {
      const media = await client.fetchMedia(`${server.origin}/${path}`, {
        maxBytes: 1000,
        timeoutMs: 15_000,
      });
      assert.equal(media.ok ? 0 : media.error.code, code);
    });
  }
  it('fails by 12300 when its type is not wanted, by 11100 when the URL is none', async () => {
    const wanted = await client.fetchMedia(`${server.origin}/png`, { accept: ['audio/*', 'image/gif'] });
    assert.equal(wanted.ok ? 0 : wanted.error.code, 12300);
    const none = await client.fetchMedia('nonsense');
    assert.equal(none.ok ? 0 : none.error.code, 11100);
  });

  it('says how long it may be used again, and is not sent when it has not changed', async () => {
    const url = `${server.origin}/tagged`;
    const first = await client.refetchMedia(url, {}, {});
    assert.ok(first.ok && first.value.kind === 'changed');
    const freshness = { freshUntilMs: clock.now() + 60_000, revalidation: { 'if-none-match': '"1"' } };
    assert.deepEqual(first.value.freshness, freshness);
    assert.deepEqual(await client.refetchMedia(url, {}, freshness.revalidation), {
      ok: true,
      value: { kind: 'unchanged', freshness },
    });
    const changed = await client.refetchMedia(url, {}, { 'if-none-match': '"0"' });
    assert.ok(changed.ok && changed.value.kind === 'changed');
    const secret = await client.refetchMedia(`${server.origin}/secret`, {}, {});
    assert.ok(secret.ok && secret.value.freshness === undefined);
  });
});
