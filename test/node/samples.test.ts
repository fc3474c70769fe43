import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { journalMisses } from '../../control/log/process-log.ts';
import { Metrics } from '../../control/metrics/metrics.ts';
import { webhookObserver } from '../../edge/node/observers.ts';
import { sampleEdge } from '../../edge/node/samples.ts';
import type { Rooms } from '../../edge/node/state.ts';
import { FakeClock } from '../support/fake-clock.ts';

/** What a scrape shows of an edge without calls, whose wall clock is set by `setMs` before it. */
async function scrapeOf(rooms: object, setMs = 0, data = tmpdir()): Promise<string> {
  const metrics = new Metrics({ processMetrics: false });
  const fake = new FakeClock();
  let set = 0;
  const clock = { now: () => fake.now() + set, monotonic: () => fake.monotonic() };
  sampleEdge(
    metrics,
    {
      clock,
      calls: () => null,
      predecessor: () => null,
      links: new Map(),
      store: { bytes: { used: 4096, mapped: 8192 }, rowCounts: () => [['messages', 3]] },
      webhooks: { load: { active: 1, waiting: 2 } },
      messaging: { depths: () => new Map(), jobs: {} },
      ...rooms,
    } as unknown as Rooms,
    data,
  );
  set = setMs;
  fake.advance(60_000);
  return (await metrics.scrape()).text;
}

const has = (text: string, ...lines: readonly string[]): void => {
  for (const line of lines) assert.ok(text.includes(`\n${line}\n`), `${line}\n\n${text}`);
};

describe('What a scrape shows', () => {
  it('are the store and its tables, the disk, and the version that runs', async () => {
    const text = await scrapeOf({});
    has(text, 'strowger_store_bytes 4096', 'strowger_store_map_bytes 8192');
    has(text, 'strowger_store_rows{table="messages"} 3', 'strowger_webhooks_open{state="waiting"} 2');
    assert.match(text, /^strowger_disk_free_bytes [1-9]/m);
    assert.match(text, /^strowger_build_info\{version="\d+\.\d+\.\d+"\} 1$/m);
  });

  it('is all else when the disk or the store cannot be told of, which is counted', async () => {
    const gone = await scrapeOf({}, 0, join(tmpdir(), 'strowger-not-there'));
    has(gone, 'strowger_scrape_failures_total{part="disk"} 1', 'strowger_store_bytes 4096');
    has(gone, 'strowger_webhooks_open{state="waiting"} 2', 'strowger_scrape_failures_total{part="store"} 0');
    assert.doesNotMatch(gone, /^strowger_disk_free_bytes [1-9]/m);
    const store = {
      get bytes(): never {
        throw new Error('Input/output error');
      },
    };
    const unread = await scrapeOf({ store });
    has(unread, 'strowger_scrape_failures_total{part="store"} 1', 'strowger_webhooks_open{state="active"} 1');
    assert.match(unread, /^strowger_disk_free_bytes [1-9]/m);
  });

  it('is how many lines the journal did not take, from the start of the process on', async () => {
    const before = journalMisses.full;
    journalMisses.full += 3;
    has(await scrapeOf({}), `strowger_journal_missed_total{reason="full"} ${before + 3}`);
    has(await scrapeOf({}), 'strowger_journal_missed_total{reason="absent"} 0');
  });

  it('is by how much a queue is later than its pace explains', async () => {
    const depth = { segments: 7, oldestMs: Infinity, lateMs: 90_000 };
    const text = await scrapeOf({ messaging: { depths: () => new Map([['local', depth]]), jobs: {} } });
    has(text, 'strowger_queue_segments{class="local"} 7', 'strowger_queue_late_seconds{class="local"} 90');
    has(text, 'strowger_queue_late_seconds{class="shortcode"} 0');
  });

  it('is work towards applications that waits too long', async () => {
    const jobs = { 'status-callbacks': { running: 4, waiting: 3, pausing: 2, latestMs: 61_000 } };
    const text = await scrapeOf({ messaging: { depths: () => new Map(), jobs } });
    has(text, 'strowger_jobs{kind="status-callbacks",state="waiting"} 3');
    has(text, 'strowger_jobs_late_seconds{kind="status-callbacks"} 61');
  });

  it('is a clock that was set, but not one that merely goes on', async () => {
    has(await scrapeOf({}), 'strowger_clock_set_seconds 0');
    has(await scrapeOf({}, -3_000), 'strowger_clock_set_seconds -3');
  });

  it('is each link, bound or not, from the start', async () => {
    const link = { stats: () => ({ windowUsed: 5, windowSize: 50 }) };
    const links = new Map([['alpha', { name: 'alpha', up: false, link }]]);
    has(
      await scrapeOf({ links }),
      'strowger_link_up{carrier="alpha"} 0',
      'strowger_link_window_size{carrier="alpha"} 50',
    );
  });
});

describe('Failed webhooks', () => {
  it('are shown of the ten accounts with the most, whatever the number of tenants', async () => {
    const metrics = new Metrics({ processMetrics: false });
    const observer = webhookObserver({ metrics, clock: new FakeClock() });
    const exchanged = (account: string, status: number): void =>
      observer.exchanged({
        purpose: 'webhook',
        account,
        method: 'POST',
        url: 'https://app.example/',
        durationMs: 5,
        status,
      });
    for (let tenant = 0; tenant < 500; tenant++) {
      exchanged(`AC${tenant}`, 500);
      exchanged(`AC${tenant}`, 200);
    }
    for (let time = 0; time < 50; time++) exchanged('AC77', 404);
    const { text } = await metrics.scrape();
    has(text, 'strowger_webhook_failures_recent{account="AC77"} 51');
    has(text, 'strowger_webhook_failures_recent{account="other"} 490');
    assert.equal(text.match(/^strowger_webhook_failures_recent\{/gm)?.length, 11);
    has(text, 'strowger_webhook_failures_total{code="11200"} 550');
  });

  it('are the calls that the process before still leads', async () => {
    has(await scrapeOf({}), 'strowger_calls_in_progress 0');
    const predecessor = () => ({ pid: 1, calls: 3, sinceMs: 0, endByMs: 0 });
    has(await scrapeOf({ predecessor }), 'strowger_calls_in_progress 3');
  });
});
