import type { Clock, Timer } from '../../../control/base/clock.ts';
import type { Routes } from '../../../control/routing/route.ts';
import { isWaiting, type Message } from '../message.ts';
import type { MessagingObserver } from '../observer.ts';
import { failureOfStatus } from '../outcomes.ts';
import type { Dispatch, Dispatcher, Scheduler } from '../queue/scheduler.ts';
import type { SenderQueue, Waiting } from '../queue/sender-queue.ts';
import type { SenderId } from '../queue/queue-table.ts';
import type { Fallback } from '../services/fallback.ts';
import type { Ledger } from '../store/ledger.ts';
import type { ActiveAccounts } from './active-accounts.ts';
import type { Carrier } from './carrier.ts';
import { Flight, partsOf, type FlightEnd } from './flight.ts';
import type { SenderRates } from './sender-rates.ts';
import { submissions } from './submission.ts';

/** Rounds over all routes before a message that each of them refuses, or leaves unanswered, has failed. */
const roundsMax = 5;
const retryFirstMs = 1000;

/** How often those without a way are looked at again: a link that comes up wakes them at once, expiry does not. */
const recheckMs = 15_000;

/** Twilio's error codes of this room. */
const code = { suspended: 30002, unreachable: 30006, expired: 30036, unknown: 30008 } as const;

/** What those wait for whose carriers are all down. */
const noCarrier = '';

/** What the receipts need to hear of a segment that a carrier has taken. */
export interface ReceiptBook {
  expect(carrier: string, carrierId: string, message: Message, part: number): void;
  /** The segments of this message do not matter any more. */
  forget(message: Message): void;
}

/**
 * From the head of a sender's queue to the carriers' answers: picks the route, hands over each segment, and writes
 * what became of them.
 */
export class Outbound implements Dispatcher {
  private readonly ledger: Ledger;
  private readonly carriers: ReadonlyMap<string, Carrier>;
  private readonly routes: Routes;
  private readonly accounts: ActiveAccounts;
  private readonly rates: SenderRates;
  private readonly receipts: ReceiptBook;
  private readonly fallback: Fallback;
  private readonly clock: Clock;
  private readonly observer: MessagingObserver;
  /** Flights with segments left for which their carrier had no room. */
  private readonly stalled = new Set<Flight>();
  private scheduler: Scheduler | undefined;
  private recheck: Timer | undefined;
  /** Smoothed time from submit_sm to its response. */
  private answerMs = 0;
  /** Which of the carriers were up when last looked at: a digit for each. */
  private up = '';

  constructor(deps: {
    readonly ledger: Ledger;
    readonly carriers: ReadonlyMap<string, Carrier>;
    readonly routes: Routes;
    readonly accounts: ActiveAccounts;
    readonly rates: SenderRates;
    readonly receipts: ReceiptBook;
    readonly fallback: Fallback;
    readonly clock: Clock;
    readonly observer: MessagingObserver;
  }) {
    this.ledger = deps.ledger;
    this.carriers = deps.carriers;
    this.routes = deps.routes;
    this.accounts = deps.accounts;
    this.rates = deps.rates;
    this.receipts = deps.receipts;
    this.fallback = deps.fallback;
    this.clock = deps.clock;
    this.observer = deps.observer;
  }

  start(scheduler: Scheduler): void {
    this.scheduler = scheduler;
    const again = (): void => {
      scheduler.wake(true);
      this.recheck = this.clock.after(recheckMs, again);
    };
    again();
  }

  stop(): void {
    this.recheck?.cancel();
  }

  rate(sender: SenderId): number {
    return this.rates.perSecond(sender.from);
  }

  /**
   * Order within a sender is certain only with one message unanswered at a time, so more of them overlap only as
   * far as the sender's rate demands it of the carrier's answering time.
   */
  depth(rate: number): number {
    return Math.max(1, Math.min(1000, Math.ceil((rate * this.answerMs * 2) / 1000)));
  }

  dispatch(sender: SenderQueue, head: Waiting): Dispatch {
    const message = head.message ?? this.ledger.messages.get(head.entry.id);
    if (message === undefined || !isWaiting(message)) {
      this.leaveQueue(sender, head);
      return { kind: 'dropped' };
    }
    if (head.entry.deadlineMs <= this.clock.now()) {
      this.fail(sender, head, code.expired);
      return { kind: 'dropped' };
    }
    if (!this.accounts.has(message.accountNo)) {
      this.fail(sender, head, code.suspended);
      return { kind: 'dropped' };
    }
    const route = this.route(message, head.tried);
    switch (route.kind) {
      case 'none':
        this.fail(sender, head, code.unreachable);
        return { kind: 'dropped' };
      case 'down':
        return { kind: 'blocked', on: noCarrier };
      case 'carrier':
        if (route.carrier.capacity() <= 0) return { kind: 'blocked', on: route.carrier.name };
        this.launch(sender, head, message, route.carrier);
        return { kind: 'taken' };
    }
  }

  /** A carrier has room, came up, or went down. */
  roomAt(): void {
    for (const flight of this.stalled) {
      if (flight.proceed()) this.stalled.delete(flight);
    }
    let up = '';
    for (const carrier of this.carriers.values()) up += carrier.up ? '1' : '0';
    this.scheduler?.wake(up !== this.up);
    this.up = up;
  }

  room(on: string): boolean {
    return (this.carriers.get(on)?.capacity() ?? 0) > 0;
  }

