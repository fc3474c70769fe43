import type { Sid } from '../base/sid.ts';
import { sumsOf, type Sums } from './categories.ts';
import { decimalText, microsPerUnit } from './micros.ts';
import { intervalOf, type Span } from './periods.ts';

export const recurrences = ['daily', 'monthly', 'yearly', 'alltime'] as const;
export type Recurring = (typeof recurrences)[number];

/** Which of a category's sums is looked at. */
export const triggerFields = ['count', 'usage', 'price'] as const;
export type TriggerField = (typeof triggerFields)[number];

/** Tells an application when its account's usage reaches a value (https://www.twilio.com/docs/usage/api/usage-trigger). */
export interface Trigger {
  readonly sid: Sid;
  readonly accountSid: Sid;
  /** '' for none. */
  readonly friendlyName: string;
  readonly usageCategory: string;
  readonly triggerBy: TriggerField;
  /** In millionths of the currency, or of one thing counted. */
  readonly thresholdMicros: number;
  readonly recurring: Recurring;
  readonly callbackUrl: string;
  readonly callbackMethod: 'GET' | 'POST';
  readonly createdMs: number;
  readonly updatedMs: number;
  /** The period in which it fired last, by name; '' if it never did. */
  readonly firedPeriod: string;
  /** 0 if it never did. */
  readonly firedMs: number;
  /** How often it has fired. */
  readonly fires: number;
}

/** A stretch of days in which a trigger fires at most once. Of one trigger, later periods have greater names. */
export interface Period {
  readonly name: string;
  readonly span: Span;
}

const always: Period = { name: 'alltime', span: { first: '1970-01-01', last: '9999-12-31' } };

/** The period of a trigger that a day lies in. */
export function periodOf(recurring: Recurring, day: string): Period {
  if (recurring === 'alltime') return always;
  const interval = { daily: 'day', monthly: 'month', yearly: 'year' } as const;
  const span = intervalOf(day, interval[recurring]);
  return { name: span.first, span };
}

/** Whether a trigger may still fire in a period. */
export const isArmed = ({ firedPeriod }: Trigger, { name }: Period): boolean => name > firedPeriod;

/** Whether the sums of a period, a row of places, reach what the trigger waits for. */
export function isReached(trigger: Trigger, row: readonly number[]): boolean {
  const { triggerBy, thresholdMicros, usageCategory } = trigger;
  const sums = sumsOf(row, usageCategory);
  if (triggerBy === 'price') return sums.priceMicros >= thresholdMicros;
  return sums[triggerBy] >= thresholdMicros / microsPerUnit;
}

/** What the trigger looks at, as Twilio writes it: money with two decimals or more, other things plain. */
export function currentValue(
  { triggerBy, usageCategory }: Pick<Trigger, 'triggerBy' | 'usageCategory'>,
  row: readonly number[],
): string {
  const sums: Sums = sumsOf(row, usageCategory);
  return triggerBy === 'price' ? decimalText(sums.priceMicros, 2) : String(sums[triggerBy]);
}

/** The same in millionths: what `+30` adds to. */
export function currentAmountMicros(
  { triggerBy, usageCategory }: Pick<Trigger, 'triggerBy' | 'usageCategory'>,
  row: readonly number[],
): number {
  const sums: Sums = sumsOf(row, usageCategory);
  return triggerBy === 'price' ? sums.priceMicros : sums[triggerBy] * microsPerUnit;
}

export const triggerValue = ({ triggerBy, thresholdMicros }: Trigger): string =>
  decimalText(thresholdMicros, triggerBy === 'price' ? 2 : 0);
