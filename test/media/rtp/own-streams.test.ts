import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { types } from 'mediasoup';
import { systemRandom } from '../../../control/base/random.ts';
import { OwnStreams } from '../../../media/rtp/own-streams.ts';

interface FakeProducer {
  readonly ssrc: number | undefined;
  closed: boolean;
  close(): void;
}

/** As much of a worker as makes producers. */
function fakeWorker(): { readonly streams: OwnStreams; readonly made: readonly FakeProducer[] } {
  const made: FakeProducer[] = [];
  const produce = (options: types.ProducerOptions): Promise<FakeProducer> => {
    const producer: FakeProducer = {
      ssrc: options.rtpParameters.encodings?.[0]?.ssrc,
      closed: false,
      close: () => void (producer.closed = true),
    };
    made.push(producer);
    return Promise.resolve(producer);
  };
  return { streams: new OwnStreams({ produce } as unknown as types.DirectTransport, systemRandom), made };
}

describe('the streams into a worker', () => {
  it('are lent to one leg at a time, each by an SSRC of its own', async () => {
    const { streams, made } = fakeWorker();
    const [one, other] = [await streams.take(), await streams.take()];
    assert.notEqual(one.producer, other.producer);
    assert.notEqual(made[0]?.ssrc, made[1]?.ssrc);
    streams.give(one);
    assert.equal(await streams.take(), one);
    assert.notEqual((await streams.take()).producer, one.producer);
    assert.equal(made.length, 3);
  });

  it('are not lent again when the worker has gone', async () => {
    const { streams, made } = fakeWorker();
    const stream = await streams.take();
    stream.producer.close();
    streams.give(stream);
    assert.notEqual(await streams.take(), stream);
    assert.equal(made.length, 2);
  });

  it('wait for legs in a bounded number', async () => {
    const { streams, made } = fakeWorker();
    const lent = await Promise.all(Array.from({ length: 200 }, () => streams.take()));
    for (const stream of lent) streams.give(stream);
    const open = made.filter(({ closed }) => !closed).length;
    assert.ok(open > 0 && open < 100, `${open} wait`);
  });
});
