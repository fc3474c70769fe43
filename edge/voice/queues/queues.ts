import type { Clock } from '../../../control/base/clock.ts';
import { fail, ok, type Result } from '../../../control/base/result.ts';
import type { Sid, SidFactory } from '../../../control/base/sid.ts';
import type { Page, PageQuery } from '../../../control/store/facets.ts';
import type { Store } from '../../../control/store/store.ts';
import { deferred } from '../deferred.ts';
import type { Connection } from '../live/connection.ts';
import { onInterrupt } from '../live/interrupt.ts';
import type { LiveCall } from '../live/live-call.ts';
import type { Param, Params } from '../params.ts';
import type { Source } from '../program/source.ts';
import { queueSizeDefault, type Queue, type QueueMember } from '../queue.ts';
import type { Book } from '../store/book.ts';
import { narrowed, ofAccount, queueBook } from '../store/books.ts';
import { Line, type Waiting } from './line.ts';

/** Why a caller waits no longer. */
export type Release =
  /** An agent takes the call: hears `whisper` first, if there is one, then joins whoever `connect` brings. */
  | {
      readonly kind: 'taken';
      readonly whisper: Source | null;
      /** To be called once the caller is ready, or not here any more; undefined if either has gone. */
      readonly connect: (here: boolean) => Promise<Connection | undefined>;
    }
  /** The REST API sends the caller elsewhere. */
  | { readonly kind: 'redirected'; readonly source: Source };

/** A caller's place. */
export interface Place extends Waiting {
  readonly live: LiveCall;
  readonly queueSid: Sid;
  readonly release: Promise<Release>;
  /** For the parameters of requests while waiting. */
  readonly params: () => Params;
}

interface Seat extends Place {
  readonly let: (release: Release) => void;
}

/** Twilio's bound of queues for one account. */
const queuesMax = 1_000;

export type QueueFault = 'exists' | 'tooMany' | 'notEmpty' | 'unknown';

export interface QueueDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly newSid: SidFactory;
}

/** Queues and who waits in them. Queues are kept; those who wait are calls, and end with the edge as these do. */
export class Queues {
  private readonly deps: QueueDeps;
  private readonly book: Book<Queue>;
  private readonly lines = new Map<Sid, Line<Seat>>();
  /** Agents who wait for a caller, by queue, in order. */
  private readonly agents = new Map<Sid, ((seat: Seat) => void)[]>();

  constructor(deps: QueueDeps) {
    this.deps = deps;
    this.book = queueBook(deps.store);
  }

  async create(
    accountNo: number,
    friendlyName: string,
    maxSize = queueSizeDefault,
  ): Promise<Result<Queue, QueueFault>> {
    const { store, clock, newSid } = this.deps;
    return store.transact(() => {
      if (this.named(accountNo, friendlyName) !== undefined) return fail('exists');
      const all = this.book.list(ofAccount(accountNo), { limit: queuesMax });
      if (all.rows.length >= queuesMax) return fail('tooMany');
      const nowMs = clock.now();
      return ok(
        this.book.put({
          sid: newSid('QU'),
          accountNo,
          friendlyName,
          maxSize,
          createdMs: nowMs,
          updatedMs: nowMs,
        }),
      );
    });
  }

  get(sid: Sid): Queue | undefined {
    return this.book.get(sid);
  }

  named(accountNo: number, friendlyName: string): Queue | undefined {
    return this.book.all(narrowed(accountNo, 'name', friendlyName))[0];
  }

  list(accountNo: number, page: PageQuery<Sid>): Page<Queue, Sid> {
    return this.book.list(ofAccount(accountNo), page);
  }

  async update(
    queue: Queue,
    change: { readonly friendlyName?: string; readonly maxSize?: number },
  ): Promise<Result<Queue, QueueFault>> {
    return this.deps.store.transact(() => {
      const taken =
        change.friendlyName === undefined ? undefined : this.named(queue.accountNo, change.friendlyName);
      if (taken !== undefined && taken.sid !== queue.sid) return fail('exists');
      const changed = this.book.change(queue.sid, { ...change, updatedMs: this.deps.clock.now() });
      return changed === undefined ? fail('unknown') : ok(changed);
    });
  }

  /** Only an empty queue may go. */
  async remove(queue: Queue): Promise<Result<void, QueueFault>> {
    if (this.size(queue.sid) > 0) return fail('notEmpty');
    return this.deps.store.transact(() => {
      this.book.remove(queue);
      return ok(undefined);
    });
  }

  /** The queue of this name, made if there is none. */
  async open(accountNo: number, friendlyName: string, maxSize?: number): Promise<Result<Queue, QueueFault>> {
    const found = this.named(accountNo, friendlyName);
    if (found !== undefined) return ok(found);
    const made = await this.create(accountNo, friendlyName, maxSize);
    if (made.ok || made.error !== 'exists') return made;
    const raced = this.named(accountNo, friendlyName);
    return raced === undefined ? made : ok(raced);
  }

