import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FakeClock } from '../support/fake-clock.ts';
import { answers, basic, openDoor, parent, raw } from './fixture.ts';

describe('More requests than a second may have', () => {
  it('are answered 429 with what to do', async () => {
    const clock = new FakeClock();
    const door = await openDoor(
      [{ product: 'api', method: 'GET', path: '/one', handler: () => ({ kind: 'empty' }) }],
      { clock, requestsPerSecond: () => 1 },
    );
    const ask = () =>
      raw(
        door.addresses.http!.port,
        `GET /one HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${basic(parent.sid)}\r\n\r\n`,
        (text) => text.includes(' 204 ') || answers(1)(text),
      );
    assert.match((await ask()).text, /^HTTP\/1\.1 204 /);
    const { text } = await ask();
    assert.match(text, /^HTTP\/1\.1 429 /);
    assert.match(text, /^retry-after: 1\r$/im);
    assert.match(text, /"code":20429,"message":"AC[0-9a-f]{32} may send 1 requests a second/);
    clock.advance(1_000);
    assert.match((await ask()).text, /^HTTP\/1\.1 204 /);
    await door.close(0);
  });
});
