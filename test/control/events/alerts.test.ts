import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { systemRandom } from '../../../control/base/random.ts';
import { sidFactory } from '../../../control/base/sid.ts';
import { Alerts } from '../../../control/events/alerts.ts';
import type { NewAlert } from '../../../control/events/alert.ts';
import { localBus } from '../../../control/events/bus.ts';
import type { EdgeEvent } from '../../../control/events/event.ts';
import { Store } from '../../../control/store/store.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const folder = mkdtempSync(join(tmpdir(), 'strowger-alerts-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const about = (resourceSid: string): NewAlert => ({
  accountSid: `AC${'0'.repeat(32)}`,
  code: 11200,
  resourceSid,
  detail: 'the application answered 500',
  request: {
    url: 'https://a.example/sms',
    method: 'POST',
    signedUrl: 'https://a.example/sms',
    signature: 'c2ln',
    responseStatus: 500,
  },
});

function open(name: string, keep?: number) {
  const store = new Store(join(folder, name));
  const clock = new FakeClock();
  const bus = localBus();
  const events: EdgeEvent[] = [];
  bus.subscribe(['alert'], (event) => void events.push(event));
  const alerts = new Alerts({
    store,
    clock,
    bus,
    makeSid: sidFactory(clock, systemRandom),
    ...(keep === undefined ? {} : { keep }),
  });
  return { store, alerts, events };
}

