import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { sidBytes, sidFactory } from '../../../control/base/sid.ts';
import { systemRandom } from '../../../control/base/random.ts';
import { Store } from '../../../control/store/store.ts';
import type { Message } from '../../../edge/messaging/message.ts';
import { cursorOf, idOf, listedAtMs, type ListFilter } from '../../../edge/messaging/store/list-key.ts';
import { MessageLists, type From } from '../../../edge/messaging/store/message-lists.ts';
import { messageTable } from '../../../edge/messaging/store/message-table.ts';
import { temporaryDirectory } from '../../control/store/temporary.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const addresses = ['+12065550100', '+12065550101', '+12065550102'];
const accountNo = 7;

/** The lists over a store of their own; `again` begins anew with what is on disk. */
class Fixture {
  readonly clock = new FakeClock();
  readonly newSid = sidFactory(this.clock, systemRandom);
  readonly model = new Map<string, Message>();
  readonly store: Store;
  lists: MessageLists;

  constructor(folder: string) {
    this.store = new Store(folder);
    this.lists = this.again();
  }

  again(): MessageLists {
    return new MessageLists(this.store, this.store.table(messageTable), this.clock);
  }

  create(from: string, to: string, other: Partial<Message> = {}): Message {
    const nowMs = this.clock.now();
    const message: Message = {
      sid: this.newSid('SM'),
      accountNo,
      direction: 'outbound-api',
      from,
      to,
      body: '',
      status: 'queued',
      errorCode: 0,
      segments: 1,
      media: 0,
      createdMs: nowMs,
      updatedMs: nowMs,
      sentMs: 0,
      sendAtMs: 0,
      deadlineMs: 0,
      smartEncoding: false,
      statusCallback: '',
      carrier: '',
      parts: [],
      raw: null,
      receipt: null,
      priceMicros: null,
      feedback: 'none',
      messagingServiceSid: '',
      ...other,
    };
    this.put(message);
    this.lists.enter(message);
    return message;
  }

  put(message: Message): void {
    this.store.table(messageTable).put(sidBytes(message.sid), message);
    this.model.set(message.sid, message);
  }

  send(before: Message): void {
    const message = { ...before, status: 'sent' as const, sentMs: this.clock.now() };
    this.put(message);
    this.lists.move(before, message);
  }

  remove(message: Message): void {
    this.store.table(messageTable).remove(sidBytes(message.sid));
    this.model.delete(message.sid);
    this.lists.withdraw(message);
  }

  /** Lets whatever the lists have to write reach the disk. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 12; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
      await this.store.durable();
    }
  }

  walk(filter: ListFilter, from: From = { kind: 'newest' }): string[] {
    return Array.from(this.lists.walk(accountNo, filter, from), (entry) => idOf(entry).toString('hex'));
  }

  /** What a walk from the newest on must give. */
  expected({ from, to }: ListFilter): string[] {
    const place = (message: Message): string =>
      listedAtMs(message).toString(16).padStart(12, '0') + message.sid.slice(14);
    return Array.from(this.model.values())
      .filter((message) => (from ?? message.from) === message.from && (to ?? message.to) === message.to)
      .sort((a, b) => (place(a) < place(b) ? 1 : -1))
      .map((message) => message.sid.slice(2));
  }
}

async function within(use: (fixture: Fixture) => Promise<void>): Promise<void> {
  const fixture = new Fixture(temporaryDirectory());
  try {
    await use(fixture);
  } finally {
    fixture.lists.stop();
    await fixture.store.close();
  }
}

const address = fc.constantFrom(...addresses);
const operation = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('create' as const), from: address, to: address }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('schedule' as const), from: address, to: address }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('send' as const), nth: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), nth: fc.nat(20) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(1, 2_000, 70_000) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
);

describe('the lists of messages', () => {
  it('hold every message in its place, written or not, after a restart too', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 40 }), async (operations) => {
        await within(async (fixture) => {
          for (const step of operations) {
            const nth = 'nth' in step ? [...fixture.model.values()].at(step.nth) : undefined;
            switch (step.kind) {
              case 'create':
                fixture.create(step.from, step.to);
                break;
              case 'schedule':
                fixture.create(step.from, step.to, { sendAtMs: fixture.clock.now() + 600_000 });
                break;
              case 'send':
                if (nth?.status === 'queued') fixture.send(nth);
                break;
              case 'remove':
                if (nth !== undefined) fixture.remove(nth);
                break;
              case 'wait':
                fixture.clock.advance(step.ms);
                break;
              case 'restart':
                await fixture.settle();
                fixture.lists.stop();
                fixture.lists = fixture.again();
                break;
            }
          }
          for (let round = 0; round < 2; round++) {
            await fixture.store.durable();
            for (const to of [undefined, ...addresses]) {
              for (const from of [undefined, ...addresses]) {
                const filter = { ...(to && { to }), ...(from && { from }) };
                assert.deepEqual(fixture.walk(filter), fixture.expected(filter));
              }
            }
            fixture.clock.advance(10_000);
            await fixture.settle();
          }
        });
      }),
      { numRuns: 25 },
    );
  });

  it('are walked from any place, half of it written and half not', () =>
    within(async (fixture) => {
      const [from = '', to = ''] = addresses;
      for (let i = 0; i < 3; i++) fixture.create(from, to);
      fixture.clock.advance(2_000);
      await fixture.settle();
      for (let i = 0; i < 3; i++) fixture.create(from, to);
      await fixture.store.durable();
      const entries = [...fixture.lists.walk(accountNo, { to }, { kind: 'newest' })];
      const ids = fixture.expected({ to });
      entries.forEach((entry, at) => {
        const cursor = cursorOf(entry);
        assert.deepEqual(fixture.walk({ to }, { kind: 'after', cursor }), ids.slice(at + 1));
        assert.deepEqual(fixture.walk({ to }, { kind: 'before', cursor }), ids.slice(0, at).reverse());
      });
    }));

  it('write a long tail without waiting for its time', () =>
    within(async (fixture) => {
      const [from = '', to = ''] = addresses;
      for (let i = 0; i < 4096; i++) fixture.create(from, to);
      for (let turn = 0; turn < 100; turn++) await fixture.settle();
      fixture.lists.stop();
      // Another mark would make the next run read the messages again; a table without them proves that it need not.
      await fixture.store.transact(() => {
        for (const sid of fixture.model.keys()) fixture.store.table(messageTable).remove(sidBytes(sid));
      });
      fixture.lists = fixture.again();
      assert.deepEqual(fixture.walk({ to }), fixture.expected({ to }));
    }));

  it('follow a clock that was set back between two runs', () =>
    within(async (fixture) => {
      const [from = '', to = ''] = addresses;
      fixture.create(from, to);
      fixture.clock.advance(2_000);
      await fixture.settle();
      fixture.lists.stop();
      const earlier = new FakeClock(fixture.clock.now() - 3_600_000);
      fixture.lists = fixture.again();
      const sid = sidFactory(earlier, systemRandom)('SM');
      fixture.create(from, to, { sid });
      await fixture.store.durable();
      fixture.lists.stop();
      fixture.lists = fixture.again();
      assert.deepEqual(fixture.walk({ to }), fixture.expected({ to }));
    }));
});
