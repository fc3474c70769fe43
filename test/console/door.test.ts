import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openTestEdge } from '../api/edge.ts';
import { openTestConsole, operatorPassword } from './fixture.ts';

const edge = await openTestEdge();
const web = await openTestConsole(edge);

const keyOf = async (accountSid: string, main: boolean) => {
  const made = await edge.keys.create(accountSid, { main });
  if (!made.ok) throw new Error(made.error);
  return { sid: made.value.key.sid, secret: made.value.secret };
};

describe('logging in to the console', () => {
  it('sends whoever has not logged in to the login, and afterwards where they wanted to go', async () => {
    const visitor = web.visitor();
    const sent = await visitor.ask('/?x=1');
    assert.equal(sent.status, 303);
    assert.equal(sent.headers.get('location'), '/login?next=%2F%3Fx%3D1');
    const page = await visitor.ask('/login?next=%2F%3Fx%3D1');
    assert.match(page.text, /name="next" value="\/\?x=1"/);
    const answer = await visitor.login('anna', operatorPassword, '/?x=1');
    assert.equal(answer.headers.get('location'), '/?x=1');
    assert.equal((await visitor.ask('/')).status, 200);
    assert.equal((await visitor.ask('/login')).headers.get('location'), '/');
  });

  it('takes nobody anywhere but to its own pages', async () => {
    const places = ['//evil.example/', 'https://evil.example/', '/\\evil.example', '/x/..//evil.example/'];
    for (const next of places) {
      const answer = await web.visitor().login('anna', operatorPassword, next);
      assert.equal(answer.status, 303);
      const to = new URL(answer.headers.get('location') ?? '', web.origin);
      assert.equal(to.origin, web.origin, next);
    }
  });

  it('opens to a token and a main key, and not to test tokens, other keys and wrong secrets', async () => {
    const { account, authToken } = await edge.tenant();
    const main = await keyOf(account.sid, true);
    const standard = await keyOf(account.sid, false);
    const test = edge.accounts.testCredentials(account.sid)!;
    const status = async (user: string, password: string): Promise<number> =>
      (await web.visitor().login(user, password)).status;
    assert.equal(await status(account.sid, authToken), 303);
    assert.equal(await status(main.sid, main.secret), 303);
    assert.equal(await status(standard.sid, standard.secret), 403);
    assert.equal(await status(test.sid, test.token), 403);
    assert.equal(await status(account.sid, 'wrong'), 403);
    assert.equal(await status('nobody', operatorPassword), 403);
    assert.equal(await status('anna', 'wrong'), 403);
  });

  it('writes no password into the log', async () => {
    await web.visitor().login('anna', 'a wrong password of mine');
    await web.visitorAs('anna', operatorPassword);
    const log = web.logged.join('');
    assert.match(log, /logged in to the console/);
    assert.doesNotMatch(log, /wrong password of mine|battery/);
  });
});

