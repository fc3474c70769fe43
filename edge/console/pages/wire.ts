import type { Arrow, Ladder, Row } from '../../capture/ladder/ladder.ts';
import { ladderSvg } from '../../capture/ladder/svg.ts';
import { isSid } from '../../../control/base/sid.ts';
import { code } from '../components.ts';
import type { ConsoleDeps } from '../deps.ts';
import { html, Html } from '../html.ts';
import type { Page, PageRequest, Reply } from '../page.ts';

/**
 * What was on the wire of a call or a message. For operators: it shows how carriers are reached, and callers who
 * withhold their numbers.
 */
export const wirePages = (deps: ConsoleDeps): readonly Page[] => [
  {
    path: '/calls/{Sid}/wire',
    for: 'operators',
    get: (request) => {
      const sid = request.parts['Sid'] ?? '';
      const known = isSid(sid, 'CA') && deps.api.voice?.voice.calls.get(sid) !== undefined;
      return known ? shown(deps, 'call', request) : { kind: 'notFound' };
    },
  },
  {
    path: '/messages/{Sid}/wire',
    for: 'operators',
    get: (request) => {
      const sid = request.parts['Sid'] ?? '';
      const known =
        (isSid(sid, 'SM') || isSid(sid, 'MM')) && deps.api.messaging.ledger.get(sid) !== undefined;
      return known ? shown(deps, 'message', request) : { kind: 'notFound' };
    },
  },
];

async function shown(
  { wire }: ConsoleDeps,
  subject: 'call' | 'message',
  { parts }: PageRequest,
): Promise<Reply> {
  const sid = parts['Sid'] ?? '';
  const above = `/${subject}s/${sid}`;
  return {
    kind: 'page',
    title: `Wire of ${sid}`,
    body: html`<h1>On the wire</h1>
      <p><a href="${above}">Back to the ${subject}</a></p>
      ${await content(wire, subject, sid)}`,
  };
}

async function content(wire: ConsoleDeps['wire'], subject: 'call' | 'message', sid: string): Promise<Html> {
  if (wire === null)
    return html`<p class="notice">
      No packets are captured here: write ${code('capture: {}')} into the configuration and restart the edge
      (${code('strowger doctor')} says what else that needs).
    </p>`;
  const ladder = await wire(subject, sid);
  return ladder.ok ? ladderOf(ladder.value) : html`<p class="notice">Nothing to show: ${ladder.error}.</p>`;
}

/** The picture, and below it each message as it passed, masked. */
function ladderOf(ladder: Ladder): Html {
  const beganUs = ladder.rows[0]?.timeUs ?? 0;
  return html`${ladder.remarks.map((remark) => html`<p class="notice warn">${remark}</p>`)}
    <div class="scroll" role="region" aria-label="Ladder" tabindex="0">${new Html(ladderSvg(ladder))}</div>
    <h2>Messages</h2>
    <p class="soft">
      Texts, digits and credentials are masked. strowger trace --pcap writes the packets for Wireshark.
    </p>
    ${ladder.rows.filter(isArrow).map(
      ({ timeUs, label, source, destination, lines }) =>
        html`<details>
          <summary>${((timeUs - beganUs) / 1e6).toFixed(3)} s: ${label}, ${source} to ${destination}</summary>
          <pre>${lines.join('\n')}</pre>
        </details>`,
    )}`;
}

const isArrow = (row: Row): row is Arrow => row.kind === 'arrow';
