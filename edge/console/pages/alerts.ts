import type { Account } from '../../../control/accounts/account.ts';
import { moreInfo, numberedError } from '../../../control/errors/errors.ts';
import type { Alert } from '../../../control/events/alert.ts';
import { adviceOf } from '../advice.ts';
import {
  choice,
  code,
  facts,
  field,
  moment,
  pageQuery,
  pager,
  state,
  table,
  type Column,
} from '../components.ts';
import type { ConsoleDeps } from '../deps.ts';
import { filters } from '../filters.ts';
import { html, type Html } from '../html.ts';
import type { Page, PageRequest, Reply } from '../page.ts';
import { chosen, visible } from '../scope.ts';

const levels = { error: 'ERROR', warning: 'WARNING' } as const;

/** What went wrong for an account, or for everybody. */
export const alertsPage = (deps: ConsoleDeps): Page => ({
  path: '/alerts',
  navigation: 'Alerts',
  for: 'everybody',
  get: (request) => listPage(deps, request),
});

/** One alert: what it means, what helps, and the request that was made. */
export const alertPage = (deps: ConsoleDeps): Page => ({
  path: '/alerts/{Sid}',
  for: 'everybody',
  get({ viewer, parts }) {
    const { accounts, alerts } = deps.api;
    const alert = alerts.find(parts['Sid'] ?? '');
    const account = alert && visible(viewer, accounts, alert.accountSid);
    return alert === undefined || account === undefined ? { kind: 'notFound' } : onePage(alert, account);
  },
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

function onePage(alert: Alert, account: Account): Reply {
  const { code: number, detail, request, atMs, resourceSid, level } = alert;
  const title = `${number} ${nameOf(number)}`;
  const advice = adviceOf(number, request);
  const body = html`<h1>${title}</h1>
    <div class="notice ${level === 'ERROR' ? 'wrong' : 'warn'}">
      <p><strong>${reasonOf(alert)}</strong></p>
      ${advice !== undefined && html`<p>${advice.means}</p>`}
    </div>
    ${
      advice !== undefined &&
      html`<h2>What to do</h2>
        <ol>
          ${advice.remedies.map((remedy) => html`<li>${remedy}</li>`)}
        </ol>`
    }
    ${request !== null && requestPart(alert, request)}
    <h2>About</h2>
    ${facts([
      ['When', html`${moment(atMs)} UTC`],
      ['What happened', detail],
      ['Resource', resourceSid === '' ? undefined : resource(resourceSid)],
      ['Account', html`${account.friendlyName} ${code(account.sid)}`],
      ['Alert', code(alert.sid)],
      ['Error code', html`${number}, as described at ${code(moreInfo(number))}`],
    ])}
    <p><a href="/alerts?account=${account.sid}">All alerts of this account</a></p>`;
  return { kind: 'page', title, body };
}

/** One sentence: who answered what to which request. */
function reasonOf({ detail, request }: Alert): string {
  if (request === null) return detail;
  const { method, url, responseStatus } = request;
  return responseStatus === 0
    ? `${method} ${url} got no answer: ${detail}.`
    : `${method} ${url} was answered ${responseStatus}${detail === `the answer was ${responseStatus}` ? '' : `: ${detail}`}.`;
}

function requestPart(alert: Alert, request: NonNullable<Alert['request']>): Html {
  const { method, url, signedUrl, signature, responseStatus, attempts = [] } = request;
  const tool = new URLSearchParams({ account: alert.accountSid, url: signedUrl, signature });
  return html`<h2>The request</h2>
    ${facts([
      ['Request', code(`${method} ${url}`)],
      ['URL signed', signedUrl === '' ? undefined : code(signedUrl)],
      ['Signature sent', signature === '' ? undefined : code(signature)],
      ['Answer', statusState(responseStatus)],
    ])}
    ${signature !== '' && html`<p><a href="/signature?${tool.toString()}">Check the signature of this request</a></p>`}
    ${attempts.length > 0 && attemptTable(attempts)}`;
}

type Attempts = NonNullable<NonNullable<Alert['request']>['attempts']>;

const attemptTable = (attempts: Attempts): Html =>
  table<Attempts[number]>({
    caption: 'Every request that was made, oldest first',
    columns: [
      { name: 'Request', kind: 'text', cell: ({ method, url }) => code(`${method} ${url}`) },
      { name: 'Answer', cell: ({ status }) => statusState(status) },
      { name: 'Time', kind: 'number', cell: ({ durationMs }) => `${durationMs} ms` },
      { name: 'Why there was none', kind: 'text', cell: ({ detail }) => detail },
    ],
    rows: attempts,
    empty: '',
  });

function statusState(status: number): Html {
  if (status === 0) return state('no answer', 'bad');
  return state(String(status), status >= 400 ? 'bad' : 'good');
}

/** Messages and calls have pages of their own. */
function resource(sid: string): Html {
  const above = /^[SM]M/.test(sid) ? 'messages' : sid.startsWith('CA') ? 'calls' : undefined;
  return above === undefined ? code(sid) : html`<a href="/${above}/${sid}">${code(sid)}</a>`;
}

/** Alerts of codes that no table knows come from other builds. */
function nameOf(number: number): string {
  try {
    return numberedError(number).message;
  } catch {
    return 'Unknown error';
  }
}
