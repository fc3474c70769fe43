import { mkdirSync } from 'node:fs';
import { AuditRetention } from '../control/audit/retention.ts';
import { systemClock } from '../control/base/clock.ts';
import { systemRandom } from '../control/base/random.ts';
import { sidFactory } from '../control/base/sid.ts';
import { addressText, type Address } from '../control/config/address.ts';
import { dataLayout, doorSocket } from '../control/config/layout.ts';
import { Alerts } from '../control/events/alerts.ts';
import { localBus } from '../control/events/bus.ts';
import { listenForControl } from '../control/events/socket.ts';
import { Health } from '../control/health/health.ts';
import type { PhoneNumber } from '../control/inventory/number.ts';
import { numberTest } from '../control/inventory/test-question.ts';
import { QuarantineWatch } from '../control/inventory/quarantine.ts';
import type { Log } from '../control/log/log.ts';
import { processLog } from '../control/log/process-log.ts';
import { listenForOperators } from '../control/metrics/listener.ts';
import { Metrics } from '../control/metrics/metrics.ts';
import { Images } from '../control/prefixes/images.ts';
import { PricePlans } from '../control/prices/plans.ts';
import { Prices } from '../control/prices/prices.ts';
import { sealQuestion } from '../control/vault/edge-question.ts';
import type { ApiDeps } from './api/deps.ts';
import { routes } from './api/registry.ts';
import type { Config } from './config.ts';
import { RecentFigures } from './console/figures.ts';
import { RequestLog } from './console/request-log.ts';
import type { FrontDoorService } from './http/server.ts';
import type { Messaging } from './messaging/messaging.ts';
import { openBilling } from './node/billing.ts';
import { openBooks } from './node/books.ts';
import { openCalls, type Calls } from './node/calls.ts';
import { capturesAsk, openCaptures } from './node/captures.ts';
import { Closers } from './node/closers.ts';
import { countedHttp, countedMessaging, notedWebhooks, openNodeConsole } from './node/console.ts';
import { openGuards } from './node/guards.ts';
import { ceaseSending, claimStore } from './node/hand-over.ts';
import { followCalls } from './node/late-calls.ts';
import { openLinks, type CarrierLink } from './node/links.ts';
import { openMessaging } from './node/messages.ts';
import { apiUrl, originOf, sdkProxy, sipAddress } from './node/origins.ts';
import { Premises, type Carried } from './node/premises.ts';
import { openNotices } from './node/notices.ts';
import { openRouting } from './node/routing.ts';
import {
  httpObserver,
  messagingObserver,
  smppObserver,
  webhookObserver,
  type Witnesses,
} from './node/observers.ts';
import { sampleEdge } from './node/samples.ts';
import { removeStaleDoors } from './node/stale-doors.ts';
import { callsHealth, edgeHealth, edgeStatus, type Rooms } from './node/state.ts';
import type { Yielding } from './node/succession/succession.ts';
import { tenantBooksOf } from './node/tenant-books.ts';
import { openTenantServers } from './node/tenants.ts';
import { openTrials } from './node/trials.ts';
import { wireReader } from './node/wire/reader.ts';
import { deferred } from './voice/deferred.ts';
import { WebhookClient } from './webhook/client.ts';

/** Where an edge can be reached, as `strowger up` prints it. */
export interface Ready {
  readonly api: string;
  readonly metrics: string;
  readonly smpp: string | null;
  readonly sip: string | null;
  /** Only where the configuration has one. */
  readonly console?: string;
}

/** A running edge. */
export interface Edge extends Yielding {
  readonly ready: Ready;
  /** Resolves, with the reason, when this process cannot do its work any more and another must take its place. */
  readonly lost: Promise<string>;
}

/**
 * Composes one edge from its configuration and opens its listeners, or throws with the reason why not. The order of
 * opening is the order of need: the store, what works on it, the links to carriers, and last the doors to tenants.
 */
export async function openEdge(
  config: Config,
  log: Log = processLog(config.log),
  premises: Premises = new Premises(),
): Promise<Edge> {
  const closers = new Closers();
  const lost = deferred<string>();
  const drainMs = config.calls.drainSeconds * 1000;
  try {
    const { ready, innerDoor, messaging, links, calls } = await open(
      config,
      log,
      premises,
      closers,
      lost.resolve,
    );
    return {
      ready,
      innerDoor,
      takesCalls: config.sip !== null,
      lost: lost.promise,
      calls: () => calls()?.voice.load.live ?? 0,
      drainMs,
      drain: async () => calls()?.voice.drain(drainMs),
      yield: async () => {
        await ceaseSending(messaging, links, log);
        await closers.yield();
      },
      close: () => closers.close(),
    };
  } catch (error) {
    await closers.close();
    throw error;
  }
}

