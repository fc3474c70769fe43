import type { Account } from '../../control/accounts/account.ts';
import type { NumberType } from '../../control/inventory/number.ts';
import type { Meter } from '../../control/billing/meter.ts';
import type { Clock } from '../../control/base/clock.ts';
import type { SidFactory } from '../../control/base/sid.ts';
import type { SenderClass } from '../../control/inventory/senders.ts';
import type { JobLoad } from '../../control/jobs/job-runner.ts';
import type { Guards } from '../../control/guards/guards.ts';
import type { MessagingServices } from '../../control/messaging-services/messaging-services.ts';
import { StickySenders } from '../../control/messaging-services/sticky-senders.ts';
import { Keywords, type OptOutLanguage } from '../../control/optouts/keywords.ts';
import type { OptOuts } from '../../control/optouts/optouts.ts';
import type { Routes } from '../../control/routing/route.ts';
import type { Store } from '../../control/store/store.ts';
import type { WebhookClient } from '../webhook/client.ts';
import { MessageCharges } from './charges.ts';
import { Inbound } from './inbound/inbound.ts';
import { Inbox } from './inbound/inbox.ts';
import { KeywordAnswers } from './inbound/keyword-answers.ts';
import type { TenantBooks } from '../webhook/tenants.ts';
import { StatusCallbacks } from './jobs/status-callbacks.ts';
import { MediaFetcher } from './media/media-fetcher.ts';
import { MediaStore } from './media/media-store.ts';
import type { MessagingObserver } from './observer.ts';
import { Acceptance, queueOverflow } from './outbound/acceptance.ts';
import { ActiveAccounts } from './outbound/active-accounts.ts';
import type { Carrier } from './outbound/carrier.ts';
import { Judgement, type JudgementDeps, type NumberLookup } from './outbound/judgement.ts';
import { Outbound } from './outbound/outbound.ts';
import { SenderRates, type SenderRateConfig } from './outbound/sender-rates.ts';
import { Depths, type QueueDepth } from './queue/depths.ts';
import { QueueEntrance } from './queue/entrance.ts';
import { Orders } from './queue/orders.ts';
import { Scheduler } from './queue/scheduler.ts';
import { TimedWatch } from './queue/timed-watch.ts';
import type { QueueKey } from './queue/queue-table.ts';
import { waiting } from './queue/sender-queue.ts';
import { Receipts } from './receipts/receipts.ts';
import type { Fallback } from './services/fallback.ts';
import { LongCodeFallback } from './services/long-code-fallback.ts';
import { ServiceSenders } from './services/service-senders.ts';
import { Ledger } from './store/ledger.ts';
import { Deliveries } from './tenants/deliveries.ts';

export interface MessagingDeps {
  readonly store: Store;
  readonly dataFolder: string;
  readonly clock: Clock;
  readonly newSid: SidFactory;
  readonly books: TenantBooks & { readonly activeAccount: (sid: string) => Account | undefined };
  readonly lookup: NumberLookup;
  readonly ownerOf: JudgementDeps['ownerOf'];
  readonly meter: Meter;
  readonly services: MessagingServices;
  readonly optOuts: OptOuts;
  /** The keywords that stand where a Messaging Service has none of its own. */
  readonly optOutLanguages: readonly OptOutLanguage[];
  readonly guards: Pick<Guards, 'message' | 'took' | 'spent' | 'refusesInbound'>;
  readonly routes: Routes;
  readonly carriers: ReadonlyMap<string, Carrier>;
  readonly webhooks: Pick<WebhookClient, 'request' | 'fetchMedia'>;
  readonly observer: MessagingObserver;
  readonly senders: SenderRateConfig;
  readonly limits: {
    readonly queueSegmentsMax: number;
    readonly validityMaxMs: number;
    readonly inboundReassemblyMs: number;
    readonly receiptsAwaitedMs: number;
    readonly deliveriesKeptMs: number;
  };
  /** `https://api.<domain>`, once the front door is open. */
  readonly publicOrigin: () => string;
}

/** Status callbacks and inbound webhooks under way at a time, each. */
const webhookConcurrency = 256;
const partialsMax = 100_000;

