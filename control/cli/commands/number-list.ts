import { isSid } from '../../base/sid.ts';
import type { CoreConfig } from '../../config/core.ts';
import { numberStates, type NumberState, type PhoneNumber } from '../../inventory/number.ts';
import type { NumberQuery } from '../../inventory/walk.ts';
import type { Books } from '../books.ts';
import { columnsText } from '../columns.ts';
import { done, refused, textOption, type Call, type Command } from '../command.ts';
import { numberDetails, numberRow, rowJson } from './number-details.ts';
import { numberArgument, unknownWords, withNumbers } from './number-words.ts';

const limitDefault = 50;
const limitMax = 100_000;
/** Numbers of an account that are read at a time. */
const pageRows = 500;

const isState = (text: string): text is NumberState => (numberStates as readonly string[]).includes(text);

/** What is asked for, or what is wrong with it. */
function readQuery(call: Call<CoreConfig>): (NumberQuery & { readonly limit: number }) | string {
  const state = textOption(call, 'state');
  if (state !== undefined && !isState(state)) return `--state is one of ${numberStates.join(', ')}`;
  const prefix = textOption(call, 'prefix');
  if (prefix !== undefined && !/^\+?\d{1,15}$/.test(prefix)) return '--prefix is digits, such as +1212';
  const limit = Number(textOption(call, 'limit') ?? limitDefault);
  if (!Number.isInteger(limit) || limit < 1 || limit > limitMax) return `--limit is from 1 to ${limitMax}`;
  const carrier = textOption(call, 'carrier');
  const after = textOption(call, 'after');
  return {
    limit,
    ...(state === undefined ? {} : { state }),
    ...(prefix === undefined ? {} : { prefix }),
    ...(carrier === undefined ? {} : { carrier }),
    ...(after === undefined ? {} : { after }),
  };
}

/** An account's numbers, then its short codes, newest first. */
function* ownedNumbers({ inventory }: Books, accountSid: string, query: NumberQuery): Iterable<PhoneNumber> {
  const start = query.after === undefined ? undefined : inventory.number(query.after);
  const began = start?.assignment?.sid;
  for (const filter of [{}, { type: 'shortcode' }] as const) {
    const isShort = 'type' in filter;
    if (began !== undefined && start?.type === 'shortcode' && !isShort) continue;
    const cursor = began !== undefined && (start?.type === 'shortcode') === isShort ? began : undefined;
    for (let after: string | null | undefined = cursor; after !== null;) {
      const page: ReturnType<typeof inventory.list> = inventory.list(accountSid, filter, {
        limit: pageRows,
        ...(after === undefined ? {} : { after }),
      });
      for (const number of page.rows) if (fits(number, query)) yield number;
      after = page.next;
    }
  }
}

const fits = (number: PhoneNumber, { state, carrier, prefix = '' }: NumberQuery): boolean =>
  (state === undefined || number.state === state) &&
  (carrier === undefined || number.carrier === carrier) &&
  number.e164.startsWith(prefix);

const list: Command<CoreConfig> = {
  name: 'number list',
  summary: 'the numbers of this edge, in the order of their digits; an account’s, the newest first',
  options: [
    { flags: '--state <state>', summary: numberStates.join(', ') },
    { flags: '--account <AC…>', summary: 'those that this account has' },
    { flags: '--carrier <name>', summary: 'those that this carrier brought' },
    { flags: '--prefix <prefix>', summary: 'those that begin so, such as +1212' },
    { flags: '--after <+E164>', summary: 'begin after this number' },
    { flags: '--limit <n>', summary: `how many (default: ${limitDefault})` },
  ],
  needs: 'config',
  run: (call, config) =>
    withNumbers(config, (books) => {
      const query = readQuery(call);
      if (typeof query === 'string') return Promise.resolve(refused(query));
      const account = textOption(call, 'account');
      if (account !== undefined && !isSid(account, 'AC'))
        return Promise.resolve(refused(`${account} is not an account's SID`));
      const found =
        account === undefined ? books.numberLives.walk(query) : ownedNumbers(books, account, query);
      const rows: PhoneNumber[] = [];
      let more = false;
      for (const number of found) {
        more = rows.length === query.limit;
        if (more) break;
        rows.push(number);
      }
      return Promise.resolve(done(rows.map(rowJson), listText(rows, more)));
    }),
};

function listText(rows: readonly PhoneNumber[], more: boolean): string {
  const last = rows.at(-1);
  if (last === undefined) return 'no numbers';
  const table = columnsText([
    ['NUMBER', 'TYPE', 'CARRIER', 'STATE', 'ACCOUNT, OR WHY NOT'],
    ...rows.map(numberRow),
  ]);
  return more ? `${table}\n… more: --after ${last.e164}` : table;
}

const show: Command<CoreConfig> = {
  name: 'number show',
  summary: 'all that is known of a number, and what has become of it',
  arguments: [numberArgument],
  needs: 'config',
  run: ({ args: [e164 = ''] }, config) =>
    withNumbers(config, ({ inventory, numberLives }) => {
      const number = inventory.number(e164);
      if (number === undefined) return Promise.resolve(refused(`${e164} ${unknownWords}`));
      const { json, text } = numberDetails(number, numberLives.story(e164), numberLives.verdicts.of(e164));
      return Promise.resolve(done(json, text));
    }),
};

export const listCommands: readonly Command<CoreConfig>[] = [list, show];
