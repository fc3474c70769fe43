import type { Account } from '../../../control/accounts/account.ts';
import { moreInfo } from '../../../control/errors/errors.ts';
import type { Alert } from '../../../control/events/alert.ts';
import type { AlertExchange, Excerpt } from '../../../control/events/alert-exchange.ts';
import { adviceOf } from '../advice.ts';
import { alertOf, readExchange } from '../alert.ts';
import { code, facts, moment, table } from '../components.ts';
import type { ConsoleDeps } from '../deps.ts';
import { html, type Html } from '../html.ts';
import type { Page, PageRequest, Reply } from '../page.ts';
import { nameOf, statusState } from './alerts.ts';

/** One alert: what it means, what helps, and what was asked and answered; an operator reads that when he asks for it. */
export const alertPage = (deps: ConsoleDeps): Page => ({
  path: '/alerts/{Sid}',
  for: 'everybody',
  get: (request) => shown(deps, request, request.viewer.kind === 'tenant'),
  post: (request) => shown(deps, request, true),
});

async function shown(deps: ConsoleDeps, { viewer, parts }: PageRequest, whole: boolean): Promise<Reply> {
  const found = alertOf(deps, viewer, parts['Sid'] ?? '');
  if (found === undefined) return { kind: 'notFound' };
  const { alert, account } = found;
  if (whole) return onePage(alert, account, exchangePart(await readExchange(deps, viewer, found)));
  return onePage(alert, account, deps.api.alerts.exchange(alert) === undefined ? html`` : askPart(alert));
}

function onePage(alert: Alert, account: Account, exchange: Html): Reply {
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
    ${request !== null && requestPart(alert, request)} ${exchange}
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
  return html`<h2>The request</h2>
    ${facts([
      ['Request', code(`${method} ${url}`)],
      ['URL signed', signedUrl === '' ? undefined : code(signedUrl)],
      ['Signature sent', signature === '' ? undefined : code(signature)],
      ['Answer', statusState(responseStatus)],
    ])}
    ${signature !== '' && html`<p><a href="/signature?alert=${alert.sid}">Check the signature of this request</a></p>`}
    ${attempts.length > 0 && attemptTable(attempts)}`;
}

/** What the application was given, and what it said to that. */
function exchangePart(exchange: AlertExchange | undefined): Html {
  if (exchange === undefined) return html``;
  const { variables, requestHeaders, responseHeaders, responseBody } = exchange;
  return html`${pairTable('Parameters that were sent', variables)}
  ${pairTable('Headers that were sent', requestHeaders)}
  ${pairTable('Headers of the answer', responseHeaders)}
  ${
    responseBody.text !== '' &&
    html`<h2>The answer’s body</h2>
      <pre role="region" aria-label="The answer’s body" tabindex="0">${responseBody.text}</pre>
      ${cutNote(responseBody)}`
  }`;
}

/** What people wrote is in it. */
const askPart = ({ sid }: Alert): Html =>
  html`<form method="post" action="/alerts/${sid}">
    <p>
      <button type="submit" class="quiet">Show what was sent and answered</button> That you have seen it is
      noted in the audit log.
    </p>
  </form>`;

function pairTable(caption: string, pairs: Excerpt): Html {
  if (pairs.text === '') return html``;
  return html`<details>
    <summary>${caption}</summary>
    ${table<readonly [string, string]>({
      caption,
      columns: [
        { name: 'Name', cell: ([name]) => code(name) },
        { name: 'Value', kind: 'text', cell: ([, value]) => code(value) },
      ],
      rows: [...new URLSearchParams(pairs.text)],
      empty: '',
    })}
    ${cutNote(pairs)}
  </details>`;
}

const cutNote = ({ text, cutFrom }: Excerpt): Html =>
  cutFrom === null
    ? html``
    : html`<p class="soft">Only the first ${Buffer.byteLength(text)} of ${cutFrom} bytes are kept.</p>`;

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

/** Messages and calls have pages of their own. */
function resource(sid: string): Html {
  const above = /^[SM]M/.test(sid) ? 'messages' : sid.startsWith('CA') ? 'calls' : undefined;
  return above === undefined ? code(sid) : html`<a href="/${above}/${sid}">${code(sid)}</a>`;
}