/** The life of messages on one edge: puts its parts together and starts and stops them. */
export class Messaging {
  readonly ledger: Ledger;
  readonly media: MediaStore;
  readonly acceptance: Acceptance;
  readonly outbound: Outbound;
  readonly inbound: Inbound;
  readonly receipts: Receipts;
  readonly deliveries: Deliveries;
  /** The longest, and default, validity period of a message. */
  readonly validityMaxMs: number;
  private readonly scheduler: Scheduler;
  private readonly entrance: QueueEntrance;
  private readonly longCodes: LongCodeFallback;
  private readonly rates: SenderRates;
  private readonly classDepths: Depths;
  private readonly clock: Clock;
  private readonly sticky: StickySenders;
  private readonly callbacks: StatusCallbacks;
  private readonly inbox: Inbox;
  private readonly mediaFetcher: MediaFetcher;
  private readonly scheduled: TimedWatch<null>;
  private readonly deadlines: TimedWatch<QueueKey>;

  constructor(deps: MessagingDeps) {
    const { store, clock, observer, books, webhooks, newSid, lookup, routes, optOuts, services } = deps;
    this.clock = clock;
    this.validityMaxMs = deps.limits.validityMaxMs;
    const orders = new Orders(store, clock);
    const nextOrder = (): number => orders.next();
    const charges = new MessageCharges(deps.meter, (no) => books.accountByNo(no));
    const ledger = (this.ledger = new Ledger(store, clock, observer, charges, nextOrder));
    this.media = new MediaStore(store, deps.dataFolder, clock, newSid);
    // Ends in the queues, which begin with the outbound side.
    const fallback: Fallback = { takes: (message, code) => this.longCodes.takes(message, code) };
    this.receipts = new Receipts(store, ledger, clock, observer, {
      awaitedMs: deps.limits.receiptsAwaitedMs,
      fallback,
    });
    this.deliveries = new Deliveries(store, ledger, clock, { keptMs: deps.limits.deliveriesKeptMs });
    this.rates = new SenderRates(deps.senders, senderLookup(lookup), store, clock);
    this.classDepths = new Depths((from) => this.rates.classOf(from));
    const activeAccountByNo = (no: number): Account | undefined => {
      // A suspended parent suspends its subaccounts, too.
      const account = books.accountByNo(no);
      return account && books.activeAccount(account.sid);
    };
    this.outbound = new Outbound({
      ledger,
      carriers: deps.carriers,
      routes,
      accounts: new ActiveAccounts(activeAccountByNo, store, clock),
      rates: this.rates,
      receipts: this.receipts,
      fallback,
      clock,
      observer,
    });
    this.scheduler = new Scheduler(clock, ledger.queue, this.outbound);
    this.scheduler.load();
    this.callbacks = new StatusCallbacks({
      ledger,
      webhooks,
      books,
      clock,
      observer,
      concurrency: webhookConcurrency,
    });
    ledger.follow({
      callbackDue: (id) => this.callbacks.due(id),
      deliveryDue: (accountNo) => this.deliveries.due(accountNo),
    });
    this.mediaFetcher = new MediaFetcher(store, {
      ledger,
      media: this.media,
      webhooks,
      books,
      clock,
      observer,
    });
    this.scheduled = new TimedWatch(ledger.schedule, clock, ledger.durable, (key) =>
      this.release(key.id, key.atMs),
    );
    this.deadlines = new TimedWatch(ledger.deadlines, clock, ledger.durable, (key, place) =>
      this.expire(key, place),
    );
    this.sticky = new StickySenders(store, clock);
    this.entrance = new QueueEntrance({
      ledger,
      scheduler: this.scheduler,
      nextOrder,
      segmentsMax: deps.limits.queueSegmentsMax,
      expiring: (atMs) => this.deadlines.by(atMs),
    });
    const serviceSenders = new ServiceSenders({
      services,
      sticky: this.sticky,
      clock,
      lookup,
      validityMaxMs: this.validityMaxMs,
      freeMs: (id) => this.scheduler.freeMs(id),
    });
    this.longCodes = new LongCodeFallback({
      ...deps,
      ledger,
      charges,
      entrance: this.entrance,
      services: serviceSenders,
      activeAccountByNo,
    });
    this.acceptance = new Acceptance({
      ledger,
      judgement: new Judgement({ ...deps, charges }),
      entrance: this.entrance,
      guards: deps.guards,
      services: serviceSenders,
      scheduled: (atMs) => this.scheduled.by(atMs),
      keepMediaUrls: (message, urls) => this.mediaFetcher.want(message, urls),
      mediaDue: (message) => this.mediaFetcher.due(message),
    });
    const acceptance = (): Acceptance => this.acceptance;
    this.inbox = new Inbox(store, {
      ledger,
      acceptance,
      media: this.media,
      webhooks,
      books,
      lookup,
      services,
      clock,
      observer,
      publicOrigin: deps.publicOrigin,
      concurrency: webhookConcurrency,
    });
    this.inbound = new Inbound(store, {
      ledger,
      charges,
      receipts: this.receipts,
      inbox: this.inbox,
      keywordAnswers: new KeywordAnswers({
        optOuts,
        keywords: new Keywords(deps.optOutLanguages),
        services,
        acceptance,
        clock,
      }),
      guards: deps.guards,
      lookup,
      services,
      activeAccount: books.activeAccount,
      hasReceiver: (account) => this.deliveries.hasReceiver(account),
      clock,
      newSid,
      observer,
      alphabetOf: (carrier) => deps.carriers.get(carrier)?.format.defaultAlphabet ?? 'gsm7',
      limits: { expiryMs: deps.limits.inboundReassemblyMs, pendingMax: partialsMax },
    });
  }

