import { fail, ok, type Result } from '../base/result.ts';
import { isZone, localTimeMs } from './zone.ts';

/** When a route may be taken: hours of some days of the week, by the clocks of a place. */
export interface TimeWindow {
  /** Minutes after midnight, 0 to 1439. */
  readonly fromMinute: number;
  /** 1 to 1440, without the minute itself; not above `fromMinute`: on the day after. */
  readonly untilMinute: number;
  /** The days on which it opens: bit 0 is Sunday. */
  readonly days: number;
  /** IANA time zone. */
  readonly zone: string;
}

const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const everyDay = 0b1111111;
const minutesOfDay = 1440;

export const always: TimeWindow = Object.freeze({
  fromMinute: 0,
  untilMinute: minutesOfDay,
  days: everyDay,
  zone: 'UTC',
});

export const isAlways = ({ fromMinute, untilMinute, days }: TimeWindow): boolean =>
  fromMinute === 0 && untilMinute === minutesOfDay && days === everyDay;

/** How a file writes a window; each may be ''. */
export interface WindowText {
  /** `08:00`; default 00:00 */
  readonly from: string;
  /** `18:30`; default 24:00 */
  readonly until: string;
  /** `mon-fri`, `sat sun`, `fri-mon`; default: every day */
  readonly days: string;
  /** `Europe/Berlin`; default UTC */
  readonly zone: string;
}

/** Fails with what is wrong. */
export function parseWindow({ from, until, days, zone }: WindowText): Result<TimeWindow, string> {
  const fromMinute = from === '' ? 0 : minuteOf(from);
  const untilMinute = until === '' ? minutesOfDay : minuteOf(until);
  if (fromMinute === undefined || fromMinute === minutesOfDay)
    return fail(`from ${JSON.stringify(from.slice(0, 20))} is no time such as 08:00`);
  if (untilMinute === undefined)
    return fail(`until ${JSON.stringify(until.slice(0, 20))} is no time such as 18:30, 24:00 at the latest`);
  if (fromMinute === untilMinute) return fail('from and until are alike: leave both empty for the whole day');
  const onDays = days === '' ? everyDay : daysOf(days);
  if (onDays === undefined)
    return fail(`days ${JSON.stringify(days.slice(0, 40))} are none such as mon-fri or sat sun`);
  if (zone !== '' && !isZone(zone))
    return fail(`zone ${JSON.stringify(zone.slice(0, 40))} is no time zone such as Europe/Berlin`);
  // Midnight is the end of a day here, and the beginning of one above.
  return ok({ fromMinute, untilMinute: untilMinute || minutesOfDay, days: onDays, zone: zone || 'UTC' });
}

function minuteOf(text: string): number | undefined {
  const [, hour = '', minute = ''] = /^(\d{1,2}):([0-5]\d)$/.exec(text) ?? [];
  const of = Number(hour) * 60 + Number(minute);
  return hour === '' || of > minutesOfDay ? undefined : of;
}

function daysOf(text: string): number | undefined {
  let days = 0;
  for (const part of text.toLowerCase().split(/[\s,;+]+/)) {
    const [first = -1, last = first, ...more] = part
      .split('-')
      .map((name) => (dayNames as readonly string[]).indexOf(name));
    if (first < 0 || last < 0 || more.length > 0) return undefined;
    for (let day = first; ; day = (day + 1) % 7) {
      days |= 1 << day;
      if (day === last) break;
    }
  }
  return days;
}

/** The window as `parseWindow` reads it. */
export function windowText({ fromMinute, untilMinute, days, zone }: TimeWindow): WindowText {
  const time = (minute: number): string =>
    `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
  return {
    from: fromMinute === 0 ? '' : time(fromMinute),
    until: untilMinute === minutesOfDay ? '' : time(untilMinute),
    days: daysText(days),
    zone: zone === 'UTC' ? '' : zone,
  };
}

function daysText(days: number): string {
  if (days === everyDay) return '';
  const has = (day: number): boolean => (days & (1 << ((day + 7) % 7))) !== 0;
  const names = dayNames.filter((_, day) => has(day));
  // One run of days has one day that none before it joins.
  const firsts = dayNames.filter((_, day) => has(day) && !has(day - 1));
  const lasts = dayNames.filter((_, day) => has(day) && !has(day + 1));
  return firsts.length === 1 && names.length > 2 ? `${firsts.join()}-${lasts.join()}` : names.join(' ');
}

/** The window as a person reads it: `08:00-18:30 mon tue Europe/Berlin`; '' for always. */
export function windowWords(window: TimeWindow): string {
  const { from, until, days, zone } = windowText(window);
  const hours = from === '' && until === '' ? '' : `${from || '00:00'}-${until || '24:00'}`;
  return [hours, days, zone].filter((text) => text !== '').join(' ');
}

/** Whether it is open at a time, in Unix ms. */
export function isOpen({ fromMinute, untilMinute, days, zone }: TimeWindow, nowMs: number): boolean {
  const localMinutes = Math.floor(localTimeMs(zone, nowMs) / 60_000);
  const localDays = Math.floor(localMinutes / minutesOfDay);
  const minute = localMinutes - localDays * minutesOfDay;
  // The Unix epoch was a Thursday.
  const day = (localDays + 4) % 7;
  const opensToday = (days & (1 << day)) !== 0;
  if (untilMinute > fromMinute) return opensToday && minute >= fromMinute && minute < untilMinute;
  const openedYesterday = (days & (1 << ((day + 6) % 7))) !== 0;
  return (opensToday && minute >= fromMinute) || (openedYesterday && minute < untilMinute);
}
