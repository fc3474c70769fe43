import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isOpen, parseWindow, windowText, type WindowText } from '../../../control/routing/window.ts';

const empty: WindowText = { from: '', until: '', days: '', zone: '' };
const open = (window: Partial<WindowText>, at: string): boolean => {
  const read = parseWindow({ ...empty, ...window });
  assert.ok(read.ok, JSON.stringify(read));
  return isOpen(read.value, Date.parse(at));
};

describe('a window', () => {
  it('is open from its first minute up to, without, its last', () => {
    const office = { from: '08:00', until: '18:30', days: 'mon-fri' };
    // 2026-11-20 is a Friday.
    assert.equal(open(office, '2026-11-20T07:59:59Z'), false);
    assert.equal(open(office, '2026-11-20T08:00:00Z'), true);
    assert.equal(open(office, '2026-11-20T18:29:59Z'), true);
    assert.equal(open(office, '2026-11-20T18:30:00Z'), false);
    assert.equal(open(office, '2026-11-21T12:00:00Z'), false);
    assert.equal(open({}, '2026-11-21T12:00:00Z'), true);
  });

  it('that goes over midnight belongs to the day on which it opened', () => {
    const night = { from: '22:00', until: '06:00', days: 'fri' };
    assert.equal(open(night, '2026-11-20T05:00:00Z'), false);
    assert.equal(open(night, '2026-11-20T23:00:00Z'), true);
    assert.equal(open(night, '2026-11-21T05:59:00Z'), true);
    assert.equal(open(night, '2026-11-21T06:00:00Z'), false);
    assert.equal(open(night, '2026-11-21T23:00:00Z'), false);
  });

  it('goes by the clocks of its zone, in summer and winter', () => {
    const office = { from: '08:00', until: '09:00', zone: 'Europe/Berlin' };
    assert.equal(open(office, '2026-01-15T07:30:00Z'), true);
    assert.equal(open(office, '2026-07-15T07:30:00Z'), false);
    assert.equal(open(office, '2026-07-15T06:30:00Z'), true);
    assert.equal(
      open({ from: '08:00', until: '09:00', zone: 'Asia/Kathmandu' }, '2026-01-15T02:20:00Z'),
      true,
    );
    assert.equal(open({ days: 'sat', zone: 'Pacific/Auckland' }, '2026-11-20T12:00:00Z'), true);
  });

  it('follows the change of the clocks within the hour', () => {
    const two = { from: '02:00', until: '03:00', zone: 'Europe/Berlin' };
    // On 2026-10-25 the hour from two to three comes twice, on 2026-03-29 never.
    assert.deepEqual(
      ['23:59', '00:00', '01:59', '02:00'].map((time) =>
        open(two, time === '23:59' ? '2026-10-24T23:59:00Z' : `2026-10-25T${time}:00Z`),
      ),
      [false, true, true, false],
    );
    assert.deepEqual(
      ['00:59', '01:00', '01:59'].map((time) => open(two, `2026-03-29T${time}:00Z`)),
      [false, false, false],
    );
  });

  it('is read from days in words, round the week, and written so that it is read again', () => {
    const days = (text: string): string => {
      const read = parseWindow({ ...empty, days: text });
      return read.ok ? windowText(read.value).days : read.error;
    };
    assert.equal(days('MON-Wed'), 'mon-wed');
    assert.equal(days('sat,sun,mon,fri'), 'fri-mon');
    assert.equal(days('sat sun'), 'sun sat');
    assert.equal(days('sat-sat'), 'sat');
    assert.equal(days('mon,wed;fri'), 'mon wed fri');
    assert.equal(days('sun-sat'), '');
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1439 }),
        fc.integer({ min: 1, max: 1440 }),
        fc.integer({ min: 1, max: 127 }),
        fc.constantFrom('UTC', 'Asia/Tokyo'),
        (fromMinute, untilMinute, onDays, zone) => {
          fc.pre(fromMinute !== untilMinute);
          const window = { fromMinute, untilMinute, days: onDays, zone };
          assert.deepEqual(parseWindow(windowText(window)), { ok: true, value: window });
        },
      ),
    );
  });

  it('is refused with what is wrong', () => {
    const wrong = (window: Partial<WindowText>): string => {
      const read = parseWindow({ ...empty, ...window });
      return read.ok ? 'nothing' : read.error;
    };
    assert.match(wrong({ from: '8' }), /from "8" is no time/);
    assert.match(wrong({ from: '24:00' }), /from "24:00" is no time/);
    assert.match(wrong({ until: '25:00' }), /until "25:00" is no time/);
    assert.match(wrong({ until: '12:60' }), /until "12:60" is no time/);
    assert.match(wrong({ from: '08:00', until: '08:00' }), /alike/);
    assert.match(wrong({ days: 'weekdays' }), /days "weekdays" are none/);
    assert.match(wrong({ days: 'mon-tue-wed' }), /are none/);
    assert.match(wrong({ zone: 'Berlin' }), /zone "Berlin" is no time zone/);
    assert.match(wrong({ zone: 'x'.repeat(1000) }), /is no time zone/);
  });
});