describe('alerts', () => {
  it('are kept with SID, time and level, and published', async () => {
    const { store, alerts, events } = open('kept');
    const recorded = alerts.record(about('SM1'));
    assert.match(recorded.sid, /^NO[0-9a-f]{32}$/);
    assert.equal(recorded.level, 'ERROR');
    assert.equal(alerts.record({ ...about('SM1'), code: 12200 }).level, 'WARNING');
    assert.deepEqual(events[0], { type: 'alert', atMs: recorded.atMs, alert: recorded });
    await store.durable();
    assert.deepEqual(alerts.recent(10)[0], recorded);
    await store.close();
  });

  it('are found newest first up to a number, and shown oldest first', async () => {
    const { store, alerts } = open('found');
    for (const sid of ['SM1', 'SM2', 'SM3', 'SM1']) alerts.record(about(sid));
    await store.durable();
    assert.deepEqual(
      alerts.recent(2).map((alert) => alert.resourceSid),
      ['SM3', 'SM1'],
    );
    assert.equal(alerts.recent(10, (alert) => alert.resourceSid === 'SM1').length, 2);
    await store.close();
  });

  it('are kept within a bound, the newest ones, also when many come at once', async () => {
    const { store, alerts } = open('bound', 20);
    for (let round = 0; round < 10; round++) {
      for (let i = 0; i < 30; i++) alerts.record(about(`SM${round * 30 + i}`));
      await store.durable();
    }
    for (let i = 300; i < 303; i++) {
      alerts.record(about(`SM${i}`));
      await store.durable();
    }
    const kept = alerts.recent(1_000).map((alert) => alert.resourceSid);
    assert.ok(kept.length >= 20 && kept.length <= 23, String(kept.length));
    assert.equal(kept.at(-1), 'SM302');
    await store.close();
  });

  it('count what an earlier run left', async () => {
    const first = open('again', 10);
    for (let i = 0; i < 10; i++) first.alerts.record(about(`SM${i}`));
    await first.store.close();
    const second = open('again', 10);
    for (let i = 10; i < 13; i++) {
      second.alerts.record(about(`SM${i}`));
      await second.store.durable();
    }
    assert.ok(second.alerts.recent(100).length <= 11);
    await second.store.close();
  });

  it('keep only so much of what others wrote', async () => {
    const { store, alerts } = open('long');
    const long = 'x'.repeat(100_000);
    const { detail, request } = alerts.record({
      ...about('SM1'),
      detail: long,
      request: { ...about('').request!, url: long, signedUrl: long },
    });
    assert.ok([detail, request?.url, request?.signedUrl].every((text) => text!.length <= 2_000));
    await store.close();
  });

  it('keep no credentials of URLs', async () => {
    const { store, alerts } = open('credentials');
    const url = `https://u:${'s3cret'.repeat(500)}@h/path`;
    const { detail, request } = alerts.record({
      ...about('SM1'),
      detail: `no answer from ${url}`,
      request: { ...about('').request!, url },
    });
    const shown = 'https://[redacted]@h/path';
    assert.deepEqual([detail, request?.url], [`no answer from ${shown}`, shown]);
    await store.close();
  });

  it('are listed by account and resource, and forgotten there when they go', async () => {
    const { store, alerts } = open('listed', 20);
    const mine = `AC${'0'.repeat(32)}`;
    const other = `AC${'1'.repeat(32)}`;
    const call = `CA${'2'.repeat(32)}`;
    const first = alerts.record(about(call));
    const warning = alerts.record({ ...about(''), code: 13410 });
    const theirs = alerts.record({ ...about(call), accountSid: other });
    await store.durable();
    const all = { limit: 50 };
    const sids = (filter: Parameters<Alerts['list']>[1], account = mine): string[] =>
      alerts.list(account, filter, all).rows.map(({ sid }) => sid);
    assert.deepEqual(sids({}), [warning.sid, first.sid]);
    assert.deepEqual(sids({ resourceSid: call }), [first.sid]);
    assert.deepEqual(sids({ resourceSid: call }, other), [theirs.sid]);
    assert.deepEqual(sids({ level: 'WARNING' }), [warning.sid]);
    const second = Math.floor(first.atMs / 1000);
    assert.deepEqual(sids({ recorded: { sinceSecond: second, untilSecond: second } }).length, 2);
    assert.deepEqual(sids({ recorded: { sinceSecond: second + 1 } }), []);
    assert.deepEqual(sids({ recorded: { untilSecond: second - 1 } }), []);
    assert.equal(alerts.get(mine, first.sid)?.sid, first.sid);
    assert.equal(alerts.get(mine, theirs.sid), undefined);
    assert.equal(alerts.get(mine, 'nonsense'), undefined);
    for (let n = 0; n < 40; n++) {
      alerts.record(about('SM'));
      await store.durable();
    }
    assert.equal(alerts.get(mine, first.sid), undefined);
    assert.deepEqual(sids({ resourceSid: call }), []);
    assert.ok(sids({}).length < 24);
    await store.close();
  });

  const excerpt = (text: string) => ({ text, cutFrom: null });
  const exchange = {
    variables: excerpt('Body=Hi'),
    requestHeaders: excerpt('accept=*'),
    responseHeaders: excerpt(''),
    responseBody: excerpt('Oops'),
  };

  it('keep what was sent and answered apart from what lists and traces show, and as long', async () => {
    const { store, alerts, events } = open('exchanges', 10);
    const first = alerts.record({ ...about('SM1'), exchange });
    await store.durable();
    assert.deepEqual(alerts.exchange(first), exchange);
    assert.doesNotMatch(JSON.stringify([first, alerts.recent(1), events]), /Body=Hi|Oops/);
    assert.equal(alerts.exchange({ sid: `NO${'0'.repeat(32)}` }), undefined);
    for (let i = 0; i < 30; i++) alerts.record({ ...about('SM2'), exchange });
    await store.durable();
    assert.equal(alerts.find(first.sid), undefined);
    assert.equal(alerts.exchange(first), undefined);
    await store.close();
  });

  it('forget what was sent and answered about one resource of one account', async () => {
    const { store, alerts } = open('forgotten');
    const one = alerts.record({ ...about('SM1'), exchange });
    const other = alerts.record({ ...about('SM2'), exchange });
    const theirs = alerts.record({ ...about('SM1'), accountSid: `AC${'1'.repeat(32)}`, exchange });
    await store.durable();
    alerts.forget(one.accountSid, 'SM1');
    await store.durable();
    assert.equal(alerts.exchange(one), undefined);
    assert.ok(alerts.find(one.sid) !== undefined);
    assert.deepEqual([alerts.exchange(other), alerts.exchange(theirs)], [exchange, exchange]);
    await store.close();
  });
});
