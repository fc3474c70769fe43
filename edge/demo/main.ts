import { createWriteStream, existsSync, mkdirSync } from 'node:fs';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../control/base/clock.ts';
import { dataLayout } from '../../control/config/layout.ts';
import { processEnvironment } from '../../control/config/environment.ts';
import { edgeAnswers, watchEdge } from '../../control/events/client.ts';
import { createLog } from '../../control/log/pino.ts';
import { LoopbackCarrier } from '../loopback/carrier.ts';
import { plainCallBehaviour } from '../loopback/voice/behaviour.ts';
import { LoopbackTrunk } from '../loopback/voice/trunk.ts';
import { openEdge } from '../main.ts';
import { openApplication } from './application.ts';
import { demoNumber, openAccount, openNumber, openOperator } from './books.ts';
import { needSpeech, tellCall } from './call-story.ts';
import { writeConfig } from './config.ts';
import { Facts } from './facts.ts';
import { tellInbound } from './inbound-story.ts';
import { tellNewcomer } from './newcomer.ts';
import { tellOutbound } from './outbound-story.ts';
import { anyPorts, choosePorts, standardPorts, type DemoPorts } from './ports.ts';
import { Screen } from './screen.ts';
import { dayOf, forecast } from './weather.ts';
import type { World } from './world.ts';

/** How the demo meets the world; `strowger` gives its own. */
export interface DemoIo {
  out(text: string): void;
  untilStopped(): AbortSignal;
}

export interface DemoOptions {
  /** Kept between runs; default `strowger-data` in the checkout. */
  readonly dataFolder?: string;
  /** `any` leaves every port to the system. */
  readonly ports?: 'standard' | 'any';
  /** Default: where standard output is a terminal, unless NO_COLOR is set. */
  readonly colour?: boolean;
}

// Longer than anything that the edge says at a stretch.
const patienceMs = 20_000;
const phone = '+15125550142';
const city = 'Paris';

/**
 * `npm start`: an edge, a loopback carrier and the weather application on 127.0.0.1. Shows one message in with its
 * reply, one out with its receipt and one call, each line when it has happened, then serves until SIGTERM or SIGINT.
 * Throws with what failed.
 */
export async function runDemo(options: DemoOptions, io: DemoIo): Promise<void> {
  const stop = io.untilStopped();
  const colour = options.colour ?? (process.stdout.isTTY && processEnvironment('NO_COLOR') === undefined);
  const screen = new Screen((text) => io.out(text), colour);
  const closers: (() => Promise<unknown>)[] = [];
  try {
    await run(options, screen, stop, closers);
  } catch (error) {
    // Whoever stops it in the midst of a story wants no error.
    if (!stop.aborted) throw error;
  } finally {
    if (stop.aborted) screen.line('stopping');
    for (const close of closers.reverse()) await close();
  }
}

