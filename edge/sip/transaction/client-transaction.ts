import { assertNever } from '../../../control/base/result.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import { writeMessage } from '../message/write.ts';
import { reliable } from '../transport/flow.ts';
import type { Flow, FlowUser } from '../transport/flow.ts';
import { inviteClient, plainClient } from './client-machines.ts';
import type { ClientAction, ClientEvent, ClientState } from './client-machines.ts';
import { ackFor, cancelFor } from './hop.ts';
import { step } from './machine.ts';
import type { TransactionSurroundings } from './surroundings.ts';
import { lifeMs } from './timers.ts';
import { WheelTimer } from './wheel.ts';
import type { TimerOwner } from './wheel.ts';

/** What the user of a client transaction hears of it. */
export interface ClientUser {
  /** A response; of an INVITE perhaps several successes, of several callees. */
  response(response: SipResponse, flow: Flow, bytes: Buffer | undefined): void;
  /** No final response came in time. Nothing follows. */
  timedOut(): void;
  /** The request could not be sent, or its connection broke. Nothing follows. */
  unsendable(): void;
}

type Timers = 'again' | 'timeout' | 'over';

/** A request of ours (RFC 3261 §17.1). The request is kept only as long as it may be sent, acknowledged or cancelled. */
export class ClientTransaction implements TimerOwner<Timers>, FlowUser {
  readonly key: string;
  readonly method: string;
  readonly flow: Flow;
  private readonly around: TransactionSurroundings;
  private readonly user: ClientUser;
  private current: ClientState = 'calling';
  private request: SipRequest | undefined;
  private bytes: Buffer | undefined;
  private intervalMs: number;
  private again: WheelTimer<Timers> | undefined = undefined;
  private readonly deadline: WheelTimer<Timers>;
  private over: WheelTimer<Timers> | undefined = undefined;
  /** The CANCEL, while it waits for a provisional response (§9.1), or `sent`. */
  private cancel: SipRequest | 'sent' | undefined = undefined;

  constructor(
    key: string,
    request: SipRequest,
    bytes: Buffer,
    flow: Flow,
    user: ClientUser,
    around: TransactionSurroundings,
  ) {
    this.key = key;
    this.method = request.method;
    this.request = request;
    this.bytes = bytes;
    this.flow = flow;
    this.user = user;
    this.around = around;
    this.intervalMs = around.timers.t1Ms;
    this.deadline = new WheelTimer<Timers>(this, 'timeout');
  }

  get state(): ClientState {
    return this.current;
  }

  /** Sends the request. */
  begin(): void {
    this.flow.connection?.attach(this);
    this.around.wheel.start(this.deadline, lifeMs(this.around.timers));
    this.startAgain();
    this.transmit();
  }

  /** A response to it came. */
  received(response: SipResponse, flow: Flow, bytes: Buffer | undefined): void {
    const event = response.status < 200 ? 'provisional' : response.status < 300 ? 'success' : 'failure';
    this.event(event, response, flow, bytes);
    if (this.current === 'proceeding' && typeof this.cancel === 'object') this.sendCancel(this.cancel);
  }

  /**
   * Cancels an INVITE (§9.1), at once if a provisional response has come, else when one comes. Gives the CANCEL;
   * undefined if a final response has come, or one was cancelled before.
   */
  cancelWith(fields: Iterable<readonly [name: string, value: string]>): SipRequest | undefined {
    const pending = this.current === 'calling' || this.current === 'proceeding';
    if (!pending || this.request === undefined || this.cancel !== undefined) return undefined;
    const cancel = cancelFor(this.request, fields);
    this.cancel = cancel;
    if (this.current === 'proceeding') this.sendCancel(cancel);
    return cancel;
  }

  /** Waits for a final response no longer than `delayMs` from now. */
  giveUpAfter(delayMs: number): void {
    if (this.current === 'calling' || this.current === 'proceeding')
      this.around.wheel.start(this.deadline, delayMs);
  }

  due(timer: Timers): void {
    this.event(timer, undefined, this.flow, undefined);
  }

  connectionLost(): void {
    this.event('unsendable', undefined, this.flow, undefined);
  }

  private sendCancel(cancel: SipRequest): void {
    this.cancel = 'sent';
    this.around.cancel(cancel, this.flow);
    // A callee that never answers the INVITE after all is given up (§9.1).
    this.giveUpAfter(lifeMs(this.around.timers));
  }

  private event(
    event: ClientEvent,
    response: SipResponse | undefined,
    flow: Flow,
    bytes: Buffer | undefined,
  ): void {
    const transition = step(this.method === 'INVITE' ? inviteClient : plainClient, this.current, event);
    if (transition === undefined) return;
    this.current = transition.next;
    for (const action of transition.actions) this.perform(action, response, flow, bytes);
    if (transition.next === 'terminated') this.end();
  }

  private perform(
    action: ClientAction,
    response: SipResponse | undefined,
    flow: Flow,
    bytes: Buffer | undefined,
  ): void {
    const { timers, wheel } = this.around;
    switch (action) {
      case 'pass':
        if (response !== undefined) this.user.response(response, flow, bytes);
        return;
      case 'ack':
        if (response !== undefined) this.acknowledge(response);
        return;
      case 'resend':
        this.transmit();
        return;
      case 'doubleAgain':
        // Timer A grows without a bound of its own (§17.1.1.2), timer E up to T2.
        this.intervalMs *= 2;
        if (this.method !== 'INVITE') this.intervalMs = Math.min(this.intervalMs, timers.t2Ms);
        this.startAgain();
        return;
      case 'slowAgain':
        this.intervalMs = timers.t2Ms;
        this.startAgain();
        return;
      case 'stopAgain':
        if (this.again !== undefined) wheel.stop(this.again);
        return;
      case 'stopTimeout':
        wheel.stop(this.deadline);
        return;
      case 'startAbsorb':
        this.startOver(reliable(this.flow) ? 0 : timers.absorbMs);
        return;
      case 'startLinger':
        this.forget();
        this.startOver(reliable(this.flow) ? 0 : timers.t4Ms);
        return;
      case 'startLife':
        this.forget();
        this.startOver(lifeMs(timers));
        return;
      case 'tellTimeout':
        this.user.timedOut();
        return;
      case 'tellUnsendable':
        this.user.unsendable();
        return;
      default:
        assertNever(action);
    }
  }

  /** Sends the ACK of a failure; the same bytes again for a repeated one (§17.1.1.2). */
  private acknowledge(response: SipResponse): void {
    if (this.request !== undefined) this.bytes = writeMessage(ackFor(this.request, response));
    this.request = undefined;
    this.transmit();
  }

  private transmit(): void {
    if (this.bytes !== undefined) this.around.send(this.flow, this.bytes, this);
  }

  private startAgain(): void {
    if (reliable(this.flow)) return;
    this.again ??= new WheelTimer<Timers>(this, 'again');
    this.around.wheel.start(this.again, this.intervalMs);
  }

  private startOver(delayMs: number): void {
    this.over ??= new WheelTimer<Timers>(this, 'over');
    this.around.wheel.start(this.over, delayMs);
  }

  private forget(): void {
    this.request = undefined;
    this.bytes = undefined;
    this.flow.connection?.detach(this);
  }

  private end(): void {
    for (const timer of [this.again, this.deadline, this.over])
      if (timer !== undefined) this.around.wheel.stop(timer);
    this.forget();
    this.around.clientEnded(this.key);
  }
}
