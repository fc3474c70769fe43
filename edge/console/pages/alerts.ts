import { numberedError } from '../../../control/errors/errors.ts';
import type { Alert } from '../../../control/events/alert.ts';
import { choice, code, field, moment, pageQuery, pager, state, table, type Column } from '../components.ts';
import type { ConsoleDeps } from '../deps.ts';
import { filters } from '../filters.ts';
import { html, type Html } from '../html.ts';
import type { Page, PageRequest, Reply } from '../page.ts';
import { chosen } from '../scope.ts';

const levels = { error: 'ERROR', warning: 'WARNING' } as const;

/** What went wrong for an account, or for everybody. */
export const alertsPage = (deps: ConsoleDeps): Page => ({
  path: '/alerts',
  navigation: 'Alerts',
  for: 'everybody',
  get: (request) => listPage(deps, request),
});

function listPage(deps: ConsoleDeps, request: PageRequest): Reply {
  const { accounts, alerts } = deps.api;
  const { query } = request;
  const account = chosen(request, accounts);
  if (account === undefined) return { kind: 'notFound' };
  const level = query.get('level') ?? '';
  const about = query.get('about') ?? '';
  const filter = {
    ...(level === 'error' || level === 'warning' ? { level: levels[level] } : {}),
    ...(about === '' ? {} : { resourceSid: about }),
  };
  const wanted = pageQuery(request, 'NO');
  const page = account === null ? alerts.listAll(filter, wanted) : alerts.list(account.sid, filter, wanted);
  const body = html`<h1>Alerts</h1>
    ${filters(request, deps, [
      account === null ? html`` : field('about', 'About', about, { code: true, size: 36 }),
      choice('level', 'Level', level, [
        ['', 'all'],
        ['error', 'errors'],
        ['warning', 'warnings'],
      ]),
    ])}
    <div id="alerts" data-live>${alertTable(page.rows, account === null)}</div>
    ${pager(request, page)}`;
  return { kind: 'page', title: 'Alerts', body };
}

/** Alerts, newest first; `everybody`: of several accounts. */
export function alertTable(rows: readonly Alert[], everybody: boolean): Html {
  const columns: readonly Column<Alert>[] = [
    {
      name: 'Error',
      kind: 'text',
      cell: ({ sid, code: number }) => html`<a href="/alerts/${sid}">${number} ${nameOf(number)}</a>`,
    },
    { name: 'When (UTC)', kind: 'time', cell: ({ atMs }) => moment(atMs) },
    { name: 'What happened', kind: 'text', cell: ({ detail }) => detail },
    { name: 'Answer', cell: ({ request }) => (request === null ? '–' : statusState(request.responseStatus)) },
    ...(everybody ? [{ name: 'Account', cell: ({ accountSid }: Alert) => code(accountSid) }] : []),
  ];
  return table({ caption: 'Alerts, newest first', columns, rows, empty: 'Nothing went wrong.' });
}

/** An answer's status; 0: there was none. */
export function statusState(status: number): Html {
  if (status === 0) return state('no answer', 'bad');
  return state(String(status), status >= 400 ? 'bad' : 'good');
}

/** Alerts of codes that no table knows come from other builds. */
export function nameOf(number: number): string {
  try {
    return numberedError(number).message;
  } catch {
    return 'Unknown error';
  }
}
