import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SenderClass } from '../../../control/inventory/senders.ts';
import type { Table } from '../../../control/store/table.ts';
import { Depths } from '../../../edge/messaging/queue/depths.ts';
import type { QueueEntry, QueueKey } from '../../../edge/messaging/queue/queue-table.ts';
import { SenderQueue, waiting, type Waiting } from '../../../edge/messaging/queue/sender-queue.ts';

const id = { accountNo: 1, from: '+14155550100' };
const acceptedMs = 1_000_000;

/** A message accepted `atMs` after the first. */
const message = (atMs: number, segments = 1): Waiting =>
  waiting(
    { sender: id, order: (acceptedMs + atMs) * 1000 },
    { id: Buffer.alloc(16), segments, deadlineMs: Infinity, ownDeadline: false },
  );

/** On disk: these messages. */
const left = (messages: readonly Waiting[]): Table<QueueKey, QueueEntry> =>
  ({
    *entries() {
      for (const { key, entry } of messages) yield [key, entry] as const;
    },
  }) as unknown as Table<QueueKey, QueueEntry>;

const queued = (...messages: readonly Waiting[]): SenderQueue => {
  const queue = new SenderQueue(id, left([]), undefined);
  for (const one of messages) queue.arrived(one);
  return queue;
};

describe('A queue', () => {
  it('is not late while messages leave at their pace, however long it is', () => {
    const queue = queued(...Array.from({ length: 30 }, (_, at) => message(at)));
    for (let sent = 0; sent < 30; sent++) {
      const nowMs = acceptedMs + sent * 10_000;
      assert.equal(queue.lateMs(nowMs), 0);
      queue.take(nowMs, 0.1);
    }
    assert.equal(queue.lateMs(acceptedMs + 300_000), 0);
  });

  it('is late by what its head has waited beyond its turn', () => {
    const queue = queued(message(0), message(1));
    assert.equal(queue.lateMs(acceptedMs + 5_000), 5_000);
    queue.take(acceptedMs + 5_000, 1);
    // The second might have left a second after the first was accepted.
    assert.equal(queue.lateMs(acceptedMs + 6_000), 5_000);
  });

  it('adds up what a slow carrier costs each of its messages', () => {
    const queue = queued(...Array.from({ length: 21 }, (_, at) => message(at)));
    for (let sent = 0; sent < 20; sent++) queue.take(acceptedMs + sent * 3_000, 1);
    assert.equal(queue.lateMs(acceptedMs + 60_000), 40_000);
  });

  it('counts segments, and forgets its past once it has caught up', () => {
    const queue = queued(message(0, 5));
    queue.take(acceptedMs + 60_000, 1);
    queue.arrived(message(70_000));
    assert.equal(queue.lateMs(acceptedMs + 70_500), 500);
  });

  it('is late for a message that was put back, as if it had not been taken', () => {
    const queue = queued(message(0));
    for (let tries = 0; tries < 5; tries++) {
      const head = queue.head();
      assert.ok(head !== undefined);
      queue.take(acceptedMs + tries * 10_000, 0.1);
      queue.landed(head.key.order);
      queue.putBack(head, 0.1);
    }
    assert.equal(queue.lateMs(acceptedMs + 50_000), 50_000);
  });

  it('that an earlier run has left is judged from when it was found', () => {
    const foundMs = acceptedMs + 3_600_000;
    const queue = new SenderQueue(id, left([message(0), message(1)]), foundMs);
    queue.head();
    assert.equal(queue.lateMs(foundMs), 0);
    queue.take(foundMs + 2_000, 1);
    assert.equal(queue.lateMs(foundMs + 2_000), 1_000);
  });
});

describe('Depths', () => {
  it('sum up queues by class, and look a class up once for each queue', () => {
    const asked: string[] = [];
    const depths = new Depths((from): SenderClass => {
      asked.push(from);
      return 'local';
    });
    const queues = [queued(message(4_000, 2)), queued(message(0), message(1))];
    for (const queue of queues) queue.reserve(2);
    for (let time = 0; time < 2; time++) {
      const depth = depths.of(queues, acceptedMs + 10_000).get('local');
      assert.deepEqual(depth, { segments: 4, oldestMs: acceptedMs, lateMs: 10_000 });
    }
    assert.deepEqual(asked, [id.from, id.from]);
  });
});
