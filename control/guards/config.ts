import { z } from 'zod';
import type { Frozen } from '../config/load.ts';
import { integer, kind, textKind } from '../config/kinds.ts';
import { isCountry } from './countries.ts';
import { parseMicros } from '../billing/micros.ts';

const countries = () =>
  kind('all, or a list of ISO 3166-1 country codes such as [US, CA]', (value) => {
    if (value === 'all') return 'all' as const;
    if (!Array.isArray(value)) return undefined;
    const codes: readonly unknown[] = value;
    return codes.every((code) => typeof code === 'string' && isCountry(code))
      ? (codes as string[])
      : undefined;
  });

/** `+` for every number, `+882` for those that begin so. */
const prefix = () =>
  textKind('a prefix such as +882, + for every number', (text) =>
    /^\+\d{0,15}$/.test(text) ? text : undefined,
  );

const amount = () =>
  kind('an amount such as 5.00, with at most 6 decimals', (value) =>
    typeof value === 'string' || typeof value === 'number' ? amountOf(String(value)) : undefined,
  );

/** In millionths; undefined for what is no amount that can be spent. */
export function amountOf(text: string): number | undefined {
  const parsed = parseMicros(text);
  return parsed.ok && parsed.value >= 0 ? parsed.value : undefined;
}

const count = () => integer(0, 1_000_000_000);

/** `guards`: what accounts may do that have no rules of their own. */
export const guardsPart = () =>
  z.strictObject({
    messages: z
      .strictObject({
        /** Where messages may go unless an account's own permissions say otherwise. */
        countries: countries().default('all'),
        /** Countries whose permission only the operator changes, not the tenant by REST. */
        locked: countries().default([]),
      })
      .prefault({}),
    calls: z
      .strictObject({
        /** Where calls to numbers of low risk may go. */
        countries: countries().default('all'),
        /** Where calls to imported high-risk prefixes may go. */
        highRisk: countries().default([]),
        locked: countries().default([]),
      })
      .prefault({}),
    /** For each main account with its subaccounts; an account's own rule for a prefix takes the place of that one. */
    limits: z
      .array(
        z.strictObject({
          prefix: prefix().default('+'),
          messagesPerHour: count().nullable().default(null),
          callsPerHour: count().nullable().default(null),
          /** In the currency of the account. */
          spendPerDay: amount().nullable().default(null),
        }),
      )
      .max(100)
      .default([]),
    /** Much traffic to neighbouring numbers in a short time, as who shares in its revenue makes it. Off unless given. */
    pumping: z
      .strictObject({
        windowMinutes: integer(1, 1_440).default(10),
        /** Numbers that differ in their last digits only, so many, are neighbours. */
        neighbourDigits: integer(1, 7).default(3),
        messages: count().default(100),
        /** Answered calls that lasted at most `shortCallSeconds`. */
        shortCalls: count().default(20),
        shortCallSeconds: integer(1, 600).default(15),
      })
      .optional(),
  });

export type GuardsConfig = Frozen<z.infer<ReturnType<typeof guardsPart>>>;
export type Countries = 'all' | readonly string[];

/** Whether a list of the configuration names a country. */
export const includes = (list: Countries, country: string): boolean =>
  list === 'all' || list.includes(country);
