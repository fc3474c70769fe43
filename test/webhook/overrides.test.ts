import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defaultOverrides, parseOverrides } from '../../edge/webhook/overrides.ts';

describe('connection overrides', () => {
  it("are Twilio's defaults where the fragment says nothing", () => {
    const defaults = {
      connectTimeoutMs: 5000,
      readTimeoutMs: 15_000,
      totalTimeoutMs: 15_000,
      retries: 1,
      retryOn: new Set(['ct']),
      policyInvalid: false,
    };
    for (const fragment of [
      '',
      '#',
      '#section-2',
      'x=y',
      '#rc=&ct=abc&rt=-5&tt=1e3',
      '#e=ashburn,dublin&sni=n',
    ]) {
      assert.deepEqual(parseOverrides(fragment), defaults, fragment);
    }
    assert.equal(parseOverrides(''), defaultOverrides);
  });

  it('are what the fragment says', () => {
    assert.deepEqual(parseOverrides('#rc=3&rp=5xx,rt&ct=2000&rt=5000&tt=10000'), {
      connectTimeoutMs: 2000,
      readTimeoutMs: 5000,
      totalTimeoutMs: 10_000,
      retries: 3,
      retryOn: new Set(['5xx', 'rt']),
      policyInvalid: false,
    });
    assert.deepEqual(parseOverrides('rp=all').retryOn, new Set(['4xx', '5xx', 'ct', 'rt']));
    assert.deepEqual(parseOverrides('rp=4xx%2Crt').retryOn, new Set(['4xx', 'rt']));
  });

  it('stay within their ranges', () => {
    const high = parseOverrides('#rc=99&ct=99999&rt=99999&tt=99999');
    assert.deepEqual(
      [high.retries, high.connectTimeoutMs, high.readTimeoutMs, high.totalTimeoutMs],
      [5, 10_000, 15_000, 15_000],
    );
    const low = parseOverrides('#rc=0&ct=0&rt=1&tt=99');
    assert.deepEqual(
      [low.retries, low.connectTimeoutMs, low.readTimeoutMs, low.totalTimeoutMs],
      [0, 100, 100, 100],
    );
  });

  it('tell a policy that does not exist', () => {
    for (const fragment of ['#rp=6xx', '#rp=', '#rp=ct,never', '#rp=constructor']) {
      assert.ok(parseOverrides(fragment).policyInvalid, fragment);
    }
  });
});
