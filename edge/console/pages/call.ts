import type { Account } from '../../../control/accounts/account.ts';
import { decimalText } from '../../../control/billing/micros.ts';
import {
  inboundRating,
  outboundRating,
  type LegQuality,
  type StreamRating,
} from '../../../media/quality/leg-quality.ts';
import type { CallApi } from '../../api/deps.ts';
import { durationSeconds, restStatus, type Call } from '../../voice/call.ts';
import type { WebhookEvent } from '../../voice/store/tables.ts';
import { alertsAbout, wireLink } from '../about.ts';
import { code, facts, moment, table } from '../components.ts';
import type { ConsoleDeps } from '../deps.ts';
import { html, type Html } from '../html.ts';
import type { Page, PageRequest, Viewer } from '../page.ts';
import { visible } from '../scope.ts';
import { errorWords, status } from '../words.ts';
import { callTable } from './calls.ts';

const legsMax = 50;

/** One call: what it was, the legs that it placed, what its application was asked, its recordings. */
export const callPage = (deps: ConsoleDeps, voice: CallApi): Page => ({
  path: '/calls/{Sid}',
  for: 'everybody',
  get: (request) => {
    const found = callOf(deps, voice, request);
    if (found === undefined) return { kind: 'notFound' };
    const { call, account } = found;
    const { sid, accountNo } = call;
    const legs = voice.calls.list(accountNo, { parentSid: sid }, { limit: legsMax }).rows;
    const recordings = voice.recordings.list(accountNo, { callSid: sid }, { limit: legsMax }).rows;
    return {
      kind: 'page',
      title: sid,
      body: html`<h1>Call from ${call.from} to ${call.to}</h1>
        ${facts(factsOf(deps, call, account))}
        ${
          legs.length > 0 &&
          html`<h2>Legs</h2>
            ${callTable('Calls that this one placed; times in UTC', legs)}`
        }
        ${soundOf(voice.calls.reportOf(sid)?.sound ?? null)}
        <h2>What its application was asked</h2>
        ${webhooks(voice.eventsOf(sid), request.viewer)}
        ${
          recordings.length > 0 &&
          html`<h2>Recordings</h2>
            ${table({
              caption: 'Times in UTC',
              columns: [
                { name: 'SID', cell: (recording) => code(recording.sid) },
                { name: 'Begun', kind: 'time', cell: ({ startedMs }) => startedMs > 0 && moment(startedMs) },
                { name: 'Seconds', kind: 'number', cell: ({ durationMs }) => Math.ceil(durationMs / 1000) },
                { name: 'Status', cell: (recording) => status(recording.status) },
              ],
              rows: recordings,
              empty: '',
            })}`
        }
        ${alertsAbout(deps, account, sid)} ${wireLink(request.viewer, `/calls/${sid}`)}`,
    };
  },
});

function callOf(
  { api }: ConsoleDeps,
  { calls }: CallApi,
  { viewer, parts }: PageRequest,
): { readonly call: Call; readonly account: Account } | undefined {
  const call = calls.get(parts['Sid'] ?? '');
  const owner = call === undefined ? undefined : api.accounts.byNo(call.accountNo);
  const account = owner === undefined ? undefined : visible(viewer, api.accounts, owner.sid);
  return call === undefined || account === undefined ? undefined : { call, account };
}

function factsOf({ api }: ConsoleDeps, call: Call, account: Account) {
  const { bill, parentSid } = call;
  const at = (ms: number): Html | undefined => (ms === 0 ? undefined : moment(ms));
  const text = (value: string): string | undefined => (value === '' ? undefined : value);
  return [
    ['SID', code(call.sid)],
    ['Account', html`${account.friendlyName} ${code(account.sid)}`],
    ['Status', status(restStatus(call.status))],
    ['Error', errorWords(call.errorCode)],
    ['SIP status', call.sipCode === 0 ? undefined : call.sipCode],
    ['Direction', call.direction],
    ['Part of', parentSid === '' ? undefined : html`<a href="/calls/${parentSid}">${code(parentSid)}</a>`],
    ['Carrier or domain', text(call.carrier)],
    ["Caller's name", text(call.callerName)],
    ['STIR', text(call.stirVerstat)],
    ['Answered by', text(call.answeredBy)],
    ['Waited in the queue', call.queueTimeMs === 0 ? undefined : `${call.queueTimeMs} ms`],
    ['Made (UTC)', moment(call.createdMs)],
    ['Answered', at(call.answeredMs)],
    ['Ended', at(call.endedMs)],
    ['Seconds', durationSeconds(call) ?? undefined],
    ['Price', bill.priceMicros === null ? undefined : `${decimalText(bill.priceMicros, 5)} ${api.currency}`],
  ] as const;
}

interface Direction {
  readonly name: string;
  readonly packets: number;
  readonly rating: StreamRating | undefined;
}

/** Both directions of a leg's sound; nothing while it goes on, and where there was none. */
function soundOf(sound: LegQuality | null): Html | false {
  if (sound === null) return false;
  const figure = (digits: number, of: (rating: StreamRating) => number) => ({
    kind: 'number' as const,
    cell: ({ rating }: Direction) => (rating === undefined ? 'unknown' : of(rating).toFixed(digits)),
  });
  return html`<h2>Sound</h2>
    ${table<Direction>({
      caption: `${sound.codec}, as packets came to this edge and as the other side says that they came there`,
      columns: [
        { name: 'Direction', cell: ({ name }) => name },
        { name: 'Packets', kind: 'number', cell: ({ packets }) => packets },
        { name: 'Lost %', ...figure(2, ({ lossPercent }) => lossPercent) },
        { name: 'Jitter ms', ...figure(1, ({ jitterMs }) => jitterMs) },
        { name: 'at most', ...figure(1, ({ jitterMaxMs }) => jitterMaxMs) },
        { name: 'MOS', ...figure(2, ({ mos }) => mos) },
      ],
      rows: [
        { name: 'to us', packets: sound.received.packets, rating: inboundRating(sound) },
        { name: 'from us', packets: sound.sent.packets, rating: outboundRating(sound) },
      ],
      empty: '',
    })}`;
}

/** What an application says to its callers is its tenant's own. */
const webhooks = (events: readonly WebhookEvent[], viewer: Viewer): Html =>
  table<WebhookEvent>({
    caption: 'Requests for TwiML, in their order; times in UTC',
    columns: [
      { name: 'Time', kind: 'time', cell: ({ atMs }) => moment(atMs) },
      { name: 'Request', kind: 'text', cell: ({ method, url }) => html`${method} ${code(url)}` },
      { name: 'Answer', cell: (event) => (event.status === 0 ? 'none' : event.status) },
      { name: 'Error', cell: ({ errorCode }) => errorWords(errorCode) },
      {
        name: 'TwiML',
        kind: 'text',
        cell: ({ body }) => {
          if (body === '') return false;
          const length = `${body.length} characters`;
          if (viewer.kind === 'operator') return length;
          return html`<details>
            <summary>${length}</summary>
            <pre>${body}</pre>
          </details>`;
        },
      },
    ],
    rows: events,
    empty: 'None.',
  });