  size(queueSid: Sid): number {
    return this.lines.get(queueSid)?.length ?? 0;
  }

  averageWaitSeconds(queueSid: Sid): number {
    return this.lines.get(queueSid)?.averageWaitSeconds(this.deps.clock.now()) ?? 0;
  }

  /** Who waits, in order. */
  members(queueSid: Sid): readonly QueueMember[] {
    const line = this.lines.get(queueSid);
    return (line?.all ?? []).map(({ callSid, sinceMs }, index) => ({
      callSid,
      queueSid,
      enqueuedMs: sinceMs,
      position: index + 1,
    }));
  }

  /** Sends someone who waits elsewhere; `Front` is whoever is next. Undefined if nobody is there. */
  dequeue(queueSid: Sid, callSid: Sid, source: Source): QueueMember | undefined {
    const line = this.lines.get(queueSid);
    const seat = callSid === 'Front' ? line?.first() : line?.find(callSid);
    if (line === undefined || seat === undefined) return undefined;
    const position = line.position(seat.callSid);
    this.leave(seat);
    seat.let({ kind: 'redirected', source });
    return { callSid: seat.callSid, queueSid, enqueuedMs: seat.sinceMs, position };
  }

  /** Takes a place at the end; undefined if the queue is full. An agent who waits takes the caller at once. */
  join(queue: Queue, live: LiveCall): Place | undefined {
    const line = this.lineOf(queue.sid);
    if (line.length >= queue.maxSize) return undefined;
    const { promise, resolve } = deferred<Release>();
    const seat: Seat = {
      live,
      callSid: live.sid,
      queueSid: queue.sid,
      sinceMs: this.deps.clock.now(),
      release: promise,
      let: resolve,
      params: () => this.waitingParams(queue, seat),
    };
    line.join(seat);
    this.nextAgent(queue.sid)?.(this.taken(seat));
    return seat;
  }

  /** Gives up a place. Giving up one that was given up before changes nothing. */
  leave({ queueSid, callSid }: Place): void {
    const line = this.lines.get(queueSid);
    line?.leave(callSid);
    if (line?.length === 0) this.lines.delete(queueSid);
  }

  /** The next caller, who has left the line then and waits for `release`; waits for one until the signal ends. */
  next(queueSid: Sid, signal: AbortSignal): Promise<Caller | undefined> {
    const first = this.lines.get(queueSid)?.first();
    if (first !== undefined) return Promise.resolve(callerOf(this.taken(first)));
    const { promise, resolve } = deferred<Caller | undefined>();
    const agents = this.agents.get(queueSid) ?? [];
    this.agents.set(queueSid, agents);
    const take = (seat: Seat): void => resolve(callerOf(seat));
    agents.push(take);
    const give = (): void => {
      const at = agents.indexOf(take);
      if (at >= 0) agents.splice(at, 1);
      if (agents.length === 0 && this.agents.get(queueSid) === agents) this.agents.delete(queueSid);
      resolve(undefined);
    };
    onInterrupt(signal, give);
    return promise;
  }

  private nextAgent(queueSid: Sid): ((seat: Seat) => void) | undefined {
    const agents = this.agents.get(queueSid);
    const agent = agents?.shift();
    if (agents?.length === 0) this.agents.delete(queueSid);
    return agent;
  }

  private taken(seat: Seat): Seat {
    this.leave(seat);
    return seat;
  }

  private lineOf(queueSid: Sid): Line<Seat> {
    const line = this.lines.get(queueSid) ?? new Line<Seat>();
    this.lines.set(queueSid, line);
    return line;
  }

  private waitingParams(queue: Queue, seat: Seat): Params {
    const nowMs = this.deps.clock.now();
    const line = this.lines.get(queue.sid);
    const params: Param[] = [
      ['QueueSid', queue.sid],
      ['QueuePosition', String(line?.position(seat.callSid) ?? 0)],
      ['QueueTime', String(Math.floor((nowMs - seat.sinceMs) / 1000))],
      ['AvgQueueTime', String(this.averageWaitSeconds(queue.sid))],
      ['CurrentQueueSize', String(this.size(queue.sid))],
      ['MaxQueueSize', String(queue.maxSize)],
    ];
    return params;
  }
}

/** Someone who was next, as the agent who takes the call sees it. */
export interface Caller {
  readonly live: LiveCall;
  readonly sinceMs: number;
  take(whisper: Source | null, connect: (here: boolean) => Promise<Connection | undefined>): void;
}

const callerOf = (seat: Seat): Caller => ({
  live: seat.live,
  sinceMs: seat.sinceMs,
  take: (whisper, connect) => seat.let({ kind: 'taken', whisper, connect }),
});
