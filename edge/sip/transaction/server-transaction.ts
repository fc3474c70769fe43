import { reliable } from '../transport/flow.ts';
import type { Flow, FlowUser } from '../transport/flow.ts';
import { step } from './machine.ts';
import { inviteServer, plainServer } from './server-machines.ts';
import type { ServerAction, ServerEvent, ServerState } from './server-machines.ts';
import { lifeMs } from './timers.ts';
import type { TransactionSurroundings } from './surroundings.ts';
import { WheelTimer } from './wheel.ts';
import type { TimerOwner } from './wheel.ts';
import { assertNever } from '../../../control/base/result.ts';
import type { SipRequest } from '../message/message.ts';

/** What the user of a server transaction hears of it. */
export interface ServerUser {
  /** A CANCEL for the INVITE, which has been answered already. */
  cancelled(cancel: SipRequest, flow: Flow, bytes: Buffer | undefined): void;
  /** No ACK came for a final response that was no success. */
  noAck(): void;
}

/** A request that we answer (RFC 3261 §17.2). Holds the last response, not the request. */
export class ServerTransaction implements TimerOwner<'again' | 'over'>, FlowUser {
  readonly key: string;
  readonly method: string;
  /** Where the request came from. */
  readonly flow: Flow;
  /** The tag of To in every response of ours, unless the request has one. */
  readonly tag: string;
  user: ServerUser | undefined = undefined;
  private readonly around: TransactionSurroundings;
  private readonly port: number;
  private current: ServerState;
  private last: Buffer | undefined = undefined;
  private intervalMs = 0;
  private again: WheelTimer<'again' | 'over'> | undefined = undefined;
  private over: WheelTimer<'again' | 'over'> | undefined = undefined;

  constructor(key: string, method: string, flow: Flow, port: number, around: TransactionSurroundings) {
    this.key = key;
    this.method = method;
    this.flow = flow;
    this.port = port;
    this.around = around;
    this.tag = around.ids.tag();
    this.current = method === 'INVITE' ? 'proceeding' : 'trying';
  }

  get state(): ServerState {
    return this.current;
  }

  /** Whether a final response has been sent. */
  get answered(): boolean {
    return this.current !== 'trying' && this.current !== 'proceeding';
  }

  /** The request came once more. */
  repeated(): void {
    this.event('request', undefined);
  }

  /** The ACK came of a final response that was no success. */
  acknowledged(): void {
    this.event('ack', undefined);
  }

  /** Sends a response, a 2xx also again; does nothing where none may be sent any more. */
  respond(status: number, bytes: Buffer): void {
    this.event(status < 200 ? 'provisional' : status < 300 ? 'success' : 'failure', bytes);
  }

  due(timer: 'again' | 'over'): void {
    this.event(timer, undefined);
  }

  /** A response could not be sent. */
  connectionLost(): void {
    this.event('unsendable', undefined);
  }

  private event(event: ServerEvent, bytes: Buffer | undefined): void {
    const transition = step(this.method === 'INVITE' ? inviteServer : plainServer, this.current, event);
    if (transition === undefined) return;
    this.current = transition.next;
    for (const action of transition.actions) this.perform(action, bytes);
    if (this.current === 'terminated') this.end();
  }

  private perform(action: ServerAction, bytes: Buffer | undefined): void {
    const { timers } = this.around;
    switch (action) {
      case 'send':
        this.last = bytes;
        this.transmit();
        // A success is repeated by its user, who has it (RFC 6026 §7.1).
        if (this.current === 'accepted') this.last = undefined;
        return;
      case 'resend':
        this.transmit();
        return;
      case 'startAgain':
        this.intervalMs = timers.t1Ms;
        this.startAgain();
        return;
      case 'doubleAgain':
        this.intervalMs = Math.min(this.intervalMs * 2, timers.t2Ms);
        this.startAgain();
        return;
      case 'stopAgain':
        if (this.again !== undefined) this.around.wheel.stop(this.again);
        return;
      case 'startLife':
        this.startOver(lifeMs(timers));
        return;
      case 'startAbsorb':
        this.startOver(reliable(this.flow) ? 0 : lifeMs(timers));
        return;
      case 'startLinger':
        this.last = undefined;
        this.startOver(reliable(this.flow) ? 0 : timers.t4Ms);
        return;
      case 'noAck':
        this.user?.noAck();
        return;
      default:
        assertNever(action);
    }
  }

  private transmit(): void {
    if (this.last !== undefined) this.around.reply(this.flow, this.last, this.port, this);
  }

  private startAgain(): void {
    if (reliable(this.flow)) return;
    this.again ??= new WheelTimer(this, 'again');
    this.around.wheel.start(this.again, this.intervalMs);
  }

  private startOver(delayMs: number): void {
    this.over ??= new WheelTimer(this, 'over');
    this.around.wheel.start(this.over, delayMs);
  }

  private end(): void {
    if (this.again !== undefined) this.around.wheel.stop(this.again);
    if (this.over !== undefined) this.around.wheel.stop(this.over);
    this.last = undefined;
    this.user = undefined;
    this.around.serverEnded(this.key);
  }
}
