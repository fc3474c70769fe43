/**
 * What does a scrape of a busy edge cost: how long does it take and hold up everything else, what CPU, how many series? Two thousand tenants have
 * messages waiting, two hundred links are bound, every route of the API has been asked, webhooks fail. Beside it
 * prom-client alone, with the same series and nothing to sample.
 */
import { request } from 'node:http';
import { parseArgs } from 'node:util';
import type { ApiDeps } from '../edge/api/registry.ts';
import { routes } from '../edge/api/registry.ts';
import { SmscProcess } from '../test/peers/smsc-process.ts';
import { Edge } from './support/edge.ts';
import { Forked } from './support/forked.ts';
import { readMetrics, seriesOf } from './support/metric-text.ts';
import { judge, ms, say, table, whole } from './support/print.ts';
import { cpuUs } from './support/proc.ts';
import { senderNumber } from './support/requests.ts';

const { values: options } = parseArgs({
  options: {
    tenants: { type: 'string', default: '2000' },
    links: { type: 'string', default: '200' },
    scrapes: { type: 'string', default: '100' },
  },
});
const tenants = Number(options.tenants);
const links = Number(options.links);
const scrapes = Number(options.scrapes);
const messagesEach = 5;
const atOnce = 32;
const scrapeMaxMs = 50;
/** prom-client looks at the event loop so often; what is longer than that was a pause. */
const lagTickUs = 10_000;

/** Stands for whatever the routes are made with: they are only asked for their paths. */
const anything: unknown = new Proxy(() => undefined, { get: () => anything, apply: () => anything });

