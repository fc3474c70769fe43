import { mkdirSync } from 'node:fs';
import type { Account } from '../control/accounts/account.ts';
import { AuditRetention } from '../control/audit/retention.ts';
import { systemClock } from '../control/base/clock.ts';
import { systemRandom } from '../control/base/random.ts';
import { sidFactory, type Sid } from '../control/base/sid.ts';
import { addressText, type Address } from '../control/config/address.ts';
import { dataLayout } from '../control/config/layout.ts';
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
import { OptOuts } from '../control/optouts/optouts.ts';
import { Images } from '../control/prefixes/images.ts';
import { PricePlans } from '../control/prices/plans.ts';
import { Prices } from '../control/prices/prices.ts';
import type { ApiDeps } from './api/deps.ts';
import { routes } from './api/registry.ts';
import type { Config } from './config.ts';
import { RecentFigures } from './console/figures.ts';
import { RequestLog } from './console/request-log.ts';
import { openFrontDoor } from './http/server.ts';
import { Messaging } from './messaging/messaging.ts';
import { openBilling } from './node/billing.ts';
import { openBooks } from './node/books.ts';
import { openCalls, type Calls } from './node/calls.ts';
import { capturesAsk, openCaptures } from './node/captures.ts';
import { countedHttp, countedMessaging, notedWebhooks, openNodeConsole } from './node/console.ts';
import { openGuards } from './node/guards.ts';
import { openLinks } from './node/links.ts';
import { openRouting } from './node/routing.ts';
import {
  httpObserver,
  messagingObserver,
  smppObserver,
  webhookObserver,
  type Witnesses,
} from './node/observers.ts';
import { sampleEdge } from './node/samples.ts';
import { edgeHealth, edgeStatus, type Rooms } from './node/state.ts';
import { openTenantServers } from './node/tenants.ts';
import { openTrials } from './node/trials.ts';
import { deferred } from './voice/deferred.ts';
import { BundleCallbacks } from './webhook/bundle-callbacks.ts';
import { WebhookClient } from './webhook/client.ts';
import { DebuggerWebhook } from './webhook/debugger.ts';

/** Where an edge can be reached, as `strowger up` prints it. */
export interface Ready {
  readonly api: string;
  readonly metrics: string;
  readonly smpp: string | null;
  readonly sip: string | null;
  readonly console: string | null;
}

/** A running edge. */
export interface Edge {
  readonly ready: Ready;
  /** Resolves, with the reason, when this process cannot do its work any more and another must take its place. */
  readonly lost: Promise<string>;
  /** Takes no new calls; resolves when those that go on have ended, at the latest after `calls.drainSeconds`. */
  drain(): Promise<void>;
  /** Takes nothing new, lets what is under way end, and closes the store. */
  close(): Promise<void>;
}

/** How long requests in progress may take to end when the edge stops. */
const drainMs = 5_000;

/**
 * Composes one edge from its configuration and opens its listeners, or throws with the reason why not. The order of
 * opening is the order of need: the store, what works on it, the links to carriers, and last the doors to tenants.
 */
