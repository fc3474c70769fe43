import type { Account } from '../../control/accounts/account.ts';
import { categories, sumsOf, totalPrice, type Category } from '../../control/billing/categories.ts';
import { decimalText } from '../../control/billing/micros.ts';
import {
  dayAfter,
  dayOf,
  monthOf,
  partsOf,
  readDay,
  type Interval,
  type Span,
} from '../../control/billing/periods.ts';
import { accountPath, accountsPath, apiVersion, type ApiDeps } from './deps.ts';
import type { ApiRequest, Json, Reply, Route } from './exchange.ts';
import { rowList } from './lists.ts';
import { invalidParameter, Reader } from './readers.ts';

/** What a list of records shows: one record for each category, or one for each interval and category. */
interface View {
  readonly path: string;
  /** The name among `subresource_uris`; '' for none. */
  readonly name: string;
  /** Where the span lies if no dates are given. */
  readonly span: (today: string, account: Account) => Span;
  readonly interval: Interval | null;
}

const allTime = (today: string, { createdMs }: Account): Span => ({ first: dayOf(createdMs), last: today });

/** https://www.twilio.com/docs/usage/api/usage-record#usage-records-subresources */
const views: readonly View[] = [
  { path: '', name: '', span: allTime, interval: null },
  { path: '/AllTime', name: 'all_time', span: allTime, interval: null },
  { path: '/Daily', name: 'daily', span: allTime, interval: 'day' },
  { path: '/Monthly', name: 'monthly', span: allTime, interval: 'month' },
  { path: '/Yearly', name: 'yearly', span: allTime, interval: 'year' },
  { path: '/Today', name: 'today', span: (today) => ({ first: today, last: today }), interval: null },
  {
    path: '/Yesterday',
    name: 'yesterday',
    span: (today) => ({ first: dayAfter(today, -1), last: dayAfter(today, -1) }),
    interval: null,
  },
  {
    path: '/ThisMonth',
    name: 'this_month',
    span: (today) => ({ first: monthOf(today).first, last: today }),
    interval: null,
  },
  { path: '/LastMonth', name: 'last_month', span: (today) => monthOf(today, -1), interval: null },
];

const allCategories: readonly Category[] = [...categories, totalPrice];

/** Usage/Records (https://www.twilio.com/docs/usage/api/usage-record). */
export const usageRoutes = (deps: ApiDeps): readonly Route[] =>
  views.map((view) => ({
    product: 'api',
    method: 'GET',
    path: `${accountPath}/Usage/Records${view.path}`,
    handler: (request) => list(deps, view, request),
  }));

interface UsageRecord {
  readonly category: Category;
  readonly span: Span;
  readonly sums: readonly number[];
}

function list(deps: ApiDeps, view: View, request: ApiRequest): Reply {
  const { account } = request.principal;
  const nowMs = deps.clock.now();
  const today = dayOf(nowMs);
  const reader = new Reader(request.query);
  const wanted = reader.text('Category', 64);
  const usual = view.span(today, account);
  const first = readDate(reader, 'StartDate', today) ?? usual.first;
  const last = readDate(reader, 'EndDate', today) ?? usual.last;
  const subaccounts = reader.flag('IncludeSubaccounts') ?? true;
  if (reader.fault !== undefined) return reader.fault;
  const parts = partsFor(view, { first, last }, account, today);
  const rows = deps.usage.rows(account.sid, subaccounts, parts);
  const shown = allCategories.filter(({ name }) => !wanted || name === wanted);
  const records = parts.flatMap((span, index) =>
    shown.map((category): UsageRecord => ({ category, span, sums: rows[index] ?? [] })),
  );
  return rowList(request, 'usage_records', records, (record) =>
    recordJson(record, view, account, deps.currency, nowMs),
  );
}

/** Days before the account was made, and days to come, are no intervals of their own: so none asks for a million. */
function partsFor({ interval }: View, span: Span, account: Account, today: string): readonly Span[] {
  if (interval === null) return [span];
  const made = dayOf(account.createdMs);
  const cut = {
    first: span.first < made ? made : span.first,
    last: span.last > today ? today : span.last,
  };
  return partsOf(cut, interval);
}

function readDate(reader: Reader, name: string, today: string): string | undefined {
  const text = reader.text(name, 32);
  if (text === undefined || text === '') return undefined;
  const day = readDay(text, today);
  if (day === undefined) {
    reader.refuse(
      invalidParameter,
      `${name} must be a day, YYYY-MM-DD, or days from today, such as -30days.`,
    );
  }
  return day;
}

function recordJson(
  { category, span, sums: row }: UsageRecord,
  { path }: View,
  account: Account,
  currency: string,
  nowMs: number,
): Json {
  const { count, usage, priceMicros } = sumsOf(row, category.name);
  const price = decimalText(priceMicros, 2);
  const isTotal = category === totalPrice;
  const base = `${accountsPath}/${account.sid}/Usage/Records`;
  const unit = currency.toLowerCase();
  return {
    account_sid: account.sid,
    api_version: apiVersion,
    as_of: new Date(nowMs).toISOString().replace(/\.\d{3}Z$/, '+00:00'),
    category: category.name,
    count: isTotal ? '' : String(count),
    count_unit: category.countUnit,
    description: category.description,
    end_date: span.last,
    price,
    price_unit: unit,
    start_date: span.first,
    subresource_uris: Object.fromEntries(
      views
        .filter(({ name }) => name !== '')
        .map((view) => [view.name, `${base}${view.path}.json?Category=${category.name}`]),
    ),
    uri: `${base}${path}.json?Category=${category.name}&StartDate=${span.first}&EndDate=${span.last}`,
    usage: isTotal ? price : String(usage),
    usage_unit: isTotal ? unit : category.usageUnit,
  };
}
