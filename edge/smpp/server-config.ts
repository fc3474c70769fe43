import type { QueryAnswer, CancelSm, QuerySm, ReplaceSm, SubmitMulti } from './server-requests.ts';
import type { DoorLimits } from './doorkeeper.ts';
import type { SubmitSm } from './message.ts';
import type { Unsuccessful } from './pdu.ts';
import type { ServerSession } from './server-session.ts';
import type { CloseReason, Role } from './session-state.ts';
import type { SmppTimers } from './timers.ts';

/** A certificate chain and its key, PEM. */
export interface ServerCertificate {
  readonly cert: string;
  readonly key: string;
  /** PEM: clients must show a certificate of these authorities. Default: none has to. */
  readonly clientAuthorities?: string | undefined;
}

export interface SmppServerConfig {
  /** For metrics and logs. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** Speaks TLS if given. */
  readonly tls?: ServerCertificate;
  /** What we call ourselves in bind responses. */
  readonly systemId: string;
  /** deliver_sm that may await a response, for each session. */
  readonly window: number;
  /** submit_sm and the like that we hold unanswered at once for each session. */
  readonly inboundWindow: number;
  readonly timers?: Partial<SmppTimers>;
  readonly limits?: Partial<DoorLimits>;
  /** How long the answer to a failed bind is held back; default 1,000. */
  readonly failureDelayMs?: number;
}

/** What a peer shows when it binds. */
export interface BindAttempt {
  readonly systemId: string;
  readonly password: string;
  readonly systemType: string;
  readonly role: Role;
  /** interface_version: 0x33 or less means SMPP 3.3 or older. */
  readonly interfaceVersion: number;
  readonly remoteAddress: string;
}

export type BindVerdict<T> =
  { readonly ok: true; readonly peer: T } | { readonly ok: false; readonly status: number };

/**
 * What the server asks of its owner. Every `reply` is called once; further calls do nothing. Buffers in requests are
 * views of received bytes: copy what is kept beyond the call. An operation without its handler is answered with
 * ESME_RINVCMDID.
 */
export interface SmppServerHandlers<T> {
  authenticate(bind: BindAttempt): Promise<BindVerdict<T>>;
  bound(session: ServerSession<T>): void;
  unbound(session: ServerSession<T>, reason: CloseReason): void;
  /** submit_sm or data_sm. With ESME_ROK, `messageId` of at most 64 octets. */
  submit(session: ServerSession<T>, sm: SubmitSm, reply: (status: number, messageId?: string) => void): void;
  submitMulti?(
    session: ServerSession<T>,
    sm: SubmitMulti,
    reply: (status: number, messageId?: string, unsuccessful?: readonly Unsuccessful[]) => void,
  ): void;
  query?(
    session: ServerSession<T>,
    query: QuerySm,
    reply: (status: number, answer?: QueryAnswer) => void,
  ): void;
  cancel?(session: ServerSession<T>, cancel: CancelSm, reply: (status: number) => void): void;
  replace?(session: ServerSession<T>, replace: ReplaceSm, reply: (status: number) => void): void;
  /** `session.capacity()` went from 0 to above 0. */
  capacity?(session: ServerSession<T>): void;
}
