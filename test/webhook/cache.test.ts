import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ResponseCache, type CachedResponse } from '../../edge/webhook/cache.ts';
import { FakeClock } from '../support/fake-clock.ts';

const request = { url: 'https://app.example/', headers: { accept: '*/*' } };
const response = (headers: Record<string, string>, body = 'hello', status = 200): CachedResponse => ({
  status,
  headers,
  body: Buffer.from(body),
});

describe('the cache', () => {
  it('keeps an answer for as long as it says', () => {
    const clock = new FakeClock();
    const cache = new ResponseCache(clock, 100_000);
    cache.update('k', request, response({ 'cache-control': 'max-age=60' }));
    const found = cache.find('k', request);
    assert.equal(found.kind === 'fresh' && found.response.body.toString(), 'hello');
    assert.equal(cache.find('other', request).kind, 'none');
    clock.advance(61_000);
    assert.equal(cache.find('k', request).kind, 'none');
  });
  it('asks again with the validator, and a 304 renews what is kept', () => {
    const clock = new FakeClock();
    const cache = new ResponseCache(clock, 100_000);
    cache.update('k', request, response({ etag: '"1"', 'cache-control': 'max-age=60' }));
    clock.advance(61_000);
    const stale = cache.find('k', request);
    assert.equal(stale.kind === 'stale' && stale.headers['if-none-match'], '"1"');
    const renewed = cache.update(
      'k',
      request,
      response({ etag: '"1"', 'cache-control': 'max-age=60' }, '', 304),
    );
    assert.equal(renewed.status, 200);
    assert.equal(renewed.body.toString(), 'hello');
    assert.equal(cache.find('k', request).kind, 'fresh');
  });
  it('does not keep what may not be kept', () => {
    const cache = new ResponseCache(new FakeClock(), 100_000);
    cache.update('a', request, response({ 'cache-control': 'no-store' }));
    cache.update('b', request, response({ 'cache-control': 'max-age=60' }, 'oops', 500));
    cache.update('c', request, response({}));
    assert.equal(cache.sizeBytes, 0);
  });
  it('tells requests apart by what the answer varies with', () => {
    const cache = new ResponseCache(new FakeClock(), 100_000);
    const asking = (cookie: string) => ({ ...request, headers: { cookie } });
    cache.update('k', asking('a=1'), response({ 'cache-control': 'max-age=60', vary: 'cookie' }));
    assert.equal(cache.find('k', asking('a=1')).kind, 'fresh');
    assert.equal(cache.find('k', asking('a=2')).kind, 'none');
  });
  it('is bounded in bytes, the least recently used going first', () => {
    const cache = new ResponseCache(new FakeClock(), 10_000);
    const kept = response({ 'cache-control': 'max-age=60' }, 'x'.repeat(1000));
    for (const key of ['a', 'b', 'c']) cache.update(key, request, kept);
    cache.find('a', request);
    cache.update('d', request, kept);
    assert.ok(cache.sizeBytes <= 10_000);
    assert.equal(cache.find('b', request).kind, 'none');
    assert.equal(cache.find('a', request).kind, 'fresh');
    cache.update('big', request, response({ 'cache-control': 'max-age=60' }, 'x'.repeat(20_000)));
    assert.equal(cache.find('big', request).kind, 'none');
    assert.equal(cache.find('a', request).kind, 'fresh', 'what does not fit drives nothing out');
  });
});
