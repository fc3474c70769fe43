import type { Socket } from 'node:net';

/**
 * What we use of drachtio-srf, whose own types leave out much of it. An application of its own: it is told of requests,
 * answers them, and keeps dialogs; the SIP server behind it keeps transactions, retransmissions and timers.
 */
export interface SrfClient {
  connect(options: { readonly host: string; readonly port: number; readonly secret: string }): unknown;
  /** Throws where no connection stands and no socket is given. */
  disconnect(socket?: Socket): void;
  on(event: 'connect', hear: (error: Error | null, hostPort: string) => void): unknown;
  on(event: 'error', hear: (error: Error) => void): unknown;
  invite(take: (req: SrfRequest, res: SrfResponse) => void): void;
  options(take: (req: SrfRequest, res: SrfResponse) => void): void;
  register(take: (req: SrfRequest, res: SrfResponse) => void): void;
  createUAS(
    req: SrfRequest,
    res: SrfResponse,
    options: { readonly localSdp: string; readonly headers?: SrfHeaders },
    done: (error: Error | null, dialog?: SrfDialog) => void,
  ): unknown;
  createUAC(
    uri: string,
    options: UacOptions,
    progress: {
      readonly cbRequest: (error: Error | null, req?: SrfSent) => void;
      readonly cbProvisional: (res: SrfReceived) => void;
    },
    done: (error: SrfFailure | null, dialog?: SrfDialog) => void,
  ): unknown;
  request(
    uri: string,
    options: { readonly method: string; readonly headers?: SrfHeaders; readonly proxy?: string },
    sent: (error: Error | null, req?: SrfSent) => void,
  ): unknown;
}

/** Several values of one field: `repeated`, since an array would become one line with commas. */
export type SrfHeaders = Readonly<Record<string, string>>;

export interface UacOptions {
  readonly localSdp: string;
  readonly headers: SrfHeaders;
  readonly proxy?: string;
}

/** A message's parts that are looked at. */
interface SrfMessage {
  readonly body: string;
  readonly raw: string;
  has(name: string): boolean;
  get(name: string): string;
}

export interface SrfRequest extends SrfMessage {
  readonly method: string;
  readonly uri: string;
  /** IPv6 in brackets. */
  readonly source_address: string;
  readonly source_port: number;
  readonly protocol: string;
  /** The domains that the peer has proven to be, with commas between; of the embedded server alone. */
  readonly sessionToken?: string;
  readonly msg: { readonly raw: string };
  on(event: 'cancel', hear: () => void): unknown;
}

export interface SrfResponse {
  send(status: number, options?: { readonly headers?: SrfHeaders; readonly body?: string }): unknown;
}

/** A request of ours, under way. */
export interface SrfSent {
  /** A field as it left. */
  get(name: string): string | undefined;
  cancel(done: (error: Error | null) => void): void;
  on(event: 'response', hear: (res: SrfReceived) => void): unknown;
}

/** A response to a request of ours. */
export interface SrfReceived extends SrfMessage {
  readonly status: number;
  readonly source_address: string;
  readonly source_port: number;
  readonly protocol: string;
}

export interface SrfFailure extends Error {
  readonly status?: number;
  readonly reason?: string;
  readonly res?: SrfReceived;
}

export interface SrfDialogId {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
}

export interface SrfDialog {
  readonly sip: SrfDialogId;
  /** `uri` is where requests within the dialog go: the other side's Contact. */
  readonly remote: { readonly sdp: string; readonly uri?: string };
  /** The final response that made it. */
  readonly res: SrfReceived;
  /** `bye`: the other side's, unless the dialog was lost. */
  on(event: 'destroy', hear: (bye?: SrfRequest) => void): unknown;
  on(event: 'ack', hear: (req: SrfRequest) => void): unknown;
  on(
    event: 'modify' | 'info' | 'refer' | 'notify' | 'update',
    hear: (req: SrfRequest, res: SrfResponse) => void,
  ): unknown;
  destroy(options: { readonly headers?: SrfHeaders }, done: (error: Error | null) => void): unknown;
  modify(
    sdp: string,
    options: { readonly headers?: SrfHeaders },
    done: (error: SrfFailure | null, answer?: string) => void,
  ): unknown;
  request(
    options: { readonly method: string; readonly headers?: SrfHeaders; readonly body?: string },
    done: (error: Error | null, res?: SrfReceived) => void,
  ): unknown;
}
