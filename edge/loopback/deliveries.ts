import type { Clock, Timer } from '../../control/base/clock.ts';
import type { DeliverSm } from '../smpp/message.ts';
import type { DeliverOutcome, ServerSession } from '../smpp/server-session.ts';
import { receives } from '../smpp/session-state.ts';
import { isThrottle, status } from '../smpp/status.ts';
import type { Handover } from './events.ts';
import { Fifo } from './fifo.ts';

/** Who is bound; the simulated carrier knows its clients by their system_id alone. */
type Session = ServerSession<string>;

interface Waiting {
  readonly sm: DeliverSm;
  readonly done: (outcome: Handover) => void;
  attempts: number;
}

/** The sessions of one client, and what waits for them. */
interface Lane {
  readonly sessions: Session[];
  readonly queue: Fifo<Waiting>;
}

const attemptsMax = 5;
const retryMs = 1_000;

/**
 * deliver_sm on their way to clients: first in, first out for each client, kept while it is away, repeated when it
 * refuses for the moment or its session ends without an answer.
 */
export class Deliveries {
  private readonly clock: Clock;
  private readonly waitingMax: number;
  private readonly lanes = new Map<string, Lane>();
  /** For whoever binds first. */
  private readonly unaddressed = new Fifo<Waiting>();
  private readonly retries = new Map<Timer, Waiting>();
  private waiting = 0;
  private closed = false;

  constructor(clock: Clock, waitingMax: number) {
    this.clock = clock;
    this.waitingMax = waitingMax;
  }

  bound(session: Session): void {
    if (!receives(session.role)) return;
    this.lane(session.systemId).sessions.push(session);
    for (let next = this.unaddressed.shift(); next !== undefined; next = this.unaddressed.shift()) {
      this.lane(session.systemId).queue.push(next);
    }
    this.pump(session.systemId);
  }

  unbound(session: Session): void {
    const lane = this.lanes.get(session.systemId);
    const index = lane?.sessions.indexOf(session) ?? -1;
    if (lane === undefined || index < 0) return;
    lane.sessions.splice(index, 1);
    this.tidy(session.systemId, lane);
  }

  /** Hands `sm` to the client with this system_id; null: to any client. `done` is called once, later. */
  send(systemId: string | null, sm: DeliverSm, done: (outcome: Handover) => void): void {
    if (this.waiting >= this.waitingMax || this.closed) {
      queueMicrotask(() => done('dropped'));
      return;
    }
    this.waiting++;
    this.enqueue(systemId ?? this.anyone(), { sm, done, attempts: 0 });
  }

  /** Sends what waits for this client, as far as its sessions have room. */
  pump(systemId: string): void {
    const lane = this.lanes.get(systemId);
    if (lane === undefined) return;
    while (lane.queue.length > 0) {
      const session = lane.sessions.find((one) => one.capacity() > 0);
      if (session === undefined) return;
      const next = lane.queue.shift();
      if (next === undefined) return;
      next.attempts++;
      session.deliver(next.sm, (outcome) => this.ended(systemId, next, outcome));
    }
  }

  /** What waits is dropped; what clients have not answered yet ends as they end. */
  close(): void {
    this.closed = true;
    for (const timer of this.retries.keys()) timer.cancel();
    const waiting = [...this.retries.values()];
    for (const queue of [this.unaddressed, ...Array.from(this.lanes.values(), (lane) => lane.queue)]) {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) waiting.push(next);
    }
    this.retries.clear();
    this.lanes.clear();
    for (const { done } of waiting) done('dropped');
  }

  private ended(systemId: string, one: Waiting, outcome: DeliverOutcome): void {
    const again = outcome.kind === 'lost' || (outcome.kind === 'refused' && isTemporary(outcome.status));
    if (again && one.attempts < attemptsMax && !this.closed) {
      const timer = this.clock.after(retryMs, () => {
        this.retries.delete(timer);
        this.enqueue(systemId, one);
      });
      this.retries.set(timer, one);
      return;
    }
    this.waiting--;
    one.done(outcome.kind);
    const lane = this.lanes.get(systemId);
    if (lane !== undefined) this.tidy(systemId, lane);
  }

  private enqueue(systemId: string | undefined, one: Waiting): void {
    if (systemId === undefined) {
      this.unaddressed.push(one);
      return;
    }
    this.lane(systemId).queue.push(one);
    this.pump(systemId);
  }

  private anyone(): string | undefined {
    for (const [systemId, { sessions }] of this.lanes) if (sessions.length > 0) return systemId;
    return undefined;
  }

  private lane(systemId: string): Lane {
    let lane = this.lanes.get(systemId);
    if (lane === undefined) {
      lane = { sessions: [], queue: new Fifo() };
      this.lanes.set(systemId, lane);
    }
    return lane;
  }

  private tidy(systemId: string, lane: Lane): void {
    if (lane.sessions.length === 0 && lane.queue.length === 0) this.lanes.delete(systemId);
  }
}

const isTemporary = (code: number): boolean => isThrottle(code) || code === status.ESME_RX_T_APPN;