  /** Ends a waiting message whose validity period is over. `held`: its place, if it was in memory until now. */
  expire(sender: SenderQueue, held: Waiting | undefined, message: Message): void {
    if (held !== undefined) this.fail(sender, held, code.expired);
    else this.ledger.change(message, { status: 'failed', errorCode: code.expired });
  }

  private route(
    message: Message,
    tried: readonly string[],
  ): { kind: 'none' } | { kind: 'down' } | { kind: 'carrier'; carrier: Carrier } {
    const names = this.routes.candidates(message.to);
    if (names.length === 0)
      // What is accepted waits for the hours of its routes.
      return { kind: this.routes.leadsTo(message.to) ? 'down' : 'none' };
    const up = names.map((name) => this.carriers.get(name)).filter((carrier) => carrier?.up === true);
    // When those not tried yet went down meanwhile, one that has been tried is better than none.
    const carrier = up.find((one) => one !== undefined && !tried.includes(one.name)) ?? up[0];
    return carrier === undefined ? { kind: 'down' } : { kind: 'carrier', carrier };
  }

  private launch(sender: SenderQueue, head: Waiting, message: Message, carrier: Carrier): void {
    if (message.parts.length === 0 && message.status === 'queued') this.ledger.announceSending(message);
    const flight = new Flight(message, carrier, submissions(message, carrier.format, this.clock), {
      nowMs: () => this.clock.monotonic(),
      answered: (kind, latencyMs) => {
        this.answerMs = this.answerMs === 0 ? latencyMs : this.answerMs + (latencyMs - this.answerMs) / 16;
        this.observer.submitted(carrier.name, kind, latencyMs);
      },
      accepted: (part, carrierId, last) => this.accepted(flight, head, part, carrierId, last),
      ended: (end) => this.ended(sender, head, flight, end),
    });
    if (!flight.proceed()) this.stalled.add(flight);
  }

  private accepted(flight: Flight, head: Waiting, part: number, carrierId: string, last: boolean): void {
    const { carrier } = flight;
    if (last) this.unqueue(head);
    // Receipts of other segments, or the tenant, may have changed the message since it left, or deleted it.
    const message = this.ledger.messages.get(head.entry.id);
    if (message === undefined) return;
    const parts = partsOf(message, flight.length).with(part, { state: 'accepted', carrierId });
    const sent =
      last && message.status === 'queued' ? { status: 'sent' as const, sentMs: this.clock.now() } : {};
    const changed = this.ledger.change(message, { parts, carrier: carrier.name, ...sent });
    this.receipts.expect(carrier.name, carrierId, changed, part);
  }

  private ended(sender: SenderQueue, head: Waiting, flight: Flight, end: FlightEnd): void {
    this.stalled.delete(flight);
    switch (end.kind) {
      case 'sent':
        sender.release(head.entry.segments);
        this.scheduler?.settled(sender, head.key.order);
        return;
      case 'refused': {
        const failure = failureOfStatus(end.status);
        if (failure.kind === 'permanent') {
          this.refused(sender, head, failure.code);
          this.scheduler?.settled(sender, head.key.order);
        } else {
          this.retry(sender, head, flight, failure.code);
        }
        return;
      }
      case 'throttled':
        this.again(sender, head, 0);
        return;
      case 'lost':
        this.retry(sender, head, flight, code.unknown);
        return;
    }
  }

  /** The next route at once; after the last one, all of them anew, later. */
  private retry(sender: SenderQueue, head: Waiting, flight: Flight, failure: number): void {
    const tried = [...head.tried, flight.carrier.name];
    const left = this.routes.candidates(flight.message.to).some((name) => {
      return !tried.includes(name) && this.carriers.get(name)?.up === true;
    });
    if (left) {
      this.again(sender, { ...head, tried }, 0);
    } else if (head.rounds + 1 >= roundsMax) {
      this.fail(sender, head, failure);
      this.scheduler?.settled(sender, head.key.order);
    } else {
      const delayMs = retryFirstMs * 2 ** head.rounds;
      this.again(sender, { ...head, tried: [], rounds: head.rounds + 1 }, delayMs);
    }
  }

  private again(sender: SenderQueue, waiting: Waiting, delayMs: number): void {
    // Its row may have changed since it left.
    const again = { ...waiting, message: undefined };
    this.scheduler?.settled(sender, waiting.key.order, { waiting: again, delayMs });
  }

  private fail(sender: SenderQueue, head: Waiting, errorCode: number): void {
    this.leaveQueue(sender, head);
    const message = this.ledger.messages.get(head.entry.id);
    if (message !== undefined && isWaiting(message)) this.end(message, errorCode);
  }

  /** No carrier takes the message from this sender; another sender may be better off. */
  private refused(sender: SenderQueue, head: Waiting, errorCode: number): void {
    this.leaveQueue(sender, head);
    const message = this.ledger.messages.get(head.entry.id);
    if (message === undefined || !isWaiting(message)) return;
    if (this.fallback.takes(message, errorCode)) this.receipts.forget(message);
    else this.end(message, errorCode);
  }

  private end(message: Message, errorCode: number): void {
    this.ledger.change(message, { status: message.status === 'sent' ? 'undelivered' : 'failed', errorCode });
  }

  private leaveQueue(sender: SenderQueue, head: Waiting): void {
    this.unqueue(head);
    sender.release(head.entry.segments);
  }

  private unqueue({ key, entry }: Waiting): void {
    this.ledger.queue.remove(key);
    if (entry.ownDeadline) this.ledger.deadlines.remove({ atMs: entry.deadlineMs, id: entry.id });
  }
}
