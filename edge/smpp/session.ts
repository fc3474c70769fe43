import { assertNever } from '../../control/base/result.ts';
import { admit } from './admission.ts';
import { commands } from './commands.ts';
import type { Command } from './commands.ts';
import type { DecodeError, EncodeError, Pdu, Value } from './pdu.ts';
import { Heartbeat } from './heartbeat.ts';
import { Outstanding } from './outstanding.ts';
import type { Settled } from './outstanding.ts';
import { bindCommand, boundRole, roleOf } from './session-state.ts';
import type { CloseReason, Role, SessionState } from './session-state.ts';
import { status } from './status.ts';
import type { SessionEffects, SessionOptions } from './session-effects.ts';
import { Voice } from './voice.ts';
import { noTlvs } from './tlvs.ts';
import type { Tlvs } from './tlvs.ts';

/**
 * The rules of one SMPP session (3.4 §2), without sockets, timers or a clock: it is told what arrived and what time it
 * is, and acts through its effects. `nowMs` is monotonic. After `closed` every call does nothing.
 */
export class Session {
  private readonly options: SessionOptions;
  private readonly effects: SessionEffects;
  private current: SessionState;
  private readonly outstanding: Outstanding;
  private readonly heartbeat: Heartbeat;
  private heldRequests = 0;
  private readonly voice: Voice;

  constructor(options: SessionOptions, effects: SessionEffects, nowMs: number) {
    this.options = options;
    this.effects = effects;
    this.voice = new Voice(effects);
    this.outstanding = new Outstanding(options.timers.responseMs);
    this.heartbeat = new Heartbeat(options.timers, nowMs);
    this.current = { kind: 'open', deadlineMs: nowMs + options.timers.sessionInitMs };
  }

  get state(): SessionState {
    return this.current;
  }

  /** Requests of ours without a response so far. */
  get used(): number {
    return this.outstanding.size;
  }

  /** Requests of the peer that we have not answered. */
  get held(): number {
    return this.heldRequests;
  }

  /** How many more requests may leave now. */
  get free(): number {
    return this.current.kind === 'bound' ? Math.max(0, this.options.window - this.outstanding.size) : 0;
  }

  /** Client: asks to be bound. */
  bind(role: Role, values: readonly Value[], nowMs: number): EncodeError | undefined {
    if (this.current.kind !== 'open') return undefined;
    const command = bindCommand[role];
    const sequence = this.voice.ask(command, values, noTlvs);
    if (typeof sequence !== 'number') return sequence;
    const deadlineMs = nowMs + this.options.timers.responseMs;
    this.current = { kind: 'binding', role, command, sequence, deadlineMs };
    return undefined;
  }

  /** Server: the bind is good. */
  acceptBind(values: readonly Value[], tlvs: Tlvs): void {
    const state = this.current;
    if (state.kind !== 'binding') return;
    this.voice.respond(state.command, status.ESME_ROK, state.sequence, values, tlvs);
    this.becomeBound(state.role, undefined);
  }

  /** Server: the bind is refused, and with it the session. */
  refuseBind(refusal: number): void {
    const state = this.current;
    if (state.kind !== 'binding') return;
    this.voice.respond(state.command, refusal, state.sequence, [], noTlvs);
    this.close({ kind: 'bindRefused', status: refusal });
  }

  /** Sends a request; only while `free` is above 0. An error means that nothing was sent and `settled` is not called. */
  request(
    command: Command,
    values: readonly Value[],
    tlvs: Tlvs,
    settled: Settled,
    nowMs: number,
  ): EncodeError | undefined {
    if (this.free === 0) throw new Error('request without capacity');
    const sequence = this.voice.ask(command, values, tlvs);
    if (typeof sequence !== 'number') return sequence;
    this.outstanding.add(sequence, command, settled, nowMs);
    return undefined;
  }

  /** Answers a request that `effects.request` brought. */
  reply(request: Pdu, answer: number, values: readonly Value[], tlvs: Tlvs, nowMs: number): void {
    if (this.current.kind === 'closed') return;
    this.heldRequests--;
    this.voice.respond(request.command, answer, request.sequence, values, tlvs);
    this.advanceDrain(nowMs);
  }

