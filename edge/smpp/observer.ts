import type { Overhear } from '../../control/base/overheard.ts';
import type { DecodeErrorCode } from './pdu.ts';
import type { CloseReason, Role } from './session-state.ts';

/** Where this room logs: fields for machines, a sentence for people. Never given passwords or message bodies. */
export interface Log {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** How a request that carried a message ended. */
export type MessageResult = 'accepted' | 'throttled' | 'refused' | 'lost';

/** What metrics want to know. `peer` is the link's name, or the server's own name for all of its tenants. */
export interface SmppObserver {
  bound(peer: string, role: Role): void;
  /** A session ended that had been bound. */
  unbound(peer: string, role: Role, reason: CloseReason): void;
  /** A bind was refused: by the carrier, or by us. */
  bindRefused(peer: string, status: number): void;
  /** A submit_sm of ours (link) or a deliver_sm of ours (server) came to an end. */
  messageLatencyMs(peer: string, result: MessageResult, latencyMs: number): void;
  /** A submit_sm of ours was refused, with this command_status. */
  submitRefused(peer: string, status: number): void;
  /** The peer answered our enquire_link. */
  alive(peer: string, latencyMs: number): void;
  /** The peer asked us to slow down. */
  throttled(peer: string, status: number): void;
  decodeError(peer: string, code: DecodeErrorCode | 'framing'): void;
  /** A response that answers nothing we asked, or too late. */
  unknownResponse(peer: string): void;
  /** A connection was turned away before it could bind. */
  connectionRefused(peer: string, reason: 'connections' | 'address' | 'failures'): void;
  /** Takes what passes under TLS, while packets are captured. */
  readonly overhear?: Overhear | undefined;
}

const ignore = (): void => undefined;

export const silentObserver: SmppObserver = {
  bound: ignore,
  unbound: ignore,
  bindRefused: ignore,
  messageLatencyMs: ignore,
  submitRefused: ignore,
  alive: ignore,
  throttled: ignore,
  decodeError: ignore,
  unknownResponse: ignore,
  connectionRefused: ignore,
};

export const silentLog: Log = { info: ignore, warn: ignore };
