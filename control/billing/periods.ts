/** Days in UTC as `YYYY-MM-DD`, both included. Years have four digits, so texts compare as days do. */
export interface Span {
  readonly first: string;
  readonly last: string;
}

export type Interval = 'day' | 'month' | 'year';

const dayMs = 86_400_000;

/** The day of a time in Unix ms. */
export const dayOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);

/** So many days after a day; negative: before. */
export const dayAfter = (day: string, days: number): string => dayOf(Date.parse(day) + days * dayMs);

/** `2026-02` is the whole of February. */
export function monthOf(day: string, monthsLater = 0): Span {
  const [year = 0, month = 0] = day.split('-').map(Number);
  return {
    first: dayOf(Date.UTC(year, month - 1 + monthsLater, 1)),
    last: dayOf(Date.UTC(year, month + monthsLater, 0)),
  };
}

/** So many months after a time in Unix ms, at the same time of the same day; of a shorter month, of its last day. */
export function monthsAfter(atMs: number, months: number): number {
  const at = new Date(atMs);
  const [year, month] = [at.getUTCFullYear(), at.getUTCMonth() + months];
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(at.getUTCDate(), lastDay)) + (atMs - Date.parse(dayOf(atMs)));
}

/** The day, month or year that a day lies in. */
export function intervalOf(day: string, interval: Interval): Span {
  switch (interval) {
    case 'day':
      return { first: day, last: day };
    case 'month':
      return monthOf(day);
    case 'year':
      return { first: `${day.slice(0, 4)}-01-01`, last: `${day.slice(0, 4)}-12-31` };
  }
}

/** The intervals that a span touches, cut to it, newest first. */
export function partsOf({ first, last }: Span, interval: Interval): readonly Span[] {
  const parts: Span[] = [];
  for (let day = last; day >= first;) {
    const { first: begin } = intervalOf(day, interval);
    parts.push({ first: begin < first ? first : begin, last: day });
    day = dayAfter(begin, -1);
  }
  return parts;
}

const earliest = '1970-01-01';
const latest = '9999-12-31';

/** Reads `YYYY-MM-DD`, or days from today such as `-30days`. Undefined: it is no day. */
export function readDay(text: string, today: string): string | undefined {
  const offset = /^([+-]\d{1,5})days?$/.exec(text)?.[1];
  if (offset !== undefined) {
    const day = dayAfter(today, Number(offset));
    return day < earliest || day > latest ? undefined : day;
  }
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) || dayOf(ms) !== text ? undefined : text;
}
