import { isSid } from '../../../control/base/sid.ts';
import { code, facts, field, moment, pager, pageQuery, table } from '../components.ts';
import type { ConsoleDeps } from '../deps.ts';
import { html } from '../html.ts';
import type { Page } from '../page.ts';
import { visible } from '../scope.ts';
import { status } from '../words.ts';

/** All accounts, the newest first. */
export const accountsPage = ({ api }: ConsoleDeps): Page => ({
  path: '/accounts',
  navigation: 'Accounts',
  for: 'operators',
  get: (request) => {
    const sid = (request.query.get('sid') ?? '').trim();
    if (isSid(sid, 'AC') && api.accounts.fetch(sid) !== undefined)
      return { kind: 'seeOther', path: `/accounts/${sid}` };
    const page = api.accounts.listAll(pageQuery(request, 'AC'));
    return {
      kind: 'page',
      title: 'Accounts',
      body: html`<h1>Accounts</h1>
        <form method="get" class="filters" role="search" aria-label="Open an account">
          ${field('sid', 'SID', sid, { code: true, size: 36 })}
          <p class="field"><button type="submit">Open</button></p>
        </form>
        ${sid !== '' && html`<p class="notice wrong" role="alert">There is no account ${code(sid)}.</p>`}
        ${table({
          caption: 'Accounts, the newest first; times in UTC',
          columns: [
            {
              name: 'Name',
              kind: 'text',
              cell: (account) => html`<a href="/accounts/${account.sid}">${account.friendlyName}</a>`,
            },
            { name: 'SID', cell: (account) => code(account.sid) },
            { name: 'Status', cell: (account) => status(api.accounts.effectiveStatus(account)) },
            { name: 'Made', kind: 'time', cell: (account) => moment(account.createdMs) },
          ],
          rows: page.rows,
          empty: 'There are no accounts yet: strowger account create --friendly-name NAME makes one.',
        })}
        ${pager(request, page)}`,
    };
  },
});

/** One account, and where its things are. */
export const accountPage = ({ api }: ConsoleDeps): Page => ({
  path: '/accounts/{Sid}',
  for: 'operators',
  get: ({ viewer, parts }) => {
    const account = visible(viewer, api.accounts, parts['Sid'] ?? '');
    if (account === undefined) return { kind: 'notFound' };
    const { sid, ownerSid, friendlyName, type, createdMs } = account;
    const of = (path: string, words: string) => {
      const target = `${path}?account=${sid}`;
      return html`<li><a href="${target}">${words}</a></li>`;
    };
    return {
      kind: 'page',
      title: friendlyName,
      body: html`<h1>${friendlyName}</h1>
        ${facts([
          ['SID', code(sid)],
          ['Status', status(api.accounts.effectiveStatus(account))],
          ['Type', type],
          [
            'Subaccount of',
            ownerSid === sid ? undefined : html`<a href="/accounts/${ownerSid}">${code(ownerSid)}</a>`,
          ],
          ['Made (UTC)', moment(createdMs)],
        ])}
        <h2>Of this account</h2>
        <ul>
          ${of('/messages', 'Messages')} ${of('/calls', 'Calls')} ${of('/numbers', 'Numbers')}
          ${of('/requests', 'Requests')} ${of('/usage', 'Usage')}
        </ul>`,
    };
  },
});
