import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  Judge,
  plainBehaviour,
  wantsReceipt,
  writeId,
  type Behaviour,
} from '../../edge/loopback/behaviour.ts';
import { status } from '../../edge/smpp/status.ts';

/** Random numbers in the order given; 0.5 after them. */
const rolls = (...fractions: number[]) => ({
  bytes: (length: number) => Buffer.alloc(length),
  fraction: () => fractions.shift() ?? 0.5,
});

const judge = (change: Partial<Behaviour>, ...fractions: number[]) => {
  const one = new Judge(rolls(...fractions));
  return (to = '14155552671', nowMs = 0) => one.judge({ ...plainBehaviour, ...change }, to, nowMs);
};

const delivered = { kind: 'accepted', state: 'DELIVERED' };
const throttled = { kind: 'refused', status: status.ESME_RTHROTTLED };

describe('the judge of a simulated carrier', () => {
  it('delivers everything unless told otherwise', () => {
    assert.deepEqual(judge({})(), delivered);
  });

  it('throttles what exceeds the rate, and begins anew with the next second', () => {
    const ask = judge({ ratePerSecond: 2 });
    assert.deepEqual([ask('1', 0), ask('1', 10), ask('1', 999)], [delivered, delivered, throttled]);
    assert.deepEqual(ask('1', 1_000), delivered);
  });

  it('never takes more in a second of its own than its rate', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 50 }),
        (ratePerSecond, gapsMs) => {
          const ask = judge({ ratePerSecond });
          let nowMs = 0;
          const taken: number[] = [];
          for (const gap of gapsMs) {
            nowMs += gap;
            if (ask('1', nowMs).kind === 'accepted') taken.push(nowMs);
          }
          // Two seconds of the judge's can meet within one second of anybody else's.
          for (const began of taken) {
            const within = taken.filter((atMs) => atMs >= began && atMs < began + 1_000).length;
            assert.ok(within <= 2 * ratePerSecond);
          }
        },
      ),
    );
  });

  it('throttles every n-th, and a share of the others', () => {
    const ask = judge({ throttling: { every: 3, share: 0.2 } }, 0.1, 0.2);
    assert.deepEqual([ask(), ask(), ask()], [throttled, delivered, throttled]);
  });

  it('refuses by suffix first, then a share', () => {
    const bySuffix = [
      { suffix: '71', status: status.ESME_RINVDSTADR },
      { suffix: '1', status: status.ESME_RSYSERR },
    ];
    const failures = { bySuffix, share: 0.5, status: status.ESME_RSUBMITFAIL };
    const ask = judge({ failures }, 0.4, 0.5);
    assert.deepEqual(ask('12671'), { kind: 'refused', status: status.ESME_RINVDSTADR });
    assert.deepEqual(ask('12601'), { kind: 'refused', status: status.ESME_RSYSERR });
    assert.deepEqual(ask('12602'), { kind: 'refused', status: status.ESME_RSUBMITFAIL });
    assert.deepEqual(ask('12602'), delivered);
  });

  it('lets shares of what it takes end undelivered or expired', () => {
    const fates = {
      delayMs: 0,
      bySuffix: [{ suffix: '9', state: 'REJECTED' as const }],
      undeliveredShare: 0.3,
      expiredShare: 0.3,
    };
    const ask = judge({ fates }, 0.2, 0.9, 0.2, 0.9, 0.9);
    assert.deepEqual(
      [ask('9'), ask('1'), ask('1'), ask('1')],
      [
        { kind: 'accepted', state: 'REJECTED' },
        { kind: 'accepted', state: 'UNDELIVERABLE' },
        { kind: 'accepted', state: 'EXPIRED' },
        delivered,
      ],
    );
  });

  it('reports always, on failure only, or never, as registered_delivery asks', () => {
    assert.deepEqual(
      [0, 1, 2, 0x11].map((wish) => wantsReceipt(wish, 'DELIVERED')),
      [false, true, false, true],
    );
    assert.deepEqual(
      [0, 1, 2].map((wish) => wantsReceipt(wish, 'EXPIRED')),
      [false, true, true],
    );
  });

  it('writes ids in either notation', () => {
    assert.deepEqual([writeId(3_735_928_559, 'hexadecimal'), writeId(42, 'decimal')], ['deadbeef', '42']);
  });
});
