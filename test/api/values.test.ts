import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { inRange, parseIsoMs, readDateRange } from '../../edge/api/date-range.ts';
import { ParamList } from '../../edge/api/params.ts';
import { Reader } from '../../edge/api/readers.ts';
import { rfc2822 } from '../../edge/api/rfc2822.ts';

describe('dates of the API', () => {
  it('are written as RFC 2822 has them', () => {
    assert.equal(rfc2822(Date.UTC(2023, 7, 24, 5, 1, 45, 999)), 'Thu, 24 Aug 2023 05:01:45 +0000');
    assert.equal(rfc2822(Date.UTC(2023, 7, 4, 5, 1, 45)), 'Fri, 04 Aug 2023 05:01:45 +0000');
    const times = fc.integer({ min: 0, max: 4_000_000_000_000 });
    fc.assert(
      fc.property(times, times, (a, b) => {
        for (const ms of [a, b, a]) assert.equal(Date.parse(rfc2822(ms)), Math.floor(ms / 1000) * 1000);
      }),
    );
  });

  it('are read as ISO 8601', () => {
    const noon = Date.UTC(2026, 0, 31, 12);
    for (const text of [
      '2026-01-31T12:00:00Z',
      '2026-01-31T12:00Z',
      '2026-01-31T12:00:00.000000Z',
      '2026-01-31T13:00:00+01:00',
      '2026-01-31T13:00:00+0100',
      '2026-01-31 12:00:00',
    ])
      assert.deepEqual(parseIsoMs(text), { ms: noon, dateOnly: false }, text);
    for (const text of ['', '2026-02-31', '2026-13-01', '2026-01-31T25:00:00Z', '20260131', 'now'])
      assert.equal(parseIsoMs(text), undefined, text);
  });

  it('bound a list, bounds included', () => {
    const range = (...pairs: [string, string][]) => {
      const read = readDateRange(ParamList.of(pairs), 'DateSent');
      assert.ok(read.ok);
      return read.value;
    };
    const day = Date.UTC(2026, 0, 31) / 1000;
    assert.equal(range(), undefined);
    assert.deepEqual(range(['DateSent', '2026-01-31']), { sinceSecond: day, untilSecond: day + 86_399 });
    assert.deepEqual(range(['DateSent<', '2026-01-31']), { untilSecond: day + 86_399 });
    assert.deepEqual(range(['DateSent>=', '2026-01-31T00:00:05Z']), { sinceSecond: day + 5 });
    const both = range(['DateSent>', '2026-01-31'], ['DateSent<=', '2026-01-31T00:00:10Z']);
    assert.deepEqual(both, { sinceSecond: day, untilSecond: day + 10 });
    assert.deepEqual(
      [-1, 0, 10_999, 11_000].map((ms) => inRange(day * 1000 + ms, both)),
      [false, true, true, false],
    );
  });

  it('are refused, whatever they are, without an exception', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const read = readDateRange(ParamList.of([['DateSent', text]]), 'DateSent');
        assert.ok(read.ok || read.error.code === 20422);
      }),
    );
  });
});

describe('readers', () => {
  it('keep the first fault', () => {
    const reader = new Reader(
      ParamList.of([
        ['A', 'x'],
        ['B', 'y'],
        ['C', 'True'],
        ['D', ''],
        ['E', '-5'],
      ]),
    );
    assert.equal(reader.integer('E', -5, 5), -5);
    assert.deepEqual([reader.flag('C'), reader.flag('D'), reader.fault], [true, undefined, undefined]);
    assert.equal(reader.integer('A', 0, 9, 21624), undefined);
    assert.equal(reader.flag('B'), undefined);
    assert.equal(reader.fault?.code, 21624);
  });
});
