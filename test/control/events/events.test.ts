import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { localBus } from '../../../control/events/bus.ts';
import type { EdgeEvent, LinkState } from '../../../control/events/event.ts';
import { streamEvents, type Streamed } from '../../../control/events/stream.ts';

const link = (carrier: string): LinkState => ({
  type: 'link.state',
  atMs: 0,
  carrier,
  state: 'up',
  detail: '',
});

describe('the bus', () => {
  it('brings events to those who subscribed to their topic, until they leave', () => {
    const bus = localBus();
    const links: string[] = [];
    assert.equal(bus.wanted('link.state'), false);
    const leave = bus.subscribe(['link.state'], (event) => void links.push(event.carrier));
    bus.subscribe(['alert'], () => assert.fail('nothing was published here'));
    assert.equal(bus.wanted('link.state'), true);
    bus.publish(link('a'));
    leave();
    bus.publish(link('b'));
    assert.deepEqual(links, ['a']);
    assert.equal(bus.wanted('link.state'), false);
  });

  it('counts a receiver that subscribed twice as two', () => {
    const bus = localBus();
    let received = 0;
    const receive = (): void => {
      received++;
    };
    const leave = bus.subscribe(['link.state'], receive);
    bus.subscribe(['link.state'], receive);
    bus.publish(link('a'));
    leave();
    bus.publish(link('a'));
    assert.equal(received, 3);
  });

  it('serves the others when one throws', () => {
    const faults: unknown[] = [];
    const bus = localBus((error) => void faults.push(error));
    const received: EdgeEvent[] = [];
    bus.subscribe(['link.state'], () => {
      throw new Error('broken');
    });
    bus.subscribe(['link.state'], (event) => void received.push(event));
    bus.publish(link('a'));
    assert.equal(received.length, 1);
    assert.equal(faults.length, 1);
  });
});

describe('a stream of events', () => {
  const words = (streamed: Streamed): string | number =>
    streamed.kind === 'dropped'
      ? streamed.count
      : streamed.event.type === 'link.state'
        ? streamed.event.carrier
        : '';

  it('keeps at most its limit for a slow reader, and tells how many it dropped', async () => {
    const bus = localBus();
    const stream = streamEvents(bus, ['link.state'], 2);
    for (const carrier of ['a', 'b', 'c', 'd']) bus.publish(link(carrier));
    const read: (string | number)[] = [];
    for await (const streamed of stream) {
      read.push(words(streamed));
      if (read.length === 3) bus.publish(link('e'));
      if (read.length === 4) break;
    }
    assert.deepEqual(read, ['a', 'b', 2, 'e']);
    assert.equal(bus.wanted('link.state'), false);
  });

  it('wakes a reader that waits, and ends when it is closed', async () => {
    const bus = localBus();
    const stream = streamEvents(bus, ['link.state']);
    const iterator = stream[Symbol.asyncIterator]();
    const first = iterator.next();
    bus.publish(link('a'));
    assert.deepEqual(await first, { done: false, value: { kind: 'event', event: link('a') } });
    const second = iterator.next();
    stream.close();
    assert.deepEqual(await second, { done: true, value: undefined });
  });
});
