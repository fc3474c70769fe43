import type { Account } from '../../../control/accounts/account.ts';
import {
  categories,
  sumsOf,
  totalPrice,
  type Category,
  type Sums,
} from '../../../control/billing/categories.ts';
import { decimalText } from '../../../control/billing/micros.ts';
import { dayOf, monthOf, partsOf, type Interval, type Span } from '../../../control/billing/periods.ts';
import { bars } from '../bars.ts';
import { choice, table } from '../components.ts';
import type { ConsoleDeps } from '../deps.ts';
import { chooseAccount, filters } from '../filters.ts';
import { html, type Html } from '../html.ts';
import type { Page } from '../page.ts';
import { chosen } from '../scope.ts';

/** What can be looked at: days of this month, or months of the last year. */
const views = {
  day: {
    words: 'this month by day',
    span: (today: string): Span => ({ first: monthOf(today).first, last: today }),
  },
  month: {
    words: 'twelve months',
    span: (today: string): Span => ({ first: monthOf(today, -11).first, last: today }),
  },
} as const satisfies Partial<Record<Interval, unknown>>;

const shownCategories: readonly Category[] = [totalPrice, ...categories];

/** What an account, with its subaccounts, has used and paid. */
export const usagePage = (deps: ConsoleDeps): Page => ({
  path: '/usage',
  navigation: 'Usage',
  for: 'everybody',
  get: (request) => {
    const { query, nowMs } = request;
    const account = chosen(request, deps.api.accounts);
    if (account === undefined) return { kind: 'notFound' };
    const by = query.get('by') === 'month' ? 'month' : 'day';
    const category = shownCategories.find(({ name }) => name === query.get('category')) ?? totalPrice;
    const form = filters(request, deps, [
      choice('by', 'Over', by, [
        ['day', views.day.words],
        ['month', views.month.words],
      ]),
      choice(
        'category',
        'Category',
        category.name,
        shownCategories.map(({ name, description }) => [name, description]),
      ),
    ]);
    return {
      kind: 'page',
      title: 'Usage',
      body: html`<h1>Usage</h1>
        ${form} ${account === null ? chooseAccount : shown(deps, account, by, category, dayOf(nowMs))}`,
    };
  },
});

interface Part {
  readonly span: Span;
  readonly sums: Sums;
}

function shown(
  { api }: ConsoleDeps,
  account: Account,
  by: keyof typeof views,
  category: Category,
  today: string,
): Html {
  const spans = partsOf(views[by].span(today), by);
  const rows = api.usage.rows(account.sid, true, spans);
  const price = (micros: number): string => `${decimalText(micros, 2)} ${api.currency}`;
  const newestFirst = spans.map((span, at): Part => ({ span, sums: sumsOf(rows[at] ?? [], category.name) }));
  const isPrice = category === totalPrice;
  const whole = rows.reduce<number[]>((sum, row) => {
    row.forEach((value, at) => (sum[at] = (sum[at] ?? 0) + value));
    return sum;
  }, []);
  const used = categories
    .map((one) => ({ category: one, sums: sumsOf(whole, one.name) }))
    .filter(({ sums }) => sums.count > 0 || sums.priceMicros !== 0);
  const name = ({ first }: Span): string => (by === 'day' ? first : first.slice(0, 7));
  return html`${bars(
      category.description,
      newestFirst.toReversed().map(({ span, sums }) => ({
        label: name(span).slice(5),
        value: isPrice ? sums.priceMicros : sums.usage,
        words: isPrice ? price(sums.priceMicros) : `${sums.usage} ${category.usageUnit}`,
      })),
    )}
    <h2>${category.description}</h2>
    ${table<Part>({
      caption: `${by === 'day' ? 'Days' : 'Months'} in UTC, the newest first`,
      columns: [
        { name: by === 'day' ? 'Day' : 'Month', cell: ({ span }) => name(span) },
        { name: 'Count', kind: 'number', cell: ({ sums }) => sums.count },
        ...(isPrice
          ? []
          : [{ name: category.usageUnit, kind: 'number' as const, cell: ({ sums }: Part) => sums.usage }]),
        { name: 'Price', kind: 'number', cell: ({ sums }) => price(sums.priceMicros) },
      ],
      rows: newestFirst,
      empty: '',
    })}
    <h2>By category</h2>
    ${table({
      caption: `Over ${views[by].words}, with subaccounts`,
      columns: [
        { name: 'Category', cell: (row) => row.category.description },
        { name: 'Count', kind: 'number', cell: ({ sums }) => sums.count },
        { name: 'Usage', kind: 'number', cell: (row) => `${row.sums.usage} ${row.category.usageUnit}` },
        { name: 'Price', kind: 'number', cell: ({ sums }) => price(sums.priceMicros) },
      ],
      rows: used,
      empty: 'Nothing has been used.',
    })}`;
}
