import type { Params } from './exchange.ts';
import { invalidParameter, type Reader } from './readers.ts';
import { printable, refused, type Refused } from './reply.ts';
import { fail, ok, type Result } from '../../control/base/result.ts';

/** Unix seconds, both inclusive. */
export interface DateRange {
  readonly sinceSecond?: number;
  readonly untilSecond?: number;
}

export interface Moment {
  readonly firstSecond: number;
  readonly lastSecond: number;
  readonly dayFirstSecond: number;
}

const daySeconds = 86_400;
const form = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:?\d\d)?)?$/;

/** An ISO 8601 date or date-time, in UTC unless it says otherwise, as Unix milliseconds; undefined for anything else. */
export function parseIsoMs(text: string): { readonly ms: number; readonly dateOnly: boolean } | undefined {
  const match = form.exec(text);
  if (match === null) return undefined;
  const [, date = '', time, zone = 'Z'] = match;
  const ms = Date.parse(`${date}T${time ?? '00:00:00'}${zone}`);
  // Date.parse turns 31 April into 1 May; such a date is nobody's intention.
  const dayExists = new Date(`${date}T00:00:00Z`).toJSON() as string | null;
  if (Number.isNaN(ms) || dayExists?.startsWith(date) !== true) return undefined;
  return { ms, dateOnly: time === undefined };
}

/** A date or date-time with the seconds that it means; undefined for anything else. */
export function parseMoment(text: string): Moment | undefined {
  const parsed = parseIsoMs(text);
  if (parsed === undefined) return undefined;
  const second = Math.floor(parsed.ms / 1000);
  const dayFirstSecond = second - (((second % daySeconds) + daySeconds) % daySeconds);
  return {
    firstSecond: second,
    lastSecond: parsed.dateOnly ? second + daySeconds - 1 : second,
    dayFirstSecond,
  };
}

/** A parameter that is a date or date-time; undefined where there is none. */
export function readMoment(reader: Reader, name: string): Moment | undefined {
  const text = reader.text(name, 40);
  if (text === undefined || text === '') return undefined;
  const moment = parseMoment(text);
  if (moment === undefined) {
    reader.refuse(
      invalidParameter,
      `${name} must be a date (YYYY-MM-DD) or an ISO 8601 date-time, not ${printable(text)}.`,
    );
  }
  return moment;
}

/**
 * The filters `Name`, `Name<`, `Name<=`, `Name>` and `Name>=`. A date means the whole of its day in UTC, and every
 * inequality includes its bound (https://www.twilio.com/docs/messaging/api/message-resource): `DateSent<=2009-07-06`
 * in a query is the parameter `DateSent<`. Without an inequality a date-time means its day, too. Undefined if none
 * is given.
 */
export function readDateRange(params: Params, name: string): Result<DateRange | undefined, Refused> {
  let since = -Infinity;
  let until = Infinity;
  for (const operator of ['', '<', '<=', '>', '>='] as const) {
    const key = name + operator;
    const text = params.get(key);
    if (text === undefined || text === '') continue;
    const moment = parseMoment(text);
    if (moment === undefined) {
      return fail(
        refused(
          invalidParameter,
          `${key} must be a date (YYYY-MM-DD) or an ISO 8601 date-time, not ${printable(text)}.`,
        ),
      );
    }
    if (operator === '') {
      since = Math.max(since, moment.dayFirstSecond);
      until = Math.min(until, moment.dayFirstSecond + daySeconds - 1);
    } else if (operator.startsWith('<')) until = Math.min(until, moment.lastSecond);
    else since = Math.max(since, moment.firstSecond);
  }
  if (since === -Infinity && until === Infinity) return ok(undefined);
  return ok({
    ...(since === -Infinity ? {} : { sinceSecond: since }),
    ...(until === Infinity ? {} : { untilSecond: until }),
  });
}

/** Whether a time lies in a range. */
export function inRange(unixMs: number, range: DateRange | undefined): boolean {
  if (range === undefined) return true;
  const second = Math.floor(unixMs / 1000);
  return second >= (range.sinceSecond ?? -Infinity) && second <= (range.untilSecond ?? Infinity);
}
