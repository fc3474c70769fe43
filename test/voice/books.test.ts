import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { systemRandom } from '../../control/base/random.ts';
import { sidFactory, type SidFactory } from '../../control/base/sid.ts';
import { Store } from '../../control/store/store.ts';
import { unbilled, type Call } from '../../edge/voice/call.ts';
import { CallBook, type CallFilter } from '../../edge/voice/store/call-book.ts';
import { FakeClock } from '../support/fake-clock.ts';

describe('the book of calls', () => {
  let folder: string;
  let store: Store;
  let clock: FakeClock;
  let newSid: SidFactory;
  let book: CallBook;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'strowger-calls-'));
    store = new Store(folder);
    clock = new FakeClock(Date.UTC(2026, 0, 1));
    newSid = sidFactory(clock, systemRandom);
    book = new CallBook(store, clock);
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const add = (change: Partial<Call> = {}): Call => {
    clock.advance(60_000);
    const nowMs = clock.now();
    return book.create({
      sid: newSid('CA'),
      accountNo: 1,
      direction: 'inbound',
      from: '+12065550100',
      to: '+14155550001',
      parentSid: '',
      phoneNumberSid: '',
      forwardedFrom: '',
      callerName: '',
      status: 'ringing',
      errorCode: 0,
      sipCode: 0,
      createdMs: nowMs,
      updatedMs: nowMs,
      queueTimeMs: 0,
      startedMs: nowMs,
      answeredMs: 0,
      endedMs: 0,
      answeredBy: '',
      carrier: '',
      stirVerstat: '',
      statusCallback: null,
      bill: unbilled,
      nextSequence: 0,
      ...change,
    });
  };
  const list = (filter: CallFilter = {}, accountNo = 1): string[] =>
    book.list(accountNo, filter, { limit: 50 }).rows.map(({ sid }) => sid);

  it('lists newest first, one account at a time, page by page', async () => {
    const calls = [add(), add(), add(), add({ accountNo: 2 })];
    await store.durable();
    const sids = calls.map(({ sid }) => sid);
    assert.deepEqual(list(), sids.slice(0, 3).reverse());
    assert.deepEqual(list({}, 2), sids.slice(3));
    const first = book.list(1, {}, { limit: 2 });
    assert.ok(first.next !== null);
    const second = book.list(1, {}, { limit: 2, after: first.next });
    assert.deepEqual(
      [...first.rows, ...second.rows].map(({ sid }) => sid),
      list(),
    );
    assert.equal(second.next, null);
  });

  it('lists by who, to whom, how, and of which call', async () => {
    const one = add({ to: '+1', from: '+2' });
    const two = add({ to: '+1', from: '+3', parentSid: one.sid });
    await store.durable();
    assert.deepEqual(list({ to: '+1' }), [two.sid, one.sid]);
    assert.deepEqual(list({ to: '+1', from: '+2' }), [one.sid]);
    assert.deepEqual(list({ parentSid: one.sid }), [two.sid]);
    book.change(one.sid, { status: 'in-progress' });
    await store.durable();
    assert.deepEqual(list({ status: 'in-progress' }), [one.sid]);
    assert.deepEqual(list({ status: 'ringing' }), [two.sid]);
    assert.deepEqual(list({ status: 'ringing', to: '+1', from: '+2' }), []);
  });

  it('lists by when calls began and ended, and looks no further back than it must', async () => {
    const calls = [add(), add(), add()];
    const [, second] = calls;
    assert.ok(second);
    const at = Math.floor(second.startedMs / 1000);
    book.change(second.sid, { status: 'completed', endedMs: second.startedMs + 5_000 });
    await store.durable();
    assert.deepEqual(list({ started: { untilSecond: at } }), [second.sid, calls[0]?.sid]);
    assert.deepEqual(list({ started: { sinceSecond: at } }), [calls[2]?.sid, second.sid]);
    assert.deepEqual(list({ started: { sinceSecond: at, untilSecond: at } }), [second.sid]);
    assert.deepEqual(list({ ended: { sinceSecond: 0 } }), [second.sid]);
  });

  it('takes no final status back, remembers who had not ended, and forgets what is removed', async () => {
    const one = add();
    const two = add();
    book.change(one.sid, { status: 'failed' });
    book.change(one.sid, { status: 'in-progress', errorCode: 7 });
    await store.durable();
    assert.equal(book.get(one.sid)?.status, 'failed');
    assert.equal(book.get(one.sid)?.errorCode, 7);
    assert.deepEqual(
      Array.from(book.unfinished(), ({ sid }) => sid),
      [two.sid],
    );
    book.remove(two);
    await store.durable();
    assert.deepEqual(list(), [one.sid]);
    assert.deepEqual(Array.from(book.unfinished()), []);
    assert.equal(book.change(two.sid, { status: 'failed' }), undefined);
    assert.equal(book.get('nonsense'), undefined);
  });
});
