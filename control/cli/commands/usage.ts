import type { Account } from '../../accounts/account.ts';
import type { Sid } from '../../base/sid.ts';
import { categories, sumsOf, totalPrice } from '../../billing/categories.ts';
import type { NumberedDetail } from '../../billing/details.ts';
import { csv, detailFields, jsonLines } from '../../billing/export/formats.ts';
import { decimalText } from '../../billing/micros.ts';
import { dayOf, monthOf, readDay, type Span } from '../../billing/periods.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { CoreConfig } from '../../config/core.ts';
import { withBooks, type Books } from '../books.ts';
import { columnsText } from '../columns.ts';
import { done, refused, textOption, type Call, type Command, type Outcome } from '../command.ts';

const spanOptions = [
  { flags: '--from <day>', summary: 'first day, YYYY-MM-DD or such as -30days (default: of this month)' },
  { flags: '--to <day>', summary: 'last day (default: today)' },
];

function readSpan(call: Pick<Call<CoreConfig>, 'options'>): Result<Span, string> {
  const today = dayOf(Date.now());
  const from = textOption(call, 'from');
  const to = textOption(call, 'to');
  const first = from === undefined ? monthOf(today).first : readDay(from, today);
  const last = to === undefined ? today : readDay(to, today);
  if (first === undefined || last === undefined)
    return fail('a day is written YYYY-MM-DD, or as days from today, such as -30days');
  return first <= last ? ok({ first, last }) : fail(`${first} comes after ${last}`);
}

/** An account, and of a main account its subaccounts; all there are if none is named. Newest first. */
function accountsOf({ accounts }: Books, sid: string | undefined): readonly Account[] | undefined {
  const named = sid === undefined ? undefined : accounts.fetch(sid);
  if (sid !== undefined && named === undefined) return undefined;
  if (named !== undefined && named.ownerSid !== named.sid) return [named];
  const all: Account[] = [];
  for (let after: Sid | null | undefined; after !== null;) {
    const query = { limit: 1_000, ...(after === undefined ? {} : { after }) };
    const page = named === undefined ? accounts.listAll(query) : accounts.list(named.sid, {}, query);
    all.push(...page.rows);
    after = page.next;
  }
  return all;
}

const usage: Command<CoreConfig> = {
  name: 'usage',
  summary: 'what accounts have used and what it cost; of a main account also its subaccounts',
  arguments: [{ name: 'AC…', summary: 'SID of an account (default: all)', optional: true }],
  options: [...spanOptions, { flags: '--category <name>', summary: 'of one category, such as sms-outbound' }],
  needs: 'config',
  run: (call, { data, vault, prices }) => {
    const span = readSpan(call);
    if (!span.ok) return Promise.resolve(refused(span.error));
    const wanted = textOption(call, 'category');
    const shown = [...categories, totalPrice].filter(({ name }) => wanted === undefined || name === wanted);
    if (shown.length === 0) return Promise.resolve(refused(`there is no category ${wanted ?? ''}`));
    return withBooks({ data, vault }, (books) => {
      const [sid] = call.args;
      const accounts = accountsOf(books, sid);
      if (accounts === undefined) return Promise.resolve(refused(`there is no account ${sid ?? ''}`));
      const rows = accounts.flatMap((account) => {
        const [row = []] = books.usage.rows(account.sid, false, [span.value]);
        return shown
          .map(({ name }) => ({ account_sid: account.sid, category: name, ...sumsOf(row, name) }))
          .filter((sums) => sums.count !== 0 || sums.usage !== 0 || sums.priceMicros !== 0);
      });
      const { first, last } = span.value;
      const records = rows.map(({ priceMicros, ...record }) => ({
        ...record,
        price: decimalText(priceMicros, 2),
        currency: prices.currency,
        first_day: first,
        last_day: last,
      }));
      const lines = records.map((record) => [
        record.account_sid,
        record.category,
        String(record.count),
        String(record.usage),
        record.price,
      ]);
      const head = ['ACCOUNT', 'CATEGORY', 'COUNT', 'USAGE', `PRICE ${prices.currency}`];
      const text = lines.length === 0 ? 'nothing was used' : columnsText([head, ...lines]);
      return Promise.resolve(done(records, `${first} to ${last}\n${text}`));
    });
  },
};

/** Records that are printed in one go. */
const batch = 1_000;

/** How records are printed: what comes before them, each one, what stands between two, and what comes after. */
interface Print {
  readonly head: string;
  readonly one: (detail: NumberedDetail) => string;
  readonly between: string;
  readonly end: string;
}

const textLine = (cells: readonly [string, string, string, string, string, string]): string => {
  const [number, date, category, price, from, to] = cells;
  return `${number.padEnd(10)}  ${date.padEnd(19)}  ${category.padEnd(24)}  ${price.padStart(10)}  ${from.padEnd(12)}  ${to}`;
};

function printOf(format: string | undefined, json: boolean, currency: string): Print | undefined {
  if (format === 'csv') {
    return { head: csv.head, one: (detail) => csv.line(detail, currency), between: '', end: '' };
  }
  if (format === 'json') {
    return { head: '', one: (detail) => jsonLines.line(detail, currency), between: '', end: '' };
  }
  if (format !== undefined) return undefined;
  if (json) {
    const one = (detail: NumberedDetail): string => JSON.stringify(detailFields(detail, currency));
    return { head: '[', one, between: ',\n', end: ']\n' };
  }
  const one = (detail: NumberedDetail): string =>
    `${textLine([
      String(detail.number),
      new Date(detail.atMs).toISOString().slice(0, 19),
      detail.category,
      decimalText(detail.priceMicros, 5),
      detail.from,
      detail.to,
    ])}\n`;
  const head = `${textLine(['NUMBER', 'DATE', 'CATEGORY', 'PRICE', 'FROM', 'TO'])}\n`;
  return { head, one, between: '', end: '' };
}

const details: Command<CoreConfig> = {
  name: 'usage details',
  summary: 'the detail records that the store has; older ones are in the files of details/',
  options: [
    ...spanOptions,
    { flags: '--account <sid>', summary: 'of one account, and of a main account also its subaccounts' },
    { flags: '--format <form>', summary: 'json (a value a line) or csv, as in the files' },
  ],
  needs: 'config',
  run: (call, { data, vault, prices }) => {
    const span = readSpan(call);
    if (!span.ok) return Promise.resolve(refused(span.error));
    const print = printOf(textOption(call, 'format'), call.json, prices.currency);
    if (print === undefined) return Promise.resolve(refused('the formats are json and csv'));
    const sid = textOption(call, 'account');
    return withBooks({ data, vault }, (books): Promise<Outcome> => {
      if (sid !== undefined && books.accounts.fetch(sid) === undefined)
        return Promise.resolve(refused(`there is no account ${sid}`));
      const { first, last } = span.value;
      let waiting: string[] = [];
      let between = '';
      call.io.out(print.head);
      for (const detail of books.details.from(1)) {
        const day = dayOf(detail.atMs);
        if (day < first || day > last) continue;
        if (sid !== undefined && detail.accountSid !== sid && detail.ownerSid !== sid) continue;
        waiting.push(between, print.one(detail));
        ({ between } = print);
        if (waiting.length < batch) continue;
        call.io.out(waiting.join(''));
        waiting = [];
      }
      call.io.out(`${waiting.join('')}${print.end}`);
      return Promise.resolve({ kind: 'written', status: 0 });
    });
  },
};

export const usageCommands: readonly Command<CoreConfig>[] = [usage, details];
