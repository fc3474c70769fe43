import type { Account } from '../../control/accounts/account.ts';
import type { ConsoleDeps } from './deps.ts';
import { addressOf } from '../api/addresses.ts';
import { choice, field } from './components.ts';
import { html, type Html } from './html.ts';
import type { PageRequest } from './page.ts';

/** Subaccounts beyond this many are named by their SIDs. */
const chosenFromMax = 100;

/** What narrows a list, as a form that is sent to the page itself; an account can be chosen by whoever sees several. */
export const filters = (request: PageRequest, deps: ConsoleDeps, fields: readonly Html[]): Html =>
  html`<form method="get" class="filters" role="search" aria-label="Narrow the list">
    ${accountField(request, deps)} ${fields}
    <p class="field"><button type="submit">Search</button></p>
  </form>`;

/** Whose things are shown. Nothing for a tenant without subaccounts. */
function accountField({ viewer, query }: PageRequest, { api }: ConsoleDeps): Html | false {
  const sid = query.get('account') ?? '';
  if (viewer.kind === 'operator') return field('account', 'Account', sid, { code: true, size: 36 });
  const own = viewer.account;
  const { rows, next } = api.accounts.list(own.sid, {}, { limit: chosenFromMax });
  const below = rows.filter((account) => account.sid !== own.sid);
  if (below.length === 0) return false;
  if (next !== null) return field('account', 'Account', sid, { code: true, size: 36 });
  return choice('account', 'Account', sid === '' ? own.sid : sid, [own, ...below].map(named));
}

const named = ({ sid, friendlyName }: Account): readonly [string, string] => [sid, friendlyName];

/** Fields that find messages or calls by their ends, or one of them by its SID. */
export const trafficFields = ({ query }: PageRequest): readonly Html[] => [
  field('to', 'To', query.get('to') ?? '', { size: 16 }),
  field('from', 'From', query.get('from') ?? '', { size: 16 }),
  field('sid', 'or SID', query.get('sid') ?? '', { code: true, size: 36 }),
];

/** The ends that those fields narrow a list by, as messages and calls keep them. */
export function endsOf({ query }: PageRequest): { readonly to?: string; readonly from?: string } {
  const [to, from] = [(query.get('to') ?? '').trim(), (query.get('from') ?? '').trim()];
  return {
    ...(to === '' ? {} : { to: addressOf(to) }),
    ...(from === '' ? {} : { from: addressOf(from) }),
  };
}

/** For an operator who has not said yet whose things to show. */
export const chooseAccount: Html = html`<p class="notice">
  Give an account above, or choose one of <a href="/accounts">all accounts</a>.
</p>`;