  start(): void {
    this.outbound.start(this.scheduler);
    this.scheduler.start();
    this.scheduled.start();
    this.deadlines.start();
    this.inbound.start();
    this.inbox.start();
    this.callbacks.start();
    this.mediaFetcher.start();
    this.receipts.start();
    this.deliveries.start();
    this.sticky.start();
  }

  /** Asks no application anything new; resolves when what is under way has been answered and is written. */
  async rest(): Promise<void> {
    await Promise.all([this.inbox.rest(), this.callbacks.rest(), this.mediaFetcher.rest()]);
  }

  /** Begins nothing new. What is under way ends by itself; the rest is on disk. */
  stop(): void {
    this.scheduler.stop();
    this.outbound.stop();
    this.scheduled.stop();
    this.deadlines.stop();
    this.inbound.stop();
    this.inbox.stop();
    this.callbacks.stop();
    this.deliveries.stop();
    this.receipts.stop();
    this.mediaFetcher.stop();
    this.ledger.lists.stop();
    this.sticky.stop();
  }

  /** Cancels a scheduled message. False: it is not scheduled any more. Durable when it resolves. */
  async cancel(sid: string): Promise<boolean> {
    const message = this.ledger.get(sid);
    if (message?.status !== 'scheduled') return false;
    this.ledger.schedule.remove({ atMs: message.sendAtMs, id: Buffer.from(sid.slice(2), 'hex') });
    this.ledger.change(message, { status: 'canceled' });
    await this.ledger.durable();
    return true;
  }

  /** What waits, by sender class. After a start it takes some moments until all queues are counted. */
  depths(): ReadonlyMap<SenderClass, QueueDepth> {
    return this.classDepths.of(this.scheduler.all(), this.clock.now());
  }

  /** Work towards applications, by its kind. */
  get jobs(): Readonly<Record<'status-callbacks' | 'inbound-messages' | 'media', JobLoad>> {
    return {
      'status-callbacks': this.callbacks.load,
      'inbound-messages': this.inbox.load,
      media: this.mediaFetcher.load,
    };
  }

  /**
   * A scheduled message is due: from now on it is queued like any other. Where its sender's queue is full it fails, for
   * its tenant was told long ago that it was taken (https://www.twilio.com/docs/api/errors/30001).
   */
  private release(id: Buffer, atMs: number): void {
    this.ledger.schedule.remove({ atMs, id });
    const message = this.ledger.messages.get(id);
    if (message?.status !== 'scheduled') return;
    const sender = this.entrance.queueOf(message);
    if (!this.entrance.hasRoom(sender, message)) {
      this.ledger.change(message, { status: 'failed', errorCode: queueOverflow });
      return;
    }
    const queued = this.ledger.change(message, { status: 'queued' });
    // A failed commit leaves message and schedule as they were, to be released again after a restart.
    this.entrance.enter(sender, queued, false).catch(() => undefined);
  }

  /**
   * The validity period of a waiting message is over. In flight it is left to the carrier. One that waits on disk fails
   * now; its place in the queue is dropped when its turn comes, and counts until then.
   */
  private expire(key: { readonly atMs: number; readonly id: Buffer }, place: QueueKey): void {
    this.ledger.deadlines.remove(key);
    const message = this.ledger.messages.get(key.id);
    const entry = this.ledger.queue.get(place);
    if (message?.status !== 'queued' || entry === undefined) return;
    const sender = this.entrance.queueOf(place.sender);
    if (sender.isInFlight(place.order)) return;
    const held = sender.forget(place.order) ? waiting(place, entry) : undefined;
    this.outbound.expire(sender, held, message);
  }
}

const senderLookup =
  (lookup: NumberLookup) =>
  (from: string): { type: NumberType; ratePerSecond: number | null } | undefined =>
    lookup(from);