describe('a session', () => {
  it('is a cookie that scripts and other sites cannot use, and another at each login', async () => {
    const visitor = web.visitor();
    visitor.cookie = 'strowger-console=anna.planted';
    const answer = await visitor.login('anna', operatorPassword);
    assert.match(
      answer.headers.get('set-cookie') ?? '',
      /^strowger-console=anna\.[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    const first = visitor.cookie;
    await visitor.login('anna', operatorPassword);
    assert.notEqual(visitor.cookie, first);
    const stale = web.visitor();
    stale.cookie = first;
    assert.equal((await stale.ask('/')).status, 303, 'the session before it has ended');
  });

  it('ends with the logout', async () => {
    const visitor = await web.visitorAs('anna', operatorPassword);
    const held = visitor.cookie;
    const answer = await visitor.ask('/logout', {});
    assert.match(answer.headers.get('set-cookie') ?? '', /Max-Age=0/);
    visitor.cookie = held;
    assert.equal((await visitor.ask('/')).status, 303);
  });

  it('ends after half an hour without a request, and pages that renew themselves are none', async () => {
    const visitor = await web.visitorAs('anna', operatorPassword);
    for (let minutes = 0; minutes < 60; minutes += 20) {
      edge.clock.advance(20 * 60_000);
      assert.equal((await visitor.ask('/')).status, 200);
    }
    edge.clock.advance(20 * 60_000);
    assert.equal((await visitor.ask('/', undefined, { 'x-live': '1' })).status, 200);
    edge.clock.advance(20 * 60_000);
    assert.equal((await visitor.ask('/')).status, 303);
  });

  it('ends after twelve hours in any case', async () => {
    const visitor = await web.visitorAs('anna', operatorPassword);
    for (let minutes = 0; minutes < 700; minutes += 20) {
      edge.clock.advance(20 * 60_000);
      assert.equal((await visitor.ask('/')).status, 200);
    }
    edge.clock.advance(20 * 60_000);
    assert.equal((await visitor.ask('/')).status, 303);
  });

  it('of an operator ends with the password, and with the operator', async () => {
    await edge.operators.add('bert', 'a first long password');
    const visitor = await web.visitorAs('bert', 'a first long password');
    await edge.operators.setPassword('bert', 'a second long password');
    assert.equal((await visitor.ask('/')).status, 303);
    const again = await web.visitorAs('bert', 'a second long password');
    await edge.operators.remove('bert');
    assert.equal((await again.ask('/')).status, 303);
  });

  it('of a tenant ends with the token, and with the account', async () => {
    const { account, authToken } = await edge.tenant();
    const visitor = await web.visitorAs(account.sid, authToken);
    await edge.rotation.create(account.sid);
    assert.equal((await visitor.ask('/')).status, 200);
    const promoted = await edge.rotation.promote(account.sid);
    assert.equal((await visitor.ask('/')).status, 303);
    if (!promoted.ok) throw new Error(promoted.error);
    const renewed = await web.visitorAs(account.sid, promoted.value.token);
    await edge.accounts.update(account.sid, { status: 'suspended' });
    assert.equal((await renewed.ask('/')).status, 303);
    assert.match((await web.visitor().login(account.sid, promoted.value.token)).text, /is suspended/);
  });

  it('of an API key ends with the key', async () => {
    const { account } = await edge.tenant();
    const key = await keyOf(account.sid, true);
    const visitor = await web.visitorAs(key.sid, key.secret);
    assert.equal((await visitor.ask('/')).status, 200);
    await edge.keys.remove(account.sid, key.sid);
    assert.equal((await visitor.ask('/')).status, 303);
  });

  it('is one of twenty at most', async () => {
    const { account, authToken } = await edge.tenant();
    const first = await web.visitorAs(account.sid, authToken);
    for (let i = 0; i < 20; i++) {
      edge.clock.advance(1);
      await web.visitorAs(account.sid, authToken);
    }
    assert.equal((await first.ask('/')).status, 303);
  });
});

describe('the door of the console', () => {
  it('lets pages load nothing but its own style and script, and nobody keep or frame them', async () => {
    const visitor = await web.visitorAs('anna', operatorPassword);
    const { headers, text } = await visitor.ask('/');
    assert.equal(
      headers.get('content-security-policy'),
      "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; " +
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    );
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(headers.get('referrer-policy'), 'no-referrer');
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.equal(headers.get('strict-transport-security'), null, 'there is no TLS here');
    assert.doesNotMatch(text, / style=| on\w+=|<style|<script(?! src=)/);
    for (const [, path = ''] of text.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g))
      assert.equal((await web.visitor().ask(path)).status, 200, path);
  });

  it('takes forms from its own pages alone', async () => {
    const visitor = await web.visitorAs('anna', operatorPassword);
    const refused: Record<string, string>[] = [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
    ];
    for (const headers of refused) assert.equal((await visitor.ask('/logout', {}, headers)).status, 403);
    const bare = async (headers: Record<string, string>): Promise<number> =>
      (
        await fetch(`${web.origin}/logout`, {
          method: 'POST',
          redirect: 'manual',
          headers: { cookie: visitor.cookie, 'sec-fetch-site': '', ...headers },
          body: new URLSearchParams(),
        })
      ).status;
    assert.equal(await bare({}), 403);
    assert.equal(await bare({ origin: 'http://evil.example' }), 403);
    assert.equal((await visitor.ask('/')).status, 200, 'nobody was logged out');
  });

  it('refuses what no form of its own would send', async () => {
    const visitor = await web.visitorAs('anna', operatorPassword);
    const send = async (init: RequestInit): Promise<number> =>
      (
        await fetch(`${web.origin}/login`, {
          redirect: 'manual',
          ...init,
          headers: { 'sec-fetch-site': 'same-origin', ...(init.headers as Record<string, string>) },
        })
      ).status;
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    assert.equal(await send({ method: 'POST', headers: form, body: 'x'.repeat(70_000) }), 413);
    assert.equal(await send({ method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'a=b' }), 415);
    assert.equal(await send({ method: 'DELETE' }), 405);
    assert.equal((await visitor.ask('/', {})).status, 405);
    assert.equal((await visitor.ask(`/?x=${'y'.repeat(9_000)}`)).status, 414);
    assert.equal((await visitor.ask('//')).status, 404);
  });

  it('has no files but its two assets', async () => {
    const visitor = await web.visitorAs('anna', operatorPassword);
    const paths = [
      '/assets/',
      '/assets/../console.ts',
      '/assets/%2e%2e/%2e%2e/package.json',
      '/assets/..%2f..%2fetc/passwd',
      '/etc/passwd',
      '/__proto__',
      '/constructor',
    ];
    for (const path of paths) assert.equal((await visitor.ask(path)).status, 404, path);
  });

  it('shows what somebody typed as text', async () => {
    const attack = `"><script>alert(1)</script>`;
    const { text } = await web.visitor().login(attack, 'x');
    assert.doesNotMatch(text, /<script>alert/);
    assert.match(text, /value="&quot;&gt;&lt;script&gt;alert\(1\)&lt;\/script&gt;"/);
  });
});

describe('guessing', () => {
  it('is over after ten wrong passwords of an address, for a quarter of an hour', async () => {
    const other = await openTestConsole(await openTestEdge());
    const visitor = other.visitor();
    for (let i = 0; i < 10; i++) assert.equal((await visitor.login('nobody', 'x')).status, 403);
    const refused = await visitor.login('anna', operatorPassword);
    assert.equal(refused.status, 429);
    assert.equal(refused.headers.get('retry-after'), '60');
    other.clock.advance(15 * 60_000);
    assert.equal((await visitor.login('anna', operatorPassword)).status, 303);
  });

  it('gains nothing from guessing all at once', async () => {
    const other = await openTestConsole(await openTestEdge());
    const answers = await Promise.all(Array.from({ length: 25 }, () => other.visitor().login('anna', 'x')));
    const looked = answers.filter(({ status }) => status === 403);
    assert.ok(looked.length <= 10, `${looked.length} were looked at`);
  });
});
