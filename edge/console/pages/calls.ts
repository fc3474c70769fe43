import { isSid } from '../../../control/base/sid.ts';
import type { CallApi } from '../../api/deps.ts';
import { durationSeconds, restStatus, type Call } from '../../voice/call.ts';
import { code, moment, pager, pageQuery, table } from '../components.ts';
import type { ConsoleDeps } from '../deps.ts';
import { chooseAccount, endsOf, filters, trafficFields } from '../filters.ts';
import { html, type Html } from '../html.ts';
import type { Page, PageRequest } from '../page.ts';
import { chosen } from '../scope.ts';
import { status } from '../words.ts';

/** An account's calls, searched by number, the newest first. */
export const callsPage = (deps: ConsoleDeps, { calls }: CallApi): Page => ({
  path: '/calls',
  navigation: 'Calls',
  for: 'everybody',
  get: (request) => {
    const { query } = request;
    const sid = (query.get('sid') ?? '').trim();
    if (isSid(sid, 'CA')) return { kind: 'seeOther', path: `/calls/${sid}` };
    const account = chosen(request, deps.api.accounts);
    if (account === undefined) return { kind: 'notFound' };
    const form = filters(request, deps, trafficFields(request));
    return {
      kind: 'page',
      title: 'Calls',
      body: html`<h1>Calls</h1>
        ${form} ${account === null ? chooseAccount : listed(request, calls, account.no)}`,
    };
  },
});

function listed(request: PageRequest, calls: CallApi['calls'], accountNo: number): Html {
  const page = calls.list(accountNo, endsOf(request), pageQuery(request, 'CA'));
  return html`${callTable('Calls, the newest first; times in UTC', page.rows)} ${pager(request, page)}`;
}

/** Calls, each leading to its page. */
export const callTable = (caption: string, rows: readonly Call[]): Html =>
  table<Call>({
    caption,
    columns: [
      {
        name: 'Time',
        kind: 'time',
        cell: ({ sid, createdMs }) => html`<a href="/calls/${sid}">${moment(createdMs)}</a>`,
      },
      { name: 'Direction', cell: ({ direction }) => direction },
      { name: 'From', cell: (call) => code(call.from) },
      { name: 'To', cell: (call) => code(call.to) },
      { name: 'Status', cell: (call) => status(restStatus(call.status)) },
      {
        name: 'Seconds',
        kind: 'number',
        cell: (call) => durationSeconds(call) ?? '',
      },
      { name: 'Error', kind: 'number', cell: ({ errorCode }) => errorCode !== 0 && code(errorCode) },
    ],
    rows,
    empty: 'No calls.',
  });