  /** One PDU arrived. */
  receive(pdu: Pdu, nowMs: number): void {
    if (this.current.kind === 'closed') return;
    this.heartbeat.heard(nowMs);
    if (pdu.command.isResponse) this.receiveResponse(pdu, nowMs);
    else this.receiveRequest(pdu, nowMs);
  }

  /** A PDU arrived that could not be read; the ones after it can. */
  receiveError(error: DecodeError, nowMs: number): void {
    if (this.current.kind === 'closed') return;
    this.heartbeat.heard(nowMs);
    this.effects.decodeError(error);
    const command = error.command;
    if (command?.isResponse === true) {
      // Never answer an answer. What it was meant for stays without one, so it is settled as such now.
      this.outstanding.settle(error.sequence, undefined);
      this.advanceDrain(nowMs);
    } else if (error.code === 'field' && command?.response !== undefined) {
      this.voice.respond(command, error.status, error.sequence, [], noTlvs);
    } else {
      this.voice.nack(error.status, error.sequence);
    }
  }

  /** The stream can no longer be cut into PDUs (SMPP 3.4 §4.3: a command_length that is invalid). */
  framingLost(): void {
    if (this.current.kind === 'closed') return;
    this.voice.nack(status.ESME_RINVCMDLEN, 0);
    this.close({ kind: 'framing' });
  }

  /** The connection is gone. */
  disconnected(code: string): void {
    this.close({ kind: 'disconnected', code });
  }

  /** Ends at once; what is outstanding is lost. */
  abort(): void {
    this.close({ kind: 'aborted' });
  }

  /** Takes no more requests, lets those under way end, then unbinds. A session that is not bound just ends. */
  drain(nowMs: number): void {
    const { kind } = this.current;
    if (kind === 'bound') this.beginDrain(this.current.role, undefined, nowMs);
    else if (kind === 'open' || kind === 'binding') this.abort();
  }

  /** When `tick` is next due. */
  deadlineMs(): number {
    const state = this.current;
    switch (state.kind) {
      case 'open':
      case 'binding':
      case 'unbinding':
        return state.deadlineMs;
      case 'draining':
        return Math.min(state.deadlineMs, this.outstanding.deadlineMs());
      case 'bound':
        return Math.min(this.outstanding.deadlineMs(), this.heartbeat.deadlineMs());
      case 'closed':
        return Infinity;
      default:
        return assertNever(state);
    }
  }

  /** Does what has fallen due; early calls are harmless. */
  tick(nowMs: number): void {
    this.outstanding.expire(nowMs);
    const state = this.current;
    switch (state.kind) {
      case 'open':
      case 'binding':
        if (nowMs >= state.deadlineMs) this.close({ kind: 'bindTimeout' });
        return;
      case 'bound':
        this.keepAlive(nowMs);
        return;
      case 'draining':
        if (nowMs >= state.deadlineMs) this.finishDrain(nowMs);
        else this.advanceDrain(nowMs);
        return;
      case 'unbinding':
        if (nowMs >= state.deadlineMs) this.close({ kind: 'dead' });
        return;
      case 'closed':
        return;
      default:
        assertNever(state);
    }
  }

  private keepAlive(nowMs: number): void {
    const pulse = this.heartbeat.check(nowMs);
    switch (pulse) {
      case 'fine':
        return;
      case 'enquire':
        this.heartbeat.enquired(this.voice.askPlainly(commands.enquire_link), nowMs);
        return;
      case 'dead':
        this.close({ kind: 'dead' });
        return;
      case 'inactive':
        this.drain(nowMs);
        return;
      default:
        assertNever(pulse);
    }
  }

  private receiveResponse(pdu: Pdu, nowMs: number): void {
    const state = this.current;
    const enquiryMs = this.heartbeat.takeAnswer(pdu.sequence, nowMs);
    if (enquiryMs !== undefined) {
      this.effects.alive(enquiryMs);
      return;
    }
    if (state.kind === 'binding' && this.options.side === 'client' && pdu.sequence === state.sequence) {
      if (pdu.status !== status.ESME_ROK) this.close({ kind: 'bindRefused', status: pdu.status });
      else if (pdu.command === state.command.response) this.becomeBound(state.role, pdu);
      else this.effects.unknownResponse();
    } else if (state.kind === 'unbinding' && pdu.sequence === state.sequence) {
      this.close({ kind: 'unbound' });
    } else if (this.outstanding.isAnsweredBy(pdu)) {
      this.outstanding.settle(pdu.sequence, pdu);
      this.advanceDrain(nowMs);
    } else {
      this.effects.unknownResponse();
    }
  }

