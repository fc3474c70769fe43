import type { CoreConfig } from '../../config/core.ts';
import { dataLayout } from '../../config/layout.ts';
import { askEdge } from '../../events/client.ts';
import { isE164Form, isShortCode } from '../../inventory/e164.ts';
import type { PhoneNumber } from '../../inventory/number.ts';
import { explain, type Explanation, type Fate } from '../../routing/explain.ts';
import type { Traffic } from '../../routing/route.ts';
import { Routing } from '../../routing/routing.ts';
import { withBooks } from '../books.ts';
import { columnsText } from '../columns.ts';
import { done, refused, textOption, type Command } from '../command.ts';
import { parseEdgeStatus, type EdgeStatus } from '../status.ts';
import { routeHeader, routeJson, routeLine } from './route.ts';

const fateWords: Readonly<Record<Fate, (traffic: Traffic) => string>> = {
  chosen: () => 'chosen',
  next: () => 'tried next',
  otherTraffic: (traffic) => `not for ${traffic}`,
  unknownCarrier: () => 'carrier not configured',
  unequipped: (traffic) => (traffic === 'messages' ? 'carrier has no smpp' : 'carrier has no sip'),
  closed: () => 'not at this hour',
  repeated: () => 'has its place already',
  down: (traffic) => (traffic === 'messages' ? 'link is not bound' : 'trunk is down'),
};

export const routeTest: Command<CoreConfig> = {
  name: 'route test',
  summary: 'explain, step by step, which carrier takes a message or a call',
  arguments: [{ name: '+E164', summary: 'whom it is for' }],
  options: [
    { flags: '--message', summary: 'of a message (this is the default)' },
    { flags: '--call', summary: 'of a call' },
    { flags: '--at <time>', summary: 'as if it were this time, such as 2026-11-21T22:00:00Z' },
  ],
  needs: 'config',
  run: (call, { data, vault, carriers }) =>
    withBooks({ data, vault }, async ({ inventory, routes, ported }) => {
      const [number = ''] = call.args;
      if (!isE164Form(number) && !isShortCode(number))
        return refused(`${number} is no number in E.164, such as +14155552671, and no short code`);
      if (call.options['message'] === true && call.options['call'] === true)
        return refused('a message or a call: ask for one of them');
      const traffic: Traffic = call.options['call'] === true ? 'calls' : 'messages';
      const nowMs = Date.parse(textOption(call, 'at') ?? new Date().toISOString());
      if (!(nowMs >= 0)) return refused('a time is such as 2026-11-21T22:00:00Z');
      const status = await edgeStatus(data);
      const books = { table: await routes.read(), ported: await ported.read() };
      const routing = new Routing(carriers, { now: () => nowMs }, books);
      const isUp = (carrier: string): boolean => status === undefined || isUpIn(status, traffic, carrier);
      const found = explain(routing, { number, traffic, nowMs, isUp });
      const owned = inventory.number(number);
      const verdict = verdictOf(found, traffic, routing[traffic].leadsTo(number));
      const at = new Date(nowMs).toISOString();
      const source = routes.head === undefined ? 'configuration' : 'imported';
      return done(
        {
          number,
          for: traffic,
          at,
          number_of: owned === undefined ? null : ownerJson(owned),
          ported_to: found.portedTo === '' ? null : found.portedTo,
          ported_verdict: found.portedFate === null ? null : fateWords[found.portedFate](traffic),
          source,
          edge_running: status !== undefined,
          routes: found.routes.map(({ route, fate }) => ({
            ...routeJson(route),
            verdict: fateWords[fate](traffic),
          })),
          candidates: [...found.candidates],
          carrier: found.chosen ?? null,
          verdict,
        },
        [
          `${number}, ${traffic}, at ${at}`,
          `number: ${ownerText(owned)}`,
          `ported: ${portedText(found, traffic)}`,
          `routes: ${source === 'imported' ? 'imported ones' : 'those of strowger.yaml'}`,
          ...(found.routes.length === 0 ? ['none for any prefix of it'] : [routesText(found, traffic)]),
          `carriers: ${status === undefined ? 'the edge is not running: all are taken to be up' : 'as the running edge tells'}`,
          `verdict: ${verdict}`,
        ].join('\n'),
      );
    }),
};

async function edgeStatus(data: string): Promise<EdgeStatus | undefined> {
  const answer = await askEdge(dataLayout(data).controlSocket, 'status');
  return answer.ok ? parseEdgeStatus(answer.value) : undefined;
}

/** As the edge takes it: messages need a bound link, calls a trunk that is not known to be down. */
function isUpIn({ links, trunks }: EdgeStatus, traffic: Traffic, name: string): boolean {
  if (traffic === 'messages')
    return links.some(({ carrier, state }) => carrier === name && state === 'bound');
  return trunks.some(({ carrier, state }) => carrier === name && state !== 'down');
}

const ownerJson = ({ state, assignment, carrier }: PhoneNumber) => ({
  state,
  account_sid: assignment?.accountSid ?? null,
  carrier: carrier === '' ? null : carrier,
});

function ownerText(owned: PhoneNumber | undefined): string {
  if (owned === undefined) return 'none of this edge';
  const { state, assignment, carrier } = owned;
  const by = carrier === '' ? '' : `, brought by ${carrier}`;
  return `${assignment === null ? `this edge's, ${state}` : `of account ${assignment.accountSid}`}${by}`;
}

const portedText = ({ portedTo, portedFate }: Explanation, traffic: Traffic): string =>
  portedFate === null ? 'no' : `to ${portedTo}: ${fateWords[portedFate](traffic)}`;

const routesText = ({ routes }: Explanation, traffic: Traffic): string =>
  columnsText([
    [...routeHeader, 'VERDICT'],
    ...routes.map(({ route, fate }) => [...routeLine(route), fateWords[fate](traffic)]),
  ]);

function verdictOf({ candidates, chosen }: Explanation, traffic: Traffic, leadsTo: boolean): string {
  if (chosen !== undefined) {
    const others = candidates.slice(candidates.indexOf(chosen) + 1);
    return others.length === 0
      ? `${chosen} takes it`
      : `${chosen} takes it; should it fail: ${others.join(', ')}`;
  }
  if (candidates.length > 0)
    return traffic === 'messages'
      ? 'no carrier is up: a message waits for one, as long as it is valid'
      : 'no carrier is up: a call fails';
  if (!leadsTo)
    return traffic === 'messages' ? 'refused with 21612: no route' : 'refused with 21215: no route';
  return traffic === 'messages'
    ? 'no route is open: a message waits for its hour, as long as it is valid'
    : 'refused with 21215: no route is open at this hour';
}
