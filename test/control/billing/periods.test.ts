import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { dayAfter, dayOf, monthOf, monthsAfter, partsOf, readDay } from '../../../control/billing/periods.ts';

const day = fc.integer({ min: 0, max: 40_000 }).map((days) => dayOf(days * 86_400_000));

describe('Periods', () => {
  it('divide a span without gap or overlap, newest first', () => {
    const interval = fc.constantFrom('day' as const, 'month' as const, 'year' as const);
    fc.assert(
      fc.property(day, fc.nat(1_500), interval, (first, days, each) => {
        const last = dayAfter(first, days);
        const parts = partsOf({ first, last }, each);
        assert.equal(parts[0]?.last, last);
        assert.equal(parts.at(-1)?.first, first);
        for (const [index, part] of parts.entries()) {
          assert.ok(part.first <= part.last);
          const older = parts[index + 1];
          if (older !== undefined) assert.equal(dayAfter(older.last, 1), part.first);
        }
      }),
    );
    assert.deepEqual(partsOf({ first: '2026-01-02', last: '2026-01-01' }, 'day'), []);
  });

  it('know the months, leap years and turns of years', () => {
    assert.deepEqual(monthOf('2028-02-10'), { first: '2028-02-01', last: '2028-02-29' });
    assert.deepEqual(monthOf('2026-01-31', -1), { first: '2025-12-01', last: '2025-12-31' });
  });

  it('are read as days or as offsets from today', () => {
    assert.equal(readDay('2026-02-28', '2026-03-01'), '2026-02-28');
    assert.equal(readDay('-30days', '2026-03-01'), '2026-01-30');
    assert.equal(readDay('+1day', '2026-12-31'), '2027-01-01');
    for (const text of ['', '2026-02-29', '2026-13-01', 'yesterday', '-99999days', '30days', '20260101']) {
      assert.equal(readDay(text, '2026-03-01'), undefined, text);
    }
  });

  it('come a month later on the same day, or on the last of a shorter month', () => {
    const start = Date.parse('2027-10-31T08:30:00Z');
    const after = (months: number): string => new Date(monthsAfter(start, months)).toISOString();
    assert.deepEqual([0, 1, 2, 4, 5, 16].map(after), [
      '2027-10-31T08:30:00.000Z',
      '2027-11-30T08:30:00.000Z',
      '2027-12-31T08:30:00.000Z',
      '2028-02-29T08:30:00.000Z',
      '2028-03-31T08:30:00.000Z',
      '2029-02-28T08:30:00.000Z',
    ]);
  });
});
