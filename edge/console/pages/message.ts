import type { Account } from '../../../control/accounts/account.ts';
import { decimalText } from '../../../control/billing/micros.ts';
import { isSid } from '../../../control/base/sid.ts';
import type { Message, Part } from '../../messaging/message.ts';
import { alertsAbout, wireLink } from '../about.ts';
import { code, facts, moment, table } from '../components.ts';
import type { ConsoleDeps } from '../deps.ts';
import { html, type Html } from '../html.ts';
import type { Page, PageRequest, Reply } from '../page.ts';
import { visible } from '../scope.ts';
import { errorWords, status } from '../words.ts';

/** One message. Its text is shown to whoever asks for it, and an operator's asking is in the audit log. */
export const messagePage = (deps: ConsoleDeps): Page => ({
  path: '/messages/{Sid}',
  for: 'everybody',
  get: (request) => shown(deps, request, false),
  post: async (request) => {
    const found = messageOf(deps, request);
    if (found === undefined) return { kind: 'notFound' };
    if (request.viewer.kind === 'operator') {
      const { message, account } = found;
      deps.api.audit.note('message-body', 'read', { sid: message.sid, accounts: [account.sid], shows: {} });
      await deps.api.durable();
    }
    return shown(deps, request, true);
  },
});

interface Found {
  readonly message: Message;
  readonly account: Account;
}

function messageOf({ api }: ConsoleDeps, { viewer, parts }: PageRequest): Found | undefined {
  const sid = parts['Sid'] ?? '';
  if (!isSid(sid, 'SM') && !isSid(sid, 'MM')) return undefined;
  const message = api.messaging.ledger.get(sid);
  const owner = message === undefined ? undefined : api.accounts.byNo(message.accountNo);
  if (message === undefined || owner === undefined) return undefined;
  const account = visible(viewer, api.accounts, owner.sid);
  return account === undefined ? undefined : { message, account };
}

function shown(deps: ConsoleDeps, request: PageRequest, withBody: boolean): Reply {
  const found = messageOf(deps, request);
  if (found === undefined) return { kind: 'notFound' };
  const { message, account } = found;
  const { sid, direction, priceMicros } = message;
  const at = (ms: number): Html | undefined => (ms === 0 ? undefined : moment(ms));
  return {
    kind: 'page',
    title: sid,
    body: html`<h1>
        Message ${direction === 'inbound' ? 'from' : 'to'}
        ${direction === 'inbound' ? message.from : message.to}
      </h1>
      ${facts([
        ['SID', code(sid)],
        ['Account', html`${account.friendlyName} ${code(account.sid)}`],
        ['Status', status(message.status)],
        ['Error', errorWords(message.errorCode)],
        ['Direction', direction],
        ['From', code(message.from)],
        ['To', code(message.to)],
        ['Carrier', message.carrier === '' ? undefined : message.carrier],
        [
          'Messaging Service',
          message.messagingServiceSid === '' ? undefined : code(message.messagingServiceSid),
        ],
        ['Made (UTC)', moment(message.createdMs)],
        ['To be sent', at(message.sendAtMs)],
        [direction === 'inbound' ? 'Came' : 'Taken by the carrier', at(message.sentMs)],
        ['Last change', moment(message.updatedMs)],
        ['Segments', message.segments],
        ['Media', message.media === 0 ? undefined : message.media],
        ['Price', priceMicros === null ? undefined : `${decimalText(priceMicros, 5)} ${deps.api.currency}`],
        ['Status callback', message.statusCallback === '' ? undefined : code(message.statusCallback)],
      ])}
      <h2>Text</h2>
      ${textOf(message, withBody)}
      ${
        message.parts.length > 0 &&
        html`<h2>Segments</h2>
          ${table<readonly [number, Part]>({
            caption: 'What the carrier said of each segment',
            columns: [
              { name: 'Segment', kind: 'number', cell: ([at]) => at + 1 },
              { name: 'State', cell: ([, part]) => part.state },
              { name: "Carrier's id", kind: 'text', cell: ([, { carrierId }]) => code(carrierId) },
            ],
            rows: [...message.parts.entries()],
            empty: '',
          })}`
      }
      ${alertsAbout(deps, account, sid)} ${wireLink(request.viewer, `/messages/${sid}`)}`,
  };
}

function textOf({ sid, body }: Message, withBody: boolean): Html {
  if (body === '') return html`<p class="soft">There is none, or it has been redacted.</p>`;
  if (withBody) return html`<pre>${body}</pre>`;
  return html`<form method="post" action="/messages/${sid}">
    <p>${Array.from(body).length} characters. <button type="submit" class="quiet">Show the text</button></p>
  </form>`;
}
