import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { types } from 'mediasoup';
import { readFigures, transportFigures } from '../../../media/worker/transport-meter.ts';

type Response = Parameters<typeof readFigures>[0];

/** An answer whose body has these numbers in the field beyond mediasoup's own, or has not got it. */
function answerWith(numbers: readonly number[] | undefined): Response {
  const field = 40;
  const vector = 800;
  return {
    body: () => ({
      bb_pos: 100,
      bb: {
        __offset: (table, slot) => (numbers !== undefined && table === 100 && slot === 14 ? field : 0),
        __vector: (at) => (at === 100 + field ? vector : 0),
        __vector_len: () => numbers?.length ?? 0,
        readFloat64: (at) => numbers?.[(at - vector) / 8] ?? Number.NaN,
      },
    }),
  };
}

describe('what a transport has counted', () => {
  const numbers = Array.from({ length: 17 }, (_, index) => index + 1);

  it('is read in the order of the worker', () => {
    assert.deepEqual(readFigures(answerWith(numbers)), {
      received: {
        packets: 1,
        bytes: 2,
        lost: 3,
        gaps: 4,
        longestGap: 5,
        late: 6,
        jitterMs: 7,
        jitterMaxMs: 8,
      },
      sent: { packets: 9, bytes: 10 },
      reported: { lost: 12, jitterMs: 13, jitterMaxMs: 14 },
      roundTrip: { meanMs: 16, maxMs: 17 },
    });
  });

  it('knows of no reports and round trips where there were none', () => {
    const figures = readFigures(
      answerWith(numbers.map((number) => (number === 11 || number === 15 ? 0 : number))),
    );
    assert.deepEqual([figures?.reported, figures?.roundTrip], [null, null]);
  });

  it('is unknown from a worker that does not count, or counts something else', () => {
    assert.equal(readFigures(answerWith(undefined)), undefined);
    assert.equal(readFigures(answerWith(numbers.slice(1))), undefined);
    assert.equal(readFigures({ body: () => null }), undefined);
  });

  it('is unknown where nobody answers', async () => {
    const channel = { request: () => Promise.reject(new Error('Channel closed')) };
    const gone = { id: 'a transport', channel } as unknown as types.PlainTransport;
    assert.equal(await transportFigures(gone), undefined);
  });
});
