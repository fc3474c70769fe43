import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nextHop, type Hop } from '../../edge/webhook/redirects.ts';
import { readTarget, type Target } from '../../edge/webhook/target.ts';

function target(url: string): Target {
  const read = readTarget(url);
  assert.ok(read.ok, read.ok ? '' : read.error);
  return read.value;
}

describe('a URL', () => {
  it('is sent and signed without credentials and fragment', () => {
    const { url, origin, path, authorization, overrides } = target(
      'http://bob:s%3Acret@App.Example:8080/a b?x=y#rc=2',
    );
    assert.equal(url, 'http://app.example:8080/a%20b?x=y');
    assert.equal(origin, 'http://app.example:8080');
    assert.equal(path, '/a%20b?x=y');
    assert.equal(authorization, `Basic ${Buffer.from('bob:s:cret').toString('base64')}`);
    assert.equal(overrides.retries, 2);
  });
  it('keeps a credential that is not percent-encoding', () => {
    assert.equal(
      target('http://a:100%@app.example/').authorization,
      `Basic ${Buffer.from('a:100%').toString('base64')}`,
    );
  });
  it('is refused when it is of another scheme, unreadable, or very long', () => {
    for (const url of [
      'ftp://app.example/',
      'file:///etc/passwd',
      'javascript:x',
      '/relative',
      '',
      'http://',
    ]) {
      assert.ok(!readTarget(url).ok, url);
    }
    assert.ok(!readTarget(`http://app.example/${'x'.repeat(8192)}`).ok);
  });
});

describe('a redirect', () => {
  const from = (url: string, method: 'GET' | 'POST'): Hop => ({ target: target(url), method });
  function follow(hop: Hop, status: number, location?: string): Hop {
    const next = nextHop(hop, status, location);
    assert.ok(next?.ok);
    return next.value;
  }

  it('turns a POST into a GET by 301, 302 and 303, and repeats it by 307 and 308', () => {
    const hop = from('https://app.example/a/b?x=1', 'POST');
    for (const status of [301, 302, 303]) assert.equal(follow(hop, status, '/c').method, 'GET');
    for (const status of [307, 308]) assert.equal(follow(hop, status, '/c').method, 'POST');
    assert.equal(follow(from('https://app.example/', 'GET'), 308, '/c').method, 'GET');
  });
  it('is relative to where it came from', () => {
    const hop = from('https://app.example/a/b?x=1', 'GET');
    assert.equal(follow(hop, 302, 'c?y=2#f').target.url, 'https://app.example/a/c?y=2');
    assert.equal(follow(hop, 302, '//other.example').target.url, 'https://other.example/');
  });
  it('takes credentials along to the same origin only', () => {
    const hop = from('https://bob:secret@app.example/', 'GET');
    assert.equal(follow(hop, 302, '/c').target.authorization, hop.target.authorization);
    for (const elsewhere of ['https://other.example/', 'http://app.example/', 'https://app.example:8443/']) {
      assert.equal(follow(hop, 302, elsewhere).target.authorization, undefined, elsewhere);
    }
    assert.notEqual(
      follow(hop, 302, 'https://eve:x@app.example/').target.authorization,
      hop.target.authorization,
    );
  });
  it('is none without a Location or by another status', () => {
    const hop = from('https://app.example/', 'GET');
    assert.equal(nextHop(hop, 302, undefined), undefined);
    assert.equal(nextHop(hop, 200, '/c'), undefined);
    assert.equal(nextHop(hop, 304, '/c'), undefined);
  });
  it('to another scheme is refused', () => {
    const next = nextHop(from('https://app.example/', 'GET'), 302, 'file:///etc/passwd');
    assert.equal(next?.ok, false);
  });
});