async function run(
  options: DemoOptions,
  screen: Screen,
  stop: AbortSignal,
  closers: (() => Promise<unknown>)[],
): Promise<void> {
  const clock = systemClock;
  const data = options.dataFolder ?? join(checkout(), 'strowger-data');
  mkdirSync(data, { recursive: true, mode: 0o750 });
  const { controlSocket } = dataLayout(data);
  if (await edgeAnswers(controlSocket)) throw new Error(`another edge is running in ${data}: stop it first`);
  const facts = new Facts(clock, patienceMs);
  stop.addEventListener('abort', () => facts.end(new Error('stopped')), { once: true });

  const carrier = new LoopbackCarrier();
  carrier.subscribe((event) => facts.add(event));
  await carrier.listen();
  closers.push(() => carrier.close());
  const account = await openAccount(data);
  const operator = await openOperator(data);
  const application = await openApplication(account.authToken, clock, (event) => facts.add(event));
  closers.push(() => application.close());
  const { origin } = application;
  const urls = {
    smsUrl: `${origin}/sms`,
    voiceUrl: `${origin}/voice`,
    statusCallback: `${origin}/call-status`,
  };
  await openNumber(data, account.sid, urls);

  const ports = await choosePorts(options.ports === 'any' ? anyPorts : standardPorts, (name, wanted, port) =>
    screen.line(`${portNames[name]}: 127.0.0.1:${wanted} is taken, so 127.0.0.1:${port} is used`),
  );
  await needSpeech(clock);
  const recordings = join(data, 'phones');
  const trunk = await LoopbackTrunk.open({
    peer: `sip:127.0.0.1:${ports.sip}`,
    behaviour: { ...plainCallBehaviour, recordFolder: recordings },
  });
  trunk.subscribe((event) => facts.add(event));
  closers.push(() => trunk.close());
  const { file: configFile, config } = writeConfig(data, ports, {
    smpp: carrier.address.port,
    sip: trunk.address.port,
  });
  const logFile = join(data, 'edge.log');
  const log = createWriteStream(logFile);
  // A full disk must not end the demo for want of a log.
  log.on('error', () => undefined);
  closers.push(() => new Promise<void>((resolve) => log.end(resolve)));
  const edge = await openEdge(config, createLog('info', log));
  closers.push(() => edge.close());
  const watching = new AbortController();
  const events = await watchEdge(controlSocket, watching.signal);
  if (!events.ok) throw new Error(`the edge's events cannot be followed: ${events.error.kind}`);
  const followed = (async () => {
    for await (const one of events.value) if (one.kind === 'event') facts.add(one.event);
  })();
  closers.push(async () => {
    watching.abort();
    await followed;
  });

  const world: World = {
    ...{ clock, facts, screen, carrier, trunk, account, phone, recordings },
    number: demoNumber,
    pacePerSecond: config.senders.local,
    api: edge.ready.api,
    statusCallback: `${origin}/status`,
  };
  const bound = await facts.need("the edge's bind to the carrier", 'bound');
  screen.line(`Strowger: the edge is bound to the loopback carrier as ${bound.role}.`);
  await tellInbound(world, city);
  await tellOutbound(world, `Good morning! ${forecast(city, dayOf(clock.now())) ?? ''}`);
  await tellCall(world);
  tellNewcomer(world, {
    proxy: `127.0.0.1:${ports.proxy}`,
    caFile: join(data, 'ca', 'ca.pem'),
    smpp: `127.0.0.1:${ports.smpp}`,
    metrics: edge.ready.metrics,
    console: `${edge.ready.console ?? ''} (${operator.name}, password ${operator.password}; or the account)`,
    configFile,
    logFile,
  });
  screen.line();
  screen.line('What phones receive and hear is shown here. Ctrl-C ends.');
  screen.line();
  carrier.subscribe((event) => {
    if (event.type !== 'received') return;
    screen.line(`${timeOf(event.atMs)}  ${event.to} has from ${event.from}: “${event.text}”`);
  });
  trunk.subscribe((event) => {
    if (event.type !== 'recorded') return;
    const [caller, called] = [event.from, event.to];
    screen.line(`${timeOf(event.atMs)}  call ${caller} → ${called}, as the phone heard it: ${event.file}`);
  });
  if (!stop.aborted) await once(stop, 'abort');
}

const portNames: Readonly<Record<keyof DemoPorts, string>> = {
  http: 'REST API',
  proxy: 'SDK proxy',
  smpp: "tenants' SMPP",
  metrics: 'metrics',
  console: 'console',
  sip: 'SIP',
};

/** The local time of day. */
const timeOf = (atMs: number): string => new Date(atMs).toTimeString().slice(0, 8);

/** The folder of the checkout, from a source and from its build alike. */
function checkout(folder = dirname(fileURLToPath(import.meta.url))): string {
  if (existsSync(join(folder, 'edge', 'strowger.mjs'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error('this is no checkout of Strowger');
  return checkout(parent);
}
