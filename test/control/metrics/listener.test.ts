import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { addressText } from '../../../control/config/address.ts';
import { Health } from '../../../control/health/health.ts';
import { listenForOperators, type MetricsListener } from '../../../control/metrics/listener.ts';
import { Metrics } from '../../../control/metrics/metrics.ts';

const loopback = { host: '127.0.0.1', port: 0 };

describe('the listener for operators', () => {
  const health = new Health();
  const metrics = new Metrics({ processMetrics: false });
  let listener: MetricsListener;
  let url = '';
  before(async () => {
    listener = await listenForOperators(loopback, metrics, health);
    url = `http://${addressText(listener.address)}`;
  });
  after(() => listener.close());

  it('serves metrics in the format of Prometheus', async () => {
    metrics.instruments.storeBytes().set(1);
    const response = await fetch(`${url}/metrics`);
    assert.equal(response.status, 200);
    assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
    assert.match(await response.text(), /^strowger_store_bytes 1$/m);
  });

  it('says in words what is wrong, and in JSON to who asks for it', async () => {
    assert.equal((await fetch(`${url}/healthz`)).status, 200);
    const remove = health.register('carrier alpha', () => ({ ok: false, words: 'connection refused' }));
    const words = await fetch(`${url}/healthz?x=1`);
    assert.equal(words.status, 503);
    assert.match(await words.text(), /WRONG carrier alpha: connection refused/);
    const json = await fetch(`${url}/healthz`, { headers: { accept: 'application/json' } });
    assert.equal(json.status, 503);
    assert.deepEqual(await json.json(), {
      ok: false,
      checks: [{ name: 'carrier alpha', ok: false, words: 'connection refused' }],
    });
    remove();
  });

  it('refuses other paths and methods', async () => {
    assert.equal((await fetch(`${url}/`)).status, 404);
    assert.equal((await fetch(`${url}/metrics/x`)).status, 404);
    const post = await fetch(`${url}/metrics`, { method: 'POST', body: 'x' });
    assert.equal(post.status, 405);
    assert.equal(post.headers.get('allow'), 'GET, HEAD');
    const head = await fetch(`${url}/healthz`, { method: 'HEAD' });
    assert.deepEqual([head.status, await head.text()], [200, '']);
  });

  it('rejects where the address is taken', async () => {
    await assert.rejects(listenForOperators(listener.address, metrics, health), { code: 'EADDRINUSE' });
  });
});