  private receiveRequest(pdu: Pdu, nowMs: number): void {
    const command = pdu.command;
    if (command === commands.enquire_link) this.voice.answer(pdu, status.ESME_ROK);
    else if (command === commands.unbind) this.receiveUnbind(pdu, nowMs);
    else if (roleOf(command) !== undefined) this.receiveBind(pdu);
    else if (command.response !== undefined) this.receiveOperation(pdu);
    // alert_notification wants no answer; outbind is for ESMEs that listen.
    else if (command !== commands.alert_notification) this.voice.nack(status.ESME_RINVCMDID, pdu.sequence);
  }

  private receiveOperation(pdu: Pdu): void {
    const hasRoom = this.heldRequests < this.options.inboundWindow;
    const refusal = admit(this.options.side, this.current, pdu.command, hasRoom);
    if (refusal !== status.ESME_ROK) {
      this.voice.answer(pdu, refusal);
      return;
    }
    this.heldRequests++;
    this.effects.request(pdu);
  }

  private receiveBind(pdu: Pdu): void {
    const role = roleOf(pdu.command);
    const state = this.current;
    if (role === undefined) return;
    if (this.options.side === 'client' || state.kind !== 'open') {
      this.voice.answer(pdu, status.ESME_RALYBND);
      return;
    }
    const { sequence, command } = pdu;
    this.current = { kind: 'binding', role, command, sequence, deadlineMs: state.deadlineMs };
    this.effects.bindRequested(role, pdu);
  }

  private receiveUnbind(pdu: Pdu, nowMs: number): void {
    const state = this.current;
    switch (state.kind) {
      case 'bound':
        this.beginDrain(state.role, pdu.sequence, nowMs);
        return;
      case 'draining':
        // Its deadline stays: asking again and again does not buy time.
        this.current = { ...state, peerUnbind: pdu.sequence };
        return;
      case 'unbinding':
        // Both sides began at once: answering theirs ends it.
        this.voice.answer(pdu, status.ESME_ROK);
        this.close({ kind: 'unbound' });
        return;
      case 'open':
      case 'binding':
        this.voice.answer(pdu, status.ESME_RINVBNDSTS);
        return;
      case 'closed':
        return;
      default:
        assertNever(state);
    }
  }

  private beginDrain(role: Role, peerUnbind: number | undefined, nowMs: number): void {
    const deadlineMs = nowMs + this.options.timers.responseMs;
    this.current = { kind: 'draining', role, peerUnbind, deadlineMs };
    this.advanceDrain(nowMs);
  }

  private advanceDrain(nowMs: number): void {
    if (this.current.kind === 'draining' && this.outstanding.size === 0 && this.heldRequests === 0)
      this.finishDrain(nowMs);
  }

  private finishDrain(nowMs: number): void {
    const state = this.current;
    if (state.kind !== 'draining') return;
    if (state.peerUnbind !== undefined) {
      this.voice.respond(commands.unbind, status.ESME_ROK, state.peerUnbind, [], noTlvs);
      this.close({ kind: 'unbound' });
      return;
    }
    const sequence = this.voice.askPlainly(commands.unbind);
    const deadlineMs = nowMs + this.options.timers.responseMs;
    this.current = { kind: 'unbinding', role: state.role, sequence, deadlineMs };
  }

  private becomeBound(role: Role, answer: Pdu | undefined): void {
    this.current = { kind: 'bound', role };
    this.effects.bound(role, answer);
  }

  private close(reason: CloseReason): void {
    const state = this.current;
    if (state.kind === 'closed') return;
    const endedBound = boundRole(state);
    this.current = { kind: 'closed', reason };
    this.outstanding.abandon();
    this.effects.closed(reason, endedBound);
  }
}
