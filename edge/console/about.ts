import type { Account } from '../../control/accounts/account.ts';
import type { Sid } from '../../control/base/sid.ts';
import type { Alert } from '../../control/events/alert.ts';
import { code, moment, table } from './components.ts';
import type { ConsoleDeps } from './deps.ts';
import { html, type Html } from './html.ts';
import type { Viewer } from './page.ts';
import { errorWords } from './words.ts';

const alertsMax = 20;

/** The alerts that name a message or a call: what went wrong with its application. */
export function alertsAbout({ api }: ConsoleDeps, account: Account, resourceSid: Sid): Html {
  const { rows } = api.alerts.list(account.sid, { resourceSid }, { limit: alertsMax });
  return html`<h2>Alerts</h2>
    ${table<Alert>({
      caption: 'The newest first; times in UTC',
      columns: [
        {
          name: 'Time',
          kind: 'time',
          cell: ({ sid, atMs }) => html`<a href="/alerts/${sid}">${moment(atMs)}</a>`,
        },
        { name: 'Error', cell: (alert) => errorWords(alert.code) },
        { name: 'URL', kind: 'text', cell: ({ request }) => request !== null && code(request.url) },
      ],
      rows,
      empty: 'None.',
    })}`;
}

/** Where operators find what was on the wire. */
export function wireLink(viewer: Viewer, of: string): Html | false {
  const target = `${of}/wire`;
  return viewer.kind === 'operator' && html`<p><a href="${target}">What was on the wire</a></p>`;
}