export async function openEdge(config: Config, log: Log = processLog(config.log)): Promise<Edge> {
  const opened: Closer[] = [];
  const lost = deferred<string>();
  const close = async (): Promise<void> => {
    for (const closer of opened.splice(0).reverse()) await closer();
  };
  try {
    const { ready, calls } = await open(config, log, opened, lost.resolve);
    const drain = async (): Promise<void> => calls?.voice.drain(config.calls.drainSeconds * 1000);
    return { ready, lost: lost.promise, drain, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Ends one thing that was opened. */
type Closer = () => void | Promise<void>;

/** Opens everything, noting in `opened` how each is ended, in the order of opening. */
async function open(
  config: Config,
  log: Log,
  opened: Closer[],
  lost: (reason: string) => void,
): Promise<{ readonly ready: Ready; readonly calls: Calls | null }> {
  const clock = systemClock;
  const random = systemRandom;
  const sids = sidFactory(clock, random);
  mkdirSync(config.data, { recursive: true, mode: 0o750 });
  const metrics = new Metrics({ processMetrics: true });
  const commit = metrics.instruments.commit();
  const prices = new Prices();
  const onCommit = (ms: number): void => commit.observe(ms / 1000);
  const books = openBooks(config, { clock, random, sids, onCommit, tariff: prices });
  const { store, accounts, applications, inventory } = books;
  opened.push(() => store.close());
  const images = new Images({ store, clock, random });
  const pricesWatch = new PricePlans(images).watch(prices, clock, (name, reason) =>
    log.error({ name, reason }, 'an imported table cannot be used; the one before stays'),
  );
  opened.push(() => pricesWatch.stop());
  await pricesWatch.start();
  const around = { clock, log, metrics, opened: (closer: Closer) => opened.push(closer) };
  const routing = await openRouting(config.carriers, { store, images }, around);
  await inventory.upgrade();
  const quarantine = new QuarantineWatch(books.numberLives, clock, (error) =>
    log.error({ error: String(error) }, 'numbers whose quarantine is over could not be put on sale'),
  );
  opened.push(() => quarantine.stop());
  opened.push(() => inventory.stop());
  inventory.start();
  const retention = new AuditRetention(books.audit, config.audit, clock);
  opened.push(() => retention.stop());
  const bus = localBus((error) => log.error({ error: String(error) }, 'an event subscriber failed'));
  const alerts = new Alerts({ store, clock, makeSid: sids, bus });
  const figures = new RecentFigures(clock);
  const requests = new RequestLog({ clock });
  const witnesses: Witnesses = { metrics, log, bus, alerts, accounts, clock };
  const smpp = smppObserver(witnesses);

  const guards = openGuards(config, store, witnesses);
  opened.push(() => guards.stop());
  const webhooks = new WebhookClient({
    clock,
    random,
    allowPrivate: config.webhooks.allowPrivate,
    maxConcurrent: config.webhooks.maxConcurrent,
    observer: notedWebhooks(webhookObserver(witnesses), requests),
  });
  opened.push(() => webhooks.close());
  const links = openLinks(config.carriers, () => messaging, {
    ...around,
    bus,
    observer: smpp,
    claims: (carrier, sm) => trials.claimsMessage(carrier, sm),
  });
  const tenantBooks = {
    accountByNo: (no: number) => accounts.byNo(no),
    authToken: (account: Account) => accounts.authToken(account.sid),
    activeAccount: (sid: Sid) => {
      const account = accounts.fetch(sid);
      return account !== undefined && accounts.effectiveStatus(account) === 'active' ? account : undefined;
    },
  };
  const debuggers = new DebuggerWebhook({
    store,
    clock,
    webhooks,
    books: tenantBooks,
    accountBySid: (sid) => accounts.fetch(sid),
    urlOf: (account) => books.debuggers.urlOf(account),
  });
  const bundleCallbacks = new BundleCallbacks({
    store,
    clock,
    webhooks,
    books: tenantBooks,
    observer: messagingObserver(witnesses),
  });
  opened.push(() => bundleCallbacks.stop());
  alerts.follow((alert) => debuggers.recorded(alert));
  opened.push(() => debuggers.stop());
  const observer = countedMessaging(messagingObserver(witnesses), figures);
  const billing = openBilling(config, books, { clock, webhooks, books: tenantBooks, observer, log });
  opened.push(() => billing.stop());
  const lookup = (e164: string): PhoneNumber | undefined => {
    const number = inventory.recentNumber(e164);
    return number === undefined ? undefined : applications.applied(number);
  };
  // The door opens last, and the system may choose its port; nothing is told of it before.
  let boundHttp = config.http?.listen ?? null;
  const publicOrigin = (): string => originOf(config, boundHttp);
  const messaging: Messaging = new Messaging({
    store,
    dataFolder: config.data,
    clock,
    newSid: sids,
    books: tenantBooks,
    lookup,
    ownerOf: (e164) => inventory.ownerOf(e164),
    services: books.messagingServices,
    optOuts: new OptOuts(store),
    optOutLanguages: config.messages.optOut,
    meter: books.meter,
    guards,
    routes: routing.messages,
    carriers: links,
    webhooks,
    observer,
    senders: config.senders,
    limits: {
      queueSegmentsMax: config.messages.queueSegmentsMax,
      validityMaxMs: config.messages.validityPeriodMaxSeconds * 1000,
      inboundReassemblyMs: config.messages.inboundReassemblyMs,
      receiptsAwaitedMs: config.messages.receiptsAwaitedHours * 3_600_000,
      deliveriesKeptMs: config.messages.deliveriesKeptHours * 3_600_000,
    },
    publicOrigin,
  });
  opened.push(async () => {
    messaging.stop();
    await Promise.all(Array.from(links.values(), ({ link }) => link.stop()));
  });
  for (const { name, smpp: carrier } of config.carriers) {
    if (carrier !== undefined) messaging.receipts.forms.assume(name, carrier.messageIds);
  }

  const calls =
    config.sip === null
      ? null
      : await openCalls(config, config.sip, {
          books: {
            ...books,
            guards,
            tenants: tenantBooks,
            lookup,
            routes: routing.calls,
          },
          messaging,
          webhooks,
          clock,
          random,
          newSid: sids,
          witnesses,
          publicOrigin,
          opened: (closer) => opened.push(closer),
          lost,
        });

  const trials = openTrials(config.inventory.test, { books, links, calls, clock, random, log });
  opened.push(() => trials.stop());

  const rooms: Rooms = { store, messaging, links, webhooks, calls, clock };
  const health = new Health();
  edgeHealth(health, rooms);
  sampleEdge(metrics, rooms, config.data);
  const captures = openCaptures(config, { clock, random, log, metrics });
  opened.push(() => captures.stop());
  const control = await listenForControl(
    dataLayout(config.data).controlSocket,
    { status: () => edgeStatus(rooms), [numberTest.ask]: trials.answer, [capturesAsk]: captures.state },
    bus,
  );
  opened.push(() => control.close());
  const operators = await listenForOperators(config.metrics.listen, metrics, health);
  opened.push(() => operators.close());
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
    voice: calls?.api ?? null,
    clock,
  };
  const door = await openFrontDoor({
    http: config.http?.listen ?? null,
    https: config.https?.server ?? null,
    proxy: sdkProxy(config),
    domain: config.domain,
    routes: routes(api),
    authority: books.authenticator,
    sids,
    observer: countedHttp(httpObserver(witnesses), figures, requests),
    clock,
    clientKeys: books.publicKeys,
    requestsPerSecond: (sid) => books.limits.of(sid).requestsPerSecond,
    maxConcurrent: (sid) => books.limits.of(sid).concurrentRequests,
  });
  if (!door.ok) throw new Error(`cannot listen on ${addressText(door.error.listen)}: ${door.error.reason}`);
  opened.push(() => door.value.close(drainMs));
  boundHttp = door.value.addresses.http;
  const consoleUrl = await openNodeConsole(config.console, {
    books,
    api,
    rooms,
    health,
    figures,
    requests,
    ...around,
  });
  retention.start();
  guards.start();
  quarantine.start();
  trials.start();
  messaging.start();
  debuggers.start();
  bundleCallbacks.start();
  billing.start();
  for (const { link } of links.values()) link.start();
  calls?.voice.start();

  const { addresses } = door.value;
  const ready: Ready = {
    api: apiUrl(addresses.http, addresses.https),
    metrics: `http://${addressText(operators.address)}`,
    smpp: smppAddress === null ? null : addressText(smppAddress),
    sip: calls?.sip.address ?? null,
    console: consoleUrl,
  };
  return { ready, calls };
}

function sdkProxy(config: Config): { listen: Address; caDirectory: string } | null {
  const proxy = config.https?.proxy ?? null;
  return proxy === null ? null : { listen: proxy.listen, caDirectory: dataLayout(config.data).ca };
}

const apiUrl = (http: Address | null, https: Address | null): string =>
  https !== null ? `https://${addressText(https)}` : http !== null ? `http://${addressText(http)}` : '';

/** Where tenants' applications find what we give them URLs of; `http` is the plain listener's address, if it has one. */
function originOf(config: Config, http: Address | null): string {
  const server = config.https?.server ?? null;
  if (server !== null) return `https://api.${config.domain}`;
  return http === null ? '' : `http://${addressText(http)}`;
}
