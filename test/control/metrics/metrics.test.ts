import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { definitions } from '../../../control/metrics/definitions.ts';
import { Metrics } from '../../../control/metrics/metrics.ts';

const scrape = async (metrics: Metrics): Promise<string> => (await metrics.scrape()).text;

describe('metrics', () => {
  it('counts by labels, and gives the same child for the same values', async () => {
    const metrics = new Metrics({ processMetrics: false });
    const { messages, submit, storeBytes } = metrics.instruments;
    const sent = messages('outbound-api', 'alpha', 'sent');
    assert.equal(messages('outbound-api', 'alpha', 'sent'), sent);
    sent.inc();
    sent.inc(2);
    messages('inbound', 'alpha', 'received').inc();
    submit('alpha', 'accepted').observe(0.003);
    storeBytes().set(4096);
    const text = await scrape(metrics);
    for (const line of [
      'strowger_messages_total{direction="outbound-api",carrier="alpha",status="sent"} 3',
      'strowger_messages_total{direction="inbound",carrier="alpha",status="received"} 1',
      'strowger_submit_seconds_bucket{le="0.0025",carrier="alpha",outcome="accepted"} 0',
      'strowger_submit_seconds_bucket{le="0.005",carrier="alpha",outcome="accepted"} 1',
      'strowger_store_bytes 4096',
    ])
      assert.ok(text.includes(`${line}\n`), `${line}\n\n${text}`);
  });

  it('keeps apart values that read alike when joined', async () => {
    const metrics = new Metrics({ processMetrics: false });
    metrics.instruments.messages('a', 'b c', 'd').inc();
    metrics.instruments.messages('a b', 'c', 'd').inc();
    const text = await scrape(metrics);
    assert.equal(text.match(/^strowger_messages_total\{.* 1$/gm)?.length, 2);
  });

  it('shows of a board what was put there last, and nothing else', async () => {
    const metrics = new Metrics({ processMetrics: false });
    const { webhookFailuresRecent } = metrics.instruments;
    webhookFailuresRecent.replace([
      [['AC1'], 7],
      [['other'], 1],
    ]);
    assert.match(await scrape(metrics), /^strowger_webhook_failures_recent\{account="AC1"\} 7$/m);
    webhookFailuresRecent.replace([[['other'], 2]]);
    const lines = (await scrape(metrics)).match(/^strowger_webhook_failures_recent.*$/gm);
    assert.deepEqual(lines, ['strowger_webhook_failures_recent{account="other"} 2']);
  });

  it('asks its samplers at each scrape, until they are removed', async () => {
    const metrics = new Metrics({ processMetrics: false });
    let asked = 0;
    const remove = metrics.onScrape('queues', () => metrics.instruments.queueSegments('local').set(++asked));
    await scrape(metrics);
    assert.match(await scrape(metrics), /strowger_queue_segments\{class="local"\} 2/);
    remove();
    assert.match(await scrape(metrics), /strowger_queue_segments\{class="local"\} 2/);
  });

  it('leaves out what a sampler that fails would have set, counts that, and tells all else', async () => {
    const metrics = new Metrics({ processMetrics: false });
    const { diskFree, diskSize, storeBytes, linkUp, webhookFailuresRecent } = metrics.instruments;
    let gone = false;
    metrics.onScrape('disk', () => {
      diskSize().set(8);
      if (gone) throw new Error('ENOENT');
      diskFree().set(7);
      webhookFailuresRecent.replace([[['AC1'], 7]]);
    });
    metrics.onScrape('store', () => storeBytes().set(4096));
    linkUp('alpha').set(1);
    const told = async (): Promise<string[]> =>
      Array.from(
        (await scrape(metrics)).matchAll(/^strowger_(?!scrape|build)([a-z_]+)(?:\{[^}]*\})? (\d+)$/gm),
        ([, name, value]) => `${name} ${value}`,
      ).filter((line) => /disk|store_bytes|link_up|recent/.test(line));
    const all = ['link_up 1', 'store_bytes 4096', 'disk_free_bytes 7', 'disk_size_bytes 8'];
    assert.deepEqual(new Set(await told()), new Set([...all, 'webhook_failures_recent 7']));
    assert.match(await scrape(metrics), /^strowger_scrape_failures_total\{part="disk"\} 0$/m);
    gone = true;
    for (let times = 0; times < 3; times++)
      assert.deepEqual(new Set(await told()), new Set(all.filter((line) => !line.startsWith('disk_free'))));
    assert.match(await scrape(metrics), /^strowger_scrape_failures_total\{part="disk"\} 4$/m);
    assert.match(await scrape(metrics), /^strowger_scrape_failures_total\{part="store"\} 0$/m);
    gone = false;
    assert.deepEqual(new Set(await told()), new Set([...all, 'webhook_failures_recent 7']));
  });

  it('tells of every row of the table, and of the event loop', async () => {
    const metrics = new Metrics({ processMetrics: true });
    const text = await scrape(metrics);
    for (const { name, type } of Object.values(definitions))
      assert.ok(text.includes(`# TYPE ${name} ${type === 'board' ? 'gauge' : type}\n`));
    assert.match(text, /^nodejs_eventloop_lag_seconds /m);
  });

  it('names by the rules of Prometheus: counters end in _total, and names in units', () => {
    for (const { name, type } of Object.values(definitions)) {
      assert.match(name, /^strowger_[a-z_]+$/);
      assert.equal(name.endsWith('_total'), type === 'counter', name);
      // A mean opinion score has no unit.
      if (type === 'histogram' && name !== 'strowger_leg_mos') assert.match(name, /_(seconds|ratio)$/);
    }
  });
});