async function each(count: number, work: (at: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** Asks an edge; `host` leads to a product. */
function ask(
  port: number,
  { method, path, host, authorization, form }: Ask,
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const body = form === undefined ? '' : new URLSearchParams(form).toString();
    const headers = {
      host,
      ...(authorization === undefined ? {} : { authorization }),
      ...(body === ''
        ? {}
        : { 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length }),
    };
    const sent = request({ port, host: '127.0.0.1', method, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
interface Ask {
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly authorization?: string;
  readonly form?: Readonly<Record<string, string>>;
}

/** Makes a tenant whose number has messages waiting, and whose application does not hear of them. */
async function busyTenant(edge: Edge, at: number): Promise<void> {
  const post = async (path: string, form: Record<string, string>, authorization: string): Promise<string> => {
    const answer = await ask(edge.apiPort, {
      method: 'POST',
      path,
      host: 'api.twilio.com',
      authorization,
      form,
    });
    if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${answer.text}`);
    return answer.text;
  };
  const made = JSON.parse(
    await post('/2010-04-01/Accounts.json', { FriendlyName: `t${at}` }, edge.authorization),
  ) as {
    sid: string;
    auth_token: string;
  };
  const own = `Basic ${Buffer.from(`${made.sid}:${made.auth_token}`).toString('base64')}`;
  const account = `/2010-04-01/Accounts/${made.sid}`;
  await post(`${account}/IncomingPhoneNumbers.json`, { PhoneNumber: senderNumber(at) }, own);
  for (let message = 0; message < messagesEach; message++) {
    const form = {
      From: senderNumber(at),
      To: '+13125550100',
      Body: 'x',
      StatusCallback: 'http://127.0.0.1:9/',
    };
    await post(`${account}/Messages.json`, form, own);
  }
}

/** Each route of the registry has been answered with two statuses. */
async function everyRoute(edge: Edge): Promise<void> {
  const all = routes(anything as ApiDeps);
  await each(all.length, async (at) => {
    const route = all[at];
    if (route === undefined) return;
    const { method, product, suffix } = route;
    const path =
      route.path.replaceAll('{AccountSid}', edge.sid).replaceAll(/\{\w+\}/g, 'XX0') +
      (suffix === 'json' ? '.json' : '');
    const host = `${product}.twilio.com`;
    await ask(edge.apiPort, { method, path, host });
    // What changes the account itself is left alone.
    if (method === 'GET' || path.includes('XX0'))
      await ask(edge.apiPort, { method, path, host, authorization: edge.authorization });
  });
}

interface Cost {
  readonly name: string;
  readonly series: number;
  readonly kilobytes: number;
  readonly wallUs: readonly number[];
  /** How long nothing else had its turn, at worst, from scrape to scrape. */
  readonly pauseUs: readonly number[];
  readonly cpuUs: number;
}

async function scrape(name: string, port: number, pid: number): Promise<Cost & { readonly text: string }> {
  const once = async (): Promise<string> => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  let text = '';
  for (let warm = 0; warm < 20; warm++) text = await once();
  const wallUs: number[] = [];
  const pauseUs: number[] = [];
  const before = cpuUs(pid);
  const begunMs = performance.now();
  for (let at = 0; at < scrapes; at++) {
    const sentMs = performance.now();
    text = await once();
    wallUs.push((performance.now() - sentMs) * 1000);
    const lag = /^nodejs_eventloop_lag_max_seconds (\S+)$/m.exec(text)?.[1];
    if (lag !== undefined) pauseUs.push(Math.max(0, Number(lag) * 1e6 - lagTickUs));
  }
  const spentUs = cpuUs(pid) - before;
  const tookMs = performance.now() - begunMs;
  // What the process does anyway in such a time.
  const idleBefore = cpuUs(pid);
  await new Promise((resolve) => setTimeout(resolve, tookMs));
  const cost = (spentUs - (cpuUs(pid) - idleBefore)) / scrapes;
  return {
    name,
    text,
    series: seriesOf(text),
    kilobytes: text.length / 1024,
    wallUs: wallUs.toSorted((a, b) => a - b),
    pauseUs: pauseUs.toSorted((a, b) => a - b),
    cpuUs: cost,
  };
}

const smsc = await SmscProcess.start({ keep: false });
const peer = new Forked<string>('./prom-main');
let edge: Edge | undefined;
try {
  edge = await Edge.create({
    carrierPort: smsc.port,
    idleCarriers: links - 1,
    window: 50,
    senders: tenants,
    bought: false,
    perSecond: 0.001,
  });
  const busy = edge;
  await each(tenants, (at) => busyTenant(busy, at));
  await everyRoute(edge);
  const ours = await scrape('edge', edge.metricsPort, edge.pids()[0] ?? 0);
  const bare = await scrape('prom-client alone', await peer.ask<number>(ours.text), peer.pid);
  const at = (sorted: readonly number[], share: number): number =>
    sorted[Math.floor(sorted.length * share)] ?? 0;
  say(`${tenants} tenants with messages waiting, ${links} links, ${scrapes} scrapes:`);
  say(
    table(
      ['scrape of', 'series', 'KiB', 'p50 ms', 'p99 ms', 'CPU ms'],
      [ours, bare].map((cost) => [
        cost.name,
        whole(cost.series),
        whole(cost.kilobytes),
        ms(at(cost.wallUs, 0.5)),
        ms(at(cost.wallUs, 0.99)),
        ms(cost.cpuUs),
      ]),
    ),
  );
  const [usual, worst] = [at(ours.pauseUs, 0.5), at(ours.pauseUs, 0.99)];
  say(`Everything else waits for the edge's scrape ${ms(usual)} ms at p50, ${ms(worst)} ms at p99.`);
  const largest = readMetrics(ours.text)
    .map(({ name, series }) => ({ name, series: series.length }))
    .toSorted((a, b) => b.series - a.series)
    .slice(0, 8);
  say();
  say(
    table(
      ['of them', 'series'],
      largest.map(({ name, series }) => [name, whole(series)]),
    ),
  );
  judge([
    {
      claim: `99 of 100 scrapes take less than ${scrapeMaxMs} ms`,
      holds: at(ours.wallUs, 0.99) < scrapeMaxMs * 1000,
    },
    { claim: 'a scrape costs less than prom-client alone would', holds: ours.cpuUs < bare.cpuUs },
    { claim: 'both show the same series', holds: Math.abs(ours.series - bare.series) <= ours.series / 100 },
  ]);
} finally {
  await edge?.remove();
  await peer.stop();
  await smsc.stop();
}
