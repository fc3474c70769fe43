import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CookieSessions } from '../../edge/webhook/cookies.ts';
import { FakeClock } from '../support/fake-clock.ts';

const url = 'https://app.example/sms';
const hour = 3_600_000;

describe('cookies', () => {
  it('come back in their own conversation and to their own host', () => {
    const cookies = new CookieSessions(new FakeClock(), 10);
    cookies.store('a', url, ['id=1; Path=/; HttpOnly', 'note=x']);
    assert.equal(cookies.header('a', url), 'id=1; note=x');
    assert.equal(cookies.header('a', 'https://other.example/'), undefined);
    assert.equal(cookies.header('b', url), undefined);
  });
  it('work for an application on an address or on localhost', () => {
    const cookies = new CookieSessions(new FakeClock(), 10);
    for (const local of ['http://127.0.0.1:8000/', 'http://localhost:8000/', 'http://[::1]:8000/']) {
      cookies.store(local, local, ['id=1']);
      assert.equal(cookies.header(local, local), 'id=1', local);
    }
  });
  it('are forgotten after four hours without use', () => {
    const clock = new FakeClock();
    const cookies = new CookieSessions(clock, 10);
    cookies.store('a', url, ['id=1']);
    clock.advance(3 * hour);
    assert.equal(cookies.header('a', url), 'id=1');
    clock.advance(3 * hour);
    assert.equal(cookies.header('a', url), 'id=1', 'use keeps them');
    clock.advance(4 * hour);
    assert.equal(cookies.header('a', url), undefined);
    assert.equal(cookies.size, 0);
  });
  it('are bounded in conversations, the least recently used going first', () => {
    const cookies = new CookieSessions(new FakeClock(), 2);
    cookies.store('a', url, ['id=1']);
    cookies.store('b', url, ['id=2']);
    cookies.header('a', url);
    cookies.store('c', url, ['id=3']);
    assert.equal(cookies.size, 2);
    assert.equal(cookies.header('b', url), undefined);
    assert.equal(cookies.header('a', url), 'id=1');
  });
  it('are bounded in size', () => {
    const cookies = new CookieSessions(new FakeClock(), 10);
    cookies.store('a', url, [`big=${'x'.repeat(5000)}`, 'small=1']);
    assert.equal(cookies.header('a', url), 'small=1');
    for (let round = 0; round < 10; round++) cookies.store('a', url, [`c${round}=${'x'.repeat(4000)}`]);
    assert.ok((cookies.header('a', url) ?? '').length < 16_384);
  });
  it('that are malformed, or set for a whole registry, are ignored', () => {
    const cookies = new CookieSessions(new FakeClock(), 10);
    cookies.store('a', 'https://app.co.uk/', ['', '\0', 'id=1; Domain=co.uk', 'id=2; Domain=other.example']);
    assert.equal(cookies.header('a', 'https://app.co.uk/'), undefined);
  });
});
