import { isSid } from '../../../control/base/sid.ts';
import { listMessages } from '../../messaging/lists.ts';
import { isCursor } from '../../messaging/store/list-key.ts';
import type { Message } from '../../messaging/message.ts';
import { code, moment, pager, rowsOnPage, table } from '../components.ts';
import type { ConsoleDeps } from '../deps.ts';
import { chooseAccount, endsOf, filters, trafficFields } from '../filters.ts';
import { html } from '../html.ts';
import type { Page, PageRequest } from '../page.ts';
import { chosen } from '../scope.ts';
import { status } from '../words.ts';

/** An account's messages, searched by number, the newest first. */
export const messagesPage = (deps: ConsoleDeps): Page => ({
  path: '/messages',
  navigation: 'Messages',
  for: 'everybody',
  get: (request) => {
    const { query } = request;
    const sid = (query.get('sid') ?? '').trim();
    if (isSid(sid, 'SM') || isSid(sid, 'MM')) return { kind: 'seeOther', path: `/messages/${sid}` };
    const account = chosen(request, deps.api.accounts);
    if (account === undefined) return { kind: 'notFound' };
    const form = filters(request, deps, trafficFields(request));
    return {
      kind: 'page',
      title: 'Messages',
      body: html`<h1>Messages</h1>
        ${form} ${account === null ? chooseAccount : listed(request, deps, account.no)}`,
    };
  },
});

function listed(request: PageRequest, { api }: ConsoleDeps, accountNo: number) {
  const { query } = request;
  const cursor = query.get('after') ?? '';
  const found = listMessages(
    api.messaging.ledger,
    accountNo,
    endsOf(request),
    isCursor(cursor) ? { kind: 'after', cursor } : { kind: 'newest' },
    rowsOnPage,
  );
  return html`${table<Message>({
    caption: 'Messages, the newest first; times in UTC',
    columns: [
      {
        name: 'Time',
        kind: 'time',
        cell: ({ sid, createdMs }) => html`<a href="/messages/${sid}">${moment(createdMs)}</a>`,
      },
      { name: 'Direction', cell: ({ direction }) => direction },
      { name: 'From', cell: (message) => code(message.from) },
      { name: 'To', cell: (message) => code(message.to) },
      { name: 'Status', cell: (message) => status(message.status) },
      {
        name: 'Error',
        kind: 'number',
        cell: ({ errorCode }) => (errorCode === 0 ? '' : code(errorCode)),
      },
    ],
    rows: found.items.map(({ message }) => message),
    empty: 'No messages.',
  })}
  ${pager(request, { next: found.older })}`;
}
