import type { Side } from './admission.ts';
import type { Command } from './commands.ts';
import type { DecodeError, EncodeError, Pdu, Value } from './pdu.ts';
import type { CloseReason, Role } from './session-state.ts';
import type { SmppTimers } from './timers.ts';
import type { Tlvs } from './tlvs.ts';

/** What a session does to the world. Each is performed at once, in the order called. */
export interface SessionEffects {
  /** Puts one PDU on the wire, or says why it cannot be written. */
  send(
    command: Command,
    status: number,
    sequence: number,
    values: readonly Value[],
    tlvs: Tlvs,
  ): EncodeError | undefined;
  /** Server: the peer asks to bind; answer with `acceptBind` or `refuseBind`. */
  bindRequested(role: Role, bind: Pdu): void;
  bound(role: Role, answer: Pdu | undefined): void;
  /** A request of the peer that is allowed in this state; answer it with `reply`, once. */
  request(pdu: Pdu): void;
  /** The peer answered our enquire_link. */
  alive(latencyMs: number): void;
  /** A response that answers nothing was ignored. */
  unknownResponse(): void;
  decodeError(error: DecodeError): void;
  /** The end; `endedBound` is the role it was bound as, if it was. End the connection once what was sent has left. */
  closed(reason: CloseReason, endedBound: Role | undefined): void;
}

export interface SessionOptions {
  readonly side: Side;
  /** Requests of ours that may await their response at once. */
  readonly window: number;
  /** Requests of the peer that we hold unanswered at once; beyond it they get ESME_RTHROTTLED. */
  readonly inboundWindow: number;
  readonly timers: SmppTimers;
}
