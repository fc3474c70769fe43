import { systemClock } from '../../control/base/clock.ts';
import type { Timer } from '../../control/base/clock.ts';
import { systemRandom } from '../../control/base/random.ts';
import { Backoff } from './backoff.ts';
import type { Connection } from './connection.ts';
import { rolesOf } from './link-config.ts';
import type { SmppLinkConfig } from './link-config.ts';
import { LinkSession } from './link-session.ts';
import type { Surroundings } from './link-session.ts';
import { messageCommands, messageOf, messageValues, textOf } from './message.ts';
import type { DeliverSm, SubmitSm } from './message.ts';
import { silentLog, silentObserver } from './observer.ts';
import { Pacer } from './pacer.ts';
import type { Pdu } from './pdu.ts';
import { transmits } from './session-state.ts';
import { isThrottle, status } from './status.ts';
import { noTlvs, tlvInteger } from './tlvs.ts';

/** How a submit_sm ended. */
export type SubmitOutcome =
  | { readonly kind: 'accepted'; readonly messageId: string }
  /** ESME_RTHROTTLED or ESME_RMSGQFUL: the carrier does not have it, and the link now backs off. */
  | { readonly kind: 'throttled'; readonly status: number }
  | { readonly kind: 'refused'; readonly status: number }
  /** No response in time, or the connection ended: the carrier may have it. */
  | { readonly kind: 'lost' };

export type LinkState = 'down' | 'connecting' | 'bound' | 'unbinding' | 'stopped';

export interface SmppLinkHandlers {
  /**
   * A deliver_sm or data_sm. Call `reply` once, with ESME_ROK only when the message is safe. Buffers in `sm` are views
   * of received bytes: copy what is kept beyond this call.
   */
  deliver(sm: DeliverSm, reply: (status: number) => void): void;
  /** `capacity()` went from 0 to above 0. */
  capacity(): void;
  stateChanged(state: LinkState): void;
}

export interface LinkStats {
  readonly state: LinkState;
  readonly sessions: number;
  readonly sessionsBound: number;
  /** Submits without a response, and the most there may be over the sessions now bound. */
  readonly windowUsed: number;
  readonly windowSize: number;
  readonly submits: number;
  readonly throttles: number;
  readonly reconnects: number;
  /** congestion_state as last told (SMPP 5.0 §4.8.4.18), 0 to 100; 0 if never. */
  readonly congestion: number;
}

/** congestion_state at which the message centre takes no more (SMPP 5.0 §4.8.4.18). */
const congested = 100;
/** Sessions of a link start within this time of each other, not all at once. */
const startSpreadMs = 1_000;

/**
 * A carrier, as messaging sees it: a place with a capacity. Several sessions share one throughput and one back-off.
 * Handlers and outcomes are never called from within `submit`.
 */
export class SmppLink {
  private readonly config: SmppLinkConfig;
  private readonly handlers: SmppLinkHandlers;
  private readonly around: Surroundings;
  private readonly sessions: readonly LinkSession[];
  private readonly pacer: Pacer;
  private readonly backoff: Backoff;
  private shownState: LinkState = 'down';
  private stopping: Promise<void> | undefined = undefined;
  private stopped = false;
  private starved = true;
  private wakeUp: Timer | undefined = undefined;
  private backoffUntilMs = -Infinity;
  /** Counts back-offs, so that what left before one tells nothing about it. */
  private epoch = 0;
  private submits = 0;
  private throttles = 0;
  private congestion = 0;

  constructor(config: SmppLinkConfig, handlers: SmppLinkHandlers, around: Partial<Surroundings> = {}) {
    this.config = config;
    this.handlers = handlers;
    this.around = {
      clock: systemClock,
      random: systemRandom,
      log: silentLog,
      observer: silentObserver,
      ...around,
    };
    this.pacer = new Pacer(config.throughput);
    this.backoff = new Backoff(100, 10_000, this.around.random);
    this.sessions = rolesOf(config).map(
      (role) =>
        new LinkSession(config, role, this.around, {
          request: (connection, pdu) => this.request(connection, pdu),
          changed: () => this.changed(),
        }),
    );
  }

  get state(): LinkState {
    return this.shownState;
  }

  start(): void {
    const spread = this.around.random;
    this.sessions.forEach((session, index) =>
      session.start(index === 0 ? 0 : Math.ceil(spread.fraction() * startSpreadMs)),
    );
  }

  /** Takes no more submits, lets those under way end, unbinds, disconnects. */
  stop(): Promise<void> {
    this.stopping ??= Promise.all(
      this.sessions.map((session) => new Promise<void>((resolve) => session.stop(resolve))),
    ).then(() => {
      this.stopped = true;
      this.wakeUp?.cancel();
      this.changed();
    });
    this.changed();
    return this.stopping;
  }

  /** submit_sm that may leave now: 0 while backing off, beyond the throughput, or without a bound transmitter. */
  capacity(): number {
    const available = this.available();
    if (available === 0) this.starve();
    return available;
  }

