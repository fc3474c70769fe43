import type { LoggedRequest, RequestLog } from '../request-log.ts';
import { choice, code, moment, state, table } from '../components.ts';
import type { ConsoleDeps } from '../deps.ts';
import { chooseAccount, filters } from '../filters.ts';
import { html, type Html } from '../html.ts';
import type { Page, PageRequest } from '../page.ts';
import { chosen } from '../scope.ts';
import { errorWords } from '../words.ts';

/** The last requests between an account and this edge, both ways. */
export const requestsPage = (deps: ConsoleDeps): Page => ({
  path: '/requests',
  navigation: 'Requests',
  for: 'everybody',
  get: (request) => {
    const account = chosen(request, deps.api.accounts);
    if (account === undefined) return { kind: 'notFound' };
    const form = filters(request, deps, [
      choice('kind', 'Which', request.query.get('kind') ?? '', [
        ['', 'all'],
        ['api', 'to the API'],
        ['webhook', 'to the application'],
      ]),
      choice('only', 'Outcome', request.query.get('only') ?? '', [
        ['', 'any'],
        ['failed', 'failed'],
      ]),
    ]);
    return {
      kind: 'page',
      title: 'Requests',
      body: html`<h1>Requests</h1>
        ${form} ${account === null ? chooseAccount : listed(request, deps.requests, account.sid)}`,
    };
  },
});

const failed = ({ status, errorCode }: LoggedRequest): boolean =>
  errorCode !== 0 || status === 0 || status >= 400;

function listed({ query }: PageRequest, requests: RequestLog, accountSid: string): Html {
  const kind = query.get('kind') ?? '';
  const rows = requests
    .of(accountSid)
    .filter((one) => kind === '' || (one.kind === 'api') === (kind === 'api'))
    .filter((one) => query.get('only') !== 'failed' || failed(one));
  return html`${table<LoggedRequest>({
      caption: 'The newest first; times in UTC',
      columns: [
        { name: 'Time', kind: 'time', cell: ({ atMs }) => moment(atMs) },
        { name: 'Which', cell: (one) => (one.kind === 'api' ? 'to the API' : 'to the application') },
        { name: 'Request', kind: 'text', cell: ({ method, target }) => html`${method} ${code(target)}` },
        {
          name: 'Answer',
          cell: (one) => state(one.status === 0 ? 'none' : String(one.status), failed(one) ? 'bad' : 'good'),
        },
        { name: 'Error', cell: ({ errorCode }) => errorWords(errorCode) },
        { name: 'ms', kind: 'number', cell: ({ durationMs }) => Math.round(durationMs) },
        { name: 'Request id', cell: ({ requestId }) => code(requestId) },
      ],
      rows,
      empty: 'None.',
    })}
    <p class="soft">
      The last 200 of each account, kept in memory since ${moment(requests.sinceMs)} UTC. Queries are left
      out.
    </p>`;
}
