import { bytesText } from '../../../control/cli/columns.ts';
import { callsText } from '../../../control/cli/status.ts';
import type { Account } from '../../../control/accounts/account.ts';
import { chart, type Chart } from '../chart.ts';
import { facts, state, table } from '../components.ts';
import type { ConsoleDeps } from '../deps.ts';
import type { Sample } from '../figures.ts';
import { html, type Html } from '../html.ts';
import type { Page, Reply } from '../page.ts';
import type { EdgeState } from '../state.ts';
import { alertTable } from './alerts.ts';

const lastAlerts = 5;
const hourMs = 3_600_000;

/** How the edge is, at a glance; for a tenant, how his account is. */
export const healthPage = (deps: ConsoleDeps): Page => ({
  path: '/',
  navigation: 'Health',
  for: 'everybody',
  get: ({ viewer }) => (viewer.kind === 'operator' ? edgeHealth(deps) : accountHealth(deps, viewer.account)),
});

function edgeHealth({ api, health, state: now, figures }: ConsoleDeps): Reply {
  const { checks, ok } = health();
  const edge = now();
  const wrong = checks.filter((check) => !check.ok);
  const body = html`<h1>Health</h1>
    <div id="verdict" data-live role="status">
      ${
        ok
          ? html`<p class="notice fine">Everything that is watched is well: ${checks.length} checks.</p>`
          : html`<div class="notice wrong">
              <p><strong>Something needs attention.</strong></p>
              <ul>
                ${wrong.map(({ name, words }) => html`<li>${name}: ${words}</li>`)}
              </ul>
            </div>`
      }
    </div>
    <h2>The last hour</h2>
    <div class="tiles" id="charts" data-live>${charts(figures.recent()).map(chart)}</div>
    <div id="parts" data-live>${parts(edge)}</div>
    <h2>Last alerts</h2>
    <div id="alerts" data-live>${alertTable(api.alerts.listAll({}, { limit: lastAlerts }).rows, true)}</div>
    <p><a href="/alerts">All alerts</a></p>`;
  return { kind: 'page', title: 'Health', body };
}

/** A tenant is shown nothing of others, nor of carriers. */
function accountHealth({ api }: ConsoleDeps, account: Account): Reply {
  const { rows } = api.alerts.list(account.sid, {}, { limit: lastAlerts });
  const body = html`<h1>${account.friendlyName}</h1>
    <h2>Last alerts</h2>
    <div id="alerts" data-live>${alertTable(rows, false)}</div>
    <p><a href="/alerts">All alerts</a></p>`;
  return { kind: 'page', title: account.friendlyName, body };
}

function charts(samples: readonly Sample[]): readonly Chart[] {
  const rate = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)} / s`;
  const count = (value: number): string => String(Math.round(value));
  const row = (title: string, of: (sample: Sample) => number | null, words: (value: number) => string) => ({
    title,
    points: samples.map((sample) => ({ atMs: sample.atMs, value: of(sample) })),
    windowMs: hourMs,
    words,
  });
  return [
    row('Messages accepted', ({ messagesPerSecond }) => messagesPerSecond, rate),
    row('Calls in progress', ({ calls }) => calls, count),
    row('Segments queued', ({ queuedSegments }) => queuedSegments, count),
    row(
      'REST, 95 of 100 within',
      ({ latencyMs }) => latencyMs,
      (value) => `${value.toFixed(1)} ms`,
    ),
  ];
}

function parts({ links, trunks, queues, calls, predecessor, webhooks, storeBytes }: EdgeState): Html {
  const mood = (word: string, fine: readonly string[]): Html =>
    state(word, fine.includes(word) ? 'good' : 'bad');
  return html`<h2>Carriers</h2>
    ${table<EdgeState['links'][number]>({
      caption: 'SMPP links',
      columns: [
        { name: 'Carrier', cell: ({ carrier }) => carrier },
        { name: 'State', cell: ({ state: word }) => mood(word, ['bound']) },
        { name: 'Sessions', kind: 'number', cell: (link) => `${link.sessionsBound} of ${link.sessions}` },
        { name: 'Window', kind: 'number', cell: (link) => `${link.windowUsed} of ${link.windowSize}` },
        { name: 'Throttled', kind: 'number', cell: ({ throttles }) => throttles },
      ],
      rows: links,
      empty: 'No SMPP links are configured.',
    })}
    ${table<EdgeState['trunks'][number]>({
      caption: 'SIP trunks',
      columns: [
        { name: 'Carrier', cell: ({ carrier }) => carrier },
        { name: 'State', cell: ({ state: word }) => state(word, word === 'down' ? 'bad' : 'good') },
        { name: 'Calls', kind: 'number', cell: (trunk) => trunk.calls },
        { name: 'Registration', cell: ({ registration }) => registration ?? 'none' },
      ],
      rows: trunks,
      empty: 'No SIP trunks are configured.',
    })}
    <h2>Queues</h2>
    ${table<EdgeState['queues'][number]>({
      caption: 'Messages that wait for their sender’s turn',
      columns: [
        { name: 'Senders', cell: (queue) => queue.class },
        { name: 'Segments', kind: 'number', cell: ({ segments }) => segments },
        { name: 'Oldest', kind: 'number', cell: ({ oldestSeconds }) => duration(oldestSeconds) },
        {
          name: 'Late',
          kind: 'number',
          cell: ({ lateSeconds }) => (lateSeconds === 0 ? 'no' : state(duration(lateSeconds), 'warn')),
        },
      ],
      rows: queues,
      empty: 'Nothing waits.',
    })}
    ${facts([
      ['Calls in progress', calls],
      [
        'Before the upgrade',
        predecessor === null
          ? undefined
          : `process ${predecessor.pid} still has ${callsText(predecessor.calls)}, ` +
            `${duration(predecessor.forSeconds)} after it handed over; ` +
            `it ends in ${duration(predecessor.leftSeconds)} at the latest`,
      ],
      ['Webhooks', `${webhooks.active} under way, ${webhooks.waiting} waiting`],
      ['Store', bytesText(storeBytes)],
    ])}`;
}

/** `4 s`, `12 min`, `3.5 h` */
function duration(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3_600).toFixed(1)} h`;
}