  /** Sends `sm`; only while `capacity()` is above 0. `done` is called once. A message that cannot be written is `refused`. */
  submit(sm: SubmitSm, done: (outcome: SubmitOutcome) => void): void {
    const connection = this.leastLoaded();
    if (connection === undefined || this.available() === 0) throw new Error('submit without capacity');
    const sentMs = this.around.clock.monotonic();
    const epoch = this.epoch;
    const error = connection.ask(messageCommands.submit, messageValues(sm), sm.tlvs, (response) => {
      const outcome = outcomeOf(response);
      this.learn(outcome, epoch, response);
      this.around.observer.messageLatencyMs(
        this.config.name,
        outcome.kind,
        this.around.clock.monotonic() - sentMs,
      );
      done(outcome);
    });
    if (error !== undefined) {
      queueMicrotask(() => done({ kind: 'refused', status: error.status }));
      return;
    }
    this.submits++;
    this.pacer.take(sentMs);
    // Notes it if that was the last one, so that its return is announced.
    this.capacity();
  }

  stats(): LinkStats {
    const bound = this.sessions.filter((session) => session.bound !== undefined);
    const transmitters = bound.filter((session) => transmits(session.role)).length;
    return {
      state: this.shownState,
      sessions: this.sessions.length,
      sessionsBound: bound.length,
      windowUsed: this.sessions.reduce((sum, session) => sum + session.used, 0),
      windowSize: transmitters * this.config.window,
      submits: this.submits,
      throttles: this.throttles,
      reconnects: this.sessions.reduce((sum, session) => sum + session.reconnects, 0),
      congestion: this.congestion,
    };
  }

  private available(): number {
    const nowMs = this.around.clock.monotonic();
    if (this.stopping !== undefined || nowMs < this.backoffUntilMs) return 0;
    let free = 0;
    for (const session of this.sessions) if (transmits(session.role)) free += session.bound?.free ?? 0;
    return free === 0 ? 0 : Math.min(free, this.pacer.available(nowMs));
  }

  private leastLoaded(): Connection | undefined {
    let best: Connection | undefined;
    for (const session of this.sessions) {
      const connection = transmits(session.role) ? session.bound : undefined;
      if (connection !== undefined && connection.free > (best?.free ?? 0)) best = connection;
    }
    return best;
  }

  /** What an outcome says about the carrier's state. */
  private learn(outcome: SubmitOutcome, epoch: number, response: Pdu | undefined): void {
    const congestion = response === undefined ? undefined : tlvInteger(response.tlvs, 'congestion_state');
    if (congestion !== undefined) this.congestion = congestion;
    if (outcome.kind === 'throttled') {
      this.throttles++;
      this.around.observer.throttled(this.config.name, outcome.status);
    }
    if (outcome.kind === 'refused') this.around.observer.submitRefused(this.config.name, outcome.status);
    // A whole window may come back throttled at once: that is one reason to back off, not fifty.
    if (epoch !== this.epoch) return;
    if (outcome.kind === 'throttled' || congestion === congested) {
      this.epoch++;
      this.backoffUntilMs = this.around.clock.monotonic() + this.backoff.next();
      this.starve();
    } else if (outcome.kind === 'accepted') {
      this.backoff.reset();
    }
  }

  private request(connection: Connection, pdu: Pdu): void {
    let answered = false;
    this.handlers.deliver(messageOf(pdu), (answer) => {
      if (answered) return;
      answered = true;
      // message_id is unused in deliver_sm_resp (SMPP 3.4 §4.6.2).
      connection.reply(pdu, answer, answer === status.ESME_ROK ? [''] : [], noTlvs);
    });
  }

  /** Looks again at state and capacity, and says what is new. */
  private changed(): void {
    const state = this.findState();
    if (state !== this.shownState) {
      this.shownState = state;
      this.handlers.stateChanged(state);
    }
    if (this.capacity() > 0 && this.starved) {
      this.starved = false;
      this.handlers.capacity();
    }
  }

  private findState(): LinkState {
    if (this.stopped) return 'stopped';
    if (this.stopping !== undefined) return 'unbinding';
    const wanted =
      this.config.bind === 'receiver' ? this.sessions : this.sessions.filter((s) => transmits(s.role));
    if (wanted.some((session) => session.bound !== undefined)) return 'bound';
    return wanted.some((session) => session.connecting) ? 'connecting' : 'down';
  }

  /** Capacity is 0; if only time stands in its way, a timer will end that. */
  private starve(): void {
    this.starved = true;
    const nowMs = this.around.clock.monotonic();
    const readyMs = Math.max(this.backoffUntilMs, this.pacer.readyMs());
    if (this.wakeUp !== undefined || this.stopping !== undefined || readyMs <= nowMs) return;
    this.wakeUp = this.around.clock.after(Math.ceil(readyMs - nowMs), () => {
      this.wakeUp = undefined;
      this.changed();
    });
  }
}

function outcomeOf(response: Pdu | undefined): SubmitOutcome {
  if (response === undefined) return { kind: 'lost' };
  if (isThrottle(response.status)) return { kind: 'throttled', status: response.status };
  if (response.status !== status.ESME_ROK) return { kind: 'refused', status: response.status };
  // A generic_nack without a reason is still no acceptance.
  if (response.command.fields.length === 0) return { kind: 'refused', status: status.ESME_RUNKNOWNERR };
  return { kind: 'accepted', messageId: textOf(response, 'message_id') };
}
