import type { SipRequest, SipResponse } from '../message/message.ts';
import type { ClientTransaction, ClientUser } from '../transaction/client-transaction.ts';
import type { Arrival } from '../transaction/layer.ts';
import { cseq } from '../message/fields.ts';
import type { Destination, Flow } from '../transport/flow.ts';
import { sipUri } from './core.ts';
import type { Core } from './core.ts';

/** Why a request found no answer: no address, no connection, no response. */
export type DispatchFailure = 'unroutable' | 'unlocated' | 'unsendable' | 'timeout';

export interface DispatchUser {
  /** It is about to leave by this way, for the first time or for another. */
  readonly prepare?: (request: SipRequest, flow: Flow, first: boolean) => void;
  /** It left for the first time. */
  sent(bytes: Buffer, flow: Flow): void;
  response(response: SipResponse, arrival: Arrival): void;
  failed(why: DispatchFailure): void;
}

/** A datagram longer than this goes by TCP where the choice is ours (RFC 3261 §18.1.1). */
const datagramMax = 1_300;

/**
 * A request on its way: to the first place its URI leads to, and on to the next where one does not answer or is
 * overloaded (RFC 3263 §4.3). `request` lacks our Via.
 */
export class Dispatch implements ClientUser {
  private readonly core: Core;
  private readonly request: SipRequest;
  private readonly user: DispatchUser;
  private destinations: readonly Destination[] = [];
  private next = 0;
  private state: 'new' | 'sent' | 'provisional' | 'final' = 'new';
  private transaction: ClientTransaction | undefined = undefined;
  private cancelled = false;

  constructor(core: Core, request: SipRequest, user: DispatchUser) {
    this.core = core;
    this.request = request;
    this.user = user;
  }

  /** Whether a final response came, or it failed. */
  get over(): boolean {
    return this.state === 'final';
  }

  /** The way it took last. */
  get flow(): Flow | undefined {
    return this.transaction?.flow;
  }

  /** Sends it where `uri` leads; by `standing` without looking, if that is given. */
  start(uri: string, standing?: Flow): void {
    if (standing !== undefined) {
      this.transmit(standing);
      return;
    }
    const target = sipUri(uri);
    if (target === undefined) {
      this.fail('unroutable');
      return;
    }
    const found = this.core.locator.locate(target);
    if (!(found instanceof Promise)) {
      this.go(found, target.params.has('transport'));
      return;
    }
    found.then(
      (destinations) => this.go(destinations, target.params.has('transport')),
      () => this.fail('unlocated'),
    );
  }

  /** Cancels an INVITE; gives the CANCEL and its way, or undefined where it is too late. */
  cancel(fields: Iterable<readonly [string, string]>): { cancel: SipRequest; flow: Flow } | undefined {
    this.cancelled = true;
    const { transaction } = this;
    const cancel = transaction?.cancelWith(fields);
    return transaction === undefined || cancel === undefined ? undefined : { cancel, flow: transaction.flow };
  }

  /** Waits for a final response no longer than `delayMs` from now. */
  giveUpAfter(delayMs: number): void {
    this.transaction?.giveUpAfter(delayMs);
  }

  response(response: SipResponse, flow: Flow, bytes: Buffer | undefined): void {
    if (response.status < 200) this.state = 'provisional';
    // An overloaded server passes the request on to the next one (RFC 3261 §21.5.4).
    else if (response.status === 503 && this.tryNext()) return;
    else this.state = 'final';
    this.user.response(response, { flow, bytes });
  }

  timedOut(): void {
    if (!this.tryNext()) this.fail('timeout');
  }

  unsendable(): void {
    if (!this.tryNext()) this.fail('unsendable');
  }

  private go(destinations: readonly Destination[], transportNamed: boolean): void {
    if (destinations.length === 0) {
      this.fail('unlocated');
      return;
    }
    this.destinations = transportNamed ? destinations : this.withTcpFirst(destinations);
    if (!this.tryNext()) this.fail('unroutable');
  }

  /** A large request tries TCP before UDP (RFC 3261 §18.1.1), and falls back where that is refused. */
  private withTcpFirst(destinations: readonly Destination[]): readonly Destination[] {
    const head = this.request.headers.text(0).length;
    if (head + this.request.body.length < datagramMax - 150 || !this.core.layer.transports.speaks('tcp'))
      return destinations;
    return destinations.flatMap((to) =>
      to.transport === 'udp' ? [{ ...to, transport: 'tcp' as const }, to] : [to],
    );
  }

  /** Goes on to the next destination that can be reached; false if there is none, or it is wanted no more. */
  private tryNext(): boolean {
    if (this.cancelled || this.state === 'provisional') return false;
    while (this.next < this.destinations.length) {
      const to = this.destinations[this.next++];
      const flow = to === undefined ? undefined : this.core.layer.transports.route(to);
      if (flow === undefined) continue;
      this.transmit(flow);
      return true;
    }
    return false;
  }

  private transmit(flow: Flow): void {
    const first = this.state === 'new';
    // The Via of the last attempt; those below it belong to whoever asked us to forward.
    if (!first) this.request.headers.replaceFirst('via');
    this.user.prepare?.(this.request, flow, first);
    this.state = 'sent';
    const { transaction, bytes } = this.core.layer.request(this.request, flow, this);
    this.transaction = transaction;
    if (first) this.user.sent(bytes, flow);
  }

  private fail(why: DispatchFailure): void {
    this.state = 'final';
    this.user.failed(why);
  }
}

/** The CSeq number of a request of ours. */
export const numberOf = (request: SipRequest): number => cseq(request)?.number ?? 0;