/** Opens everything, noting in `closers` how each is ended, in the order of opening. */
async function open(
  config: Config,
  log: Log,
  premises: Premises,
  closers: Closers,
  lost: (reason: string) => void,
): Promise<{
  readonly ready: Ready;
  readonly innerDoor: string;
  readonly messaging: Messaging;
  readonly links: ReadonlyMap<string, CarrierLink>;
  readonly calls: () => Calls | null;
}> {
  const clock = systemClock;
  const random = systemRandom;
  const sids = sidFactory(clock, random);
  mkdirSync(config.data, { recursive: true, mode: 0o750 });
  const metrics = new Metrics({ processMetrics: true });
  premises.failures.tellBy(metrics);
  const commit = metrics.instruments.commit();
  const prices = new Prices();
  const onCommit = (ms: number): void => commit.observe(ms / 1000);
  const { sealKeys } = premises;
  const books = openBooks(config, { clock, random, sids, onCommit, tariff: prices, sealKeys });
  const { store, accounts, applications, inventory } = books;
  closers.addLasting(() => store.close());
  await claimStore(books, closers);
  removeStaleDoors(config.data);
  closers.add(() => void (premises.sealKeys = books.vault.bequest()));
  closers.addLasting(
    books.vault.follow(clock, (reason) => log.error({ reason }, 'the seal key cannot be had')),
  );
  const images = new Images({ store, clock, random });
  const pricesWatch = new PricePlans(images).watch(prices, clock, (name, reason) =>
    log.error({ name, reason }, 'an imported table cannot be used; the one before stays'),
  );
  closers.add(() => pricesWatch.stop());
  await pricesWatch.start();
  const around = { clock, log, metrics, opened: closers.add, bind: premises.listeners.as('smpp') };
  const routing = await openRouting(config.carriers, { store, images }, around);
  await inventory.upgrade();
  const quarantine = new QuarantineWatch(books.numberLives, clock, (error) =>
    log.error({ error: String(error) }, 'numbers whose quarantine is over could not be put on sale'),
  );
  closers.add(() => quarantine.stop());
  closers.add(() => inventory.stop());
  inventory.start();
  const retention = new AuditRetention(books.audit, config.audit, clock);
  closers.add(() => retention.stop());
  const bus = localBus((error) => log.error({ error: String(error) }, 'an event subscriber failed'));
  const alerts = new Alerts({ store, clock, makeSid: sids, bus });
  const figures = new RecentFigures(clock);
  const requests = new RequestLog({ clock });
  const captures = openCaptures(config, { clock, random, log, metrics });
  closers.add(() => captures.stop());
  const witnesses: Witnesses = { metrics, log, bus, alerts, accounts, clock, captures };
  const smpp = smppObserver(witnesses);

  const guards = openGuards(config, store, witnesses);
  closers.add(() => guards.stop());
  const webhooks = new WebhookClient({
    clock,
    random,
    allowPrivate: config.webhooks.allowPrivate,
    maxConcurrent: config.webhooks.maxConcurrent,
    observer: notedWebhooks(webhookObserver(witnesses), requests),
  });
  closers.addLasting(() => webhooks.close());
  const links = openLinks(config.carriers, () => messaging, {
    ...around,
    bus,
    observer: smpp,
    claims: (carrier, sm) => trials.claimsMessage(carrier, sm),
  });
  const tenantBooks = tenantBooksOf(accounts);
  const notices = openNotices(books, tenantBooks, { store, clock, webhooks, alerts, witnesses });
  closers.add(() => notices.stop());
  const observer = countedMessaging(messagingObserver(witnesses), figures);
  const billing = openBilling(config, books, { clock, webhooks, books: tenantBooks, observer, log });
  closers.add(() => billing.stop());
  const lookup = (e164: string): PhoneNumber | undefined => {
    const number = inventory.recentNumber(e164);
    return number === undefined ? undefined : applications.applied(number);
  };
  // The door opens last, and the system may choose its port; nothing is told of it before.
  let boundHttp = config.http?.listen ?? null;
  const publicOrigin = (): string => originOf(config, boundHttp);
  const messaging: Messaging = openMessaging(config, {
    books,
    tenants: tenantBooks,
    clock,
    newSid: sids,
    lookup,
    guards,
    routes: routing.messages,
    carriers: links,
    webhooks,
    observer,
    publicOrigin,
  });
  closers.add(async () => {
    messaging.stop();
    await Promise.all(Array.from(links.values(), ({ link }) => link.stop()));
  });
  const openVoice = (sip: NonNullable<Config['sip']>): Promise<Calls> =>
    openCalls(config, sip, {
      books: { ...books, guards, tenants: tenantBooks, lookup, routes: routing.calls },
      messaging,
      webhooks,
      clock,
      random,
      newSid: sids,
      witnesses,
      publicOrigin,
      opened: closers.addLasting,
      lost,
    });
  const inheritance = premises.takeInheritance();
  let calls = config.sip === null || inheritance !== undefined ? null : await openVoice(config.sip);

  const trials = openTrials(config.inventory.test, { books, links, calls: () => calls, clock, random, log });
  closers.add(() => trials.stop());

  const predecessor = (): Carried | null => inheritance?.carried() ?? null;
  const rooms: Rooms = { store, messaging, links, webhooks, calls: () => calls, predecessor, clock };
  const health = new Health();
  edgeHealth(health, rooms);
  if (calls !== null) callsHealth(health, calls);
  sampleEdge(metrics, rooms, config.data);
  const control = await listenForControl(
    dataLayout(config.data).controlSocket,
    {
      status: () => edgeStatus(rooms),
      [sealQuestion]: () => books.vault.keyId,
      [numberTest.ask]: trials.answer,
      [capturesAsk]: captures.state,
    },
    bus,
  );
  closers.add(() => control.close());
  const operators = await listenForOperators(
    config.metrics.listen,
    metrics,
    health,
    premises.listeners.as('metrics'),
  );
  closers.add(() => operators.close());
  let smppAddress: Address | null = null;
  if (config.smpp !== null) {
    const port = await openTenantServers(config.smpp, messaging, books, { ...around, observer: smpp });
    smppAddress = { host: config.smpp.listen.host, port };
  }
  const api: ApiDeps = {
    ...books,
    ported: routing.ported,
    currency: config.prices.currency,
    prices,
    guards,
    messaging,
    alerts,
    get voice() {
      return calls?.api ?? null;
    },
    clock,
  };
  const service = (): FrontDoorService => ({
    domain: config.domain,
    routes: routes(api),
    authority: books.authenticator,
    clock,
    clientKeys: books.publicKeys,
    requestsPerSecond: (sid) => books.limits.of(sid).requestsPerSecond,
    maxConcurrent: (sid) => books.limits.of(sid).concurrentRequests,
  });
  const wire = config.capture === null ? null : wireReader(config);
  const consoleUrl = await openNodeConsole(config.console, {
    ...{ books, api, rooms, health, figures, requests, wire, clock, log, metrics, closers },
    bind: premises.listeners.as('console'),
  });
  const callsDoor = inheritance?.callsDoor ?? null;
  const innerDoor = doorSocket(config.data, process.pid);
  const door = await premises.openDoor(
    {
      ...service(),
      http: config.http?.listen ?? null,
      https: config.https?.server ?? null,
      proxy: sdkProxy(config),
      inner: innerDoor,
      sids,
      observer: countedHttp(httpObserver(witnesses), figures, requests),
    },
    callsDoor === null ? {} : { unknown: { kind: 'lead', to: callsDoor } },
  );
  closers.add((yielding) => (yielding ? premises.holdDoor() : premises.closeDoor()));
  boundHttp = door.addresses.http;
  retention.start();
  guards.start();
  quarantine.start();
  trials.start();
  messaging.start();
  notices.start();
  billing.start();
  for (const { link } of links.values()) link.start();
  calls?.voice.start();
  const openLate = async (): Promise<void> => {
    if (config.sip === null) return;
    calls = await openVoice(config.sip);
    callsHealth(health, calls);
    door.use(service());
    calls.voice.start();
  };
  if (inheritance !== undefined) followCalls(inheritance, door, openLate, { opened: closers.add, lost });

  const { addresses } = door;
  const ready: Ready = {
    api: apiUrl(addresses.http, addresses.https),
    metrics: `http://${addressText(operators.address)}`,
    smpp: smppAddress === null ? null : addressText(smppAddress),
    sip: calls?.sip.address ?? sipAddress(config),
    ...(consoleUrl === null ? {} : { console: consoleUrl }),
  };
  return { ready, innerDoor, messaging, links, calls: () => calls };
}
