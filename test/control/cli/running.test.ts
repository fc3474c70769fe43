import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { systemClock } from '../../../control/base/clock.ts';
import { systemRandom } from '../../../control/base/random.ts';
import { sidFactory } from '../../../control/base/sid.ts';
import { dataLayout } from '../../../control/config/layout.ts';
import { Alerts } from '../../../control/events/alerts.ts';
import { localBus, type EventBus } from '../../../control/events/bus.ts';
import type { Json } from '../../../control/events/protocol.ts';
import { listenForControl } from '../../../control/events/socket.ts';
import { Store } from '../../../control/store/store.ts';
import { commandLine } from '../../support/command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'strowger-running-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const file = join(folder, 'strowger.yaml');
const data = join(folder, 'data');
writeFileSync(file, `data: ${data}\n`);
mkdirSync(data);
const run = commandLine(file);

const status: Json = {
  links: [
    { carrier: 'alpha', state: 'bound', sessions: 2, sessions_bound: 1, window_used: 3, window_size: 10 },
  ],
  trunks: [],
  queues: [
    { class: 'local', segments: 7, oldest_seconds: 75, late_seconds: 60 },
    { class: 'tollfree', segments: 0, oldest_seconds: 0, late_seconds: 0 },
  ],
  calls: 0,
  predecessor: null,
  store_bytes: 1_572_864,
};

const sid = `SM${'1'.repeat(32)}`;
const accountSid = `AC${'2'.repeat(32)}`;
const failedWebhook = {
  accountSid,
  code: 11200,
  resourceSid: sid,
  detail: 'HTTP retrieval failure',
  request: {
    url: 'https://a.example/sms',
    method: 'POST',
    signedUrl: 'https://a.example/sms',
    signature: 'c2ln',
    responseStatus: 403,
  },
};

/** The parts of an edge that commands talk to. */
async function withEdge(answer: Json, use: (bus: EventBus, alerts: Alerts, store: Store) => Promise<void>) {
  const store = new Store(data);
  const bus = localBus();
  const alerts = new Alerts({
    store,
    clock: systemClock,
    bus,
    makeSid: sidFactory(systemClock, systemRandom),
  });
  const socket = await listenForControl(dataLayout(data).controlSocket, { status: () => answer }, bus);
  try {
    await use(bus, alerts, store);
  } finally {
    await socket.close();
    await store.close();
  }
}

describe('strowger status', () => {
  it('asks the running edge', () =>
    withEdge(status, async () => {
      const { out } = await run('status');
      assert.match(out, /alpha +bound +1\/2 +3\/10/);
      assert.match(out, /local +7 +1 min +1 min/);
      assert.match(out, /trunks: none/);
      assert.match(out, /store: 1\.5 MiB/);
      assert.deepEqual((await run('status', '--json')).json, { running: true, ...(status as object) });
    }));

  it('refuses an edge that answers something else', () =>
    withEdge({ links: 5 }, async () => {
      const { status: exit, err } = await run('status');
      assert.deepEqual(
        [exit, err],
        [1, 'strowger: the running edge is of another build than this command\n'],
      );
    }));

  it('says that no edge is running, and what can be told without one', async () => {
    const { status: exit, out } = await run('status');
    assert.equal(exit, 0);
    assert.match(out, /^the edge is not running\nstore: /);
    assert.equal(((await run('status', '--json')).json as { running: boolean }).running, false);
  });
});

describe('strowger trace', () => {
  it('shows recent alerts, then events as they come, filtered by number, until it is stopped', () =>
    withEdge(status, async (bus, alerts, store) => {
      alerts.record(failedWebhook);
      await store.durable();
      const stop = new AbortController();
      const traced = commandLine(file, {
        stop: stop.signal,
        onOut: (out) => {
          if (out.includes('URL signed')) stop.abort();
        },
      })('trace', '+14155550100');
      while (!bus.wanted('message.status')) await new Promise((resolve) => setImmediate(resolve));
      const facts = {
        atMs: 0,
        accountSid,
        direction: 'outbound',
        carrier: 'alpha',
        carrierId: '42',
      } as const;
      const change = { type: 'message.status', status: 'sent', errorCode: 0, ...facts } as const;
      bus.publish({ ...change, sid: `SM${'9'.repeat(32)}`, from: '+14155550199', to: '+12065550100' });
      bus.publish({ ...change, sid, from: '+14155550100', to: '+12065550100' });
      alerts.record({ ...failedWebhook, resourceSid: `SM${'9'.repeat(32)}` });
      alerts.record(failedWebhook);
      const { status: exit, out } = await traced;
      assert.equal(exit, 0);
      assert.match(out, /^\d\d:\d\d:\d\d SM1{32} \+14155550100 → \+12065550100 sent via alpha \(id 42\)\n/);
      assert.match(out, /SM1{32} ERROR 11200/);
      assert.doesNotMatch(out, /SM9{32}/);
    }));

  it('prints one JSON value a line, and fails when the edge ends', async () => {
    let traced: Promise<{ status: number; out: string; err: string }> | undefined;
    await withEdge(status, async (bus) => {
      let shown: () => void = () => undefined;
      const seen = new Promise<void>((resolve) => (shown = resolve));
      traced = commandLine(file, { onOut: () => shown() })('trace', 'alpha', '--json');
      while (!bus.wanted('link.state')) await new Promise((resolve) => setImmediate(resolve));
      bus.publish({ type: 'link.state', atMs: 5, carrier: 'alpha', state: 'up', detail: 'bound' });
      await seen;
    });
    const ran = await traced;
    assert.deepEqual(JSON.parse(ran?.out ?? ''), {
      type: 'link.state',
      atMs: 5,
      carrier: 'alpha',
      state: 'up',
      detail: 'bound',
    });
    assert.equal(ran?.status, 1);
    assert.match(ran.err, /strowger: the edge has ended\n$/);
  });

  it('shows what is recorded where no edge is running, and says so', async () => {
    const { status: exit, out, err } = await run('trace', sid);
    assert.equal(exit, 0);
    assert.match(out, /URL signed +https:\/\/a\.example\/sms/);
    assert.match(err, /the edge is not running/);
    const { json } = await run('trace', '--no-follow', '--json', sid);
    assert.deepEqual(
      (json as { resourceSid: string }[]).map(({ resourceSid }) => resourceSid),
      [sid, sid],
    );
    assert.equal((await run('trace', '--no-follow', `SM${'7'.repeat(32)}`)).out, 'no alerts\n');
  });
});

describe('strowger restore', () => {
  it('refuses while the edge runs', () =>
    withEdge(status, async () => {
      const { status: exit, err } = await run('restore', folder);
      assert.deepEqual([exit, err], [1, 'strowger: the edge is running: stop it first\n']);
    }));
});
