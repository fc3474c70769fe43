export type TransportName = 'udp' | 'tcp' | 'tls';

/** Who wants to know that a connection has gone, or that a datagram could not leave. */
export interface FlowUser {
  connectionLost(): void;
}

/** A stream's connection as its users see it. */
export interface FlowConnection {
  readonly open: boolean;
  /** The SIP domains that the peer has proven to be, by a certificate; [] for most. */
  readonly domains: readonly string[];
  send(bytes: Buffer): void;
  /** From now on `user` is told when the connection goes. */
  attach(user: FlowUser): void;
  detach(user: FlowUser): void;
}

/** One of our listeners: a bound address. Hosts of IPv6 stand without brackets here and in `Flow`. */
export interface Endpoint {
  readonly transport: TransportName;
  /** As bound; may be a wildcard. */
  readonly host: string;
  readonly port: number;
  /** Our address as `remote` sees it: for Via, Contact and Record-Route, with the port. IPv6 in brackets. */
  sentBy(remote: string): string;
}

/**
 * A way to one peer: where a message came from, or where one goes. Over streams it is a connection. For UDP `port` is
 * where a datagram came from; see `responsePort`.
 */
export interface Flow {
  readonly endpoint: Endpoint;
  readonly host: string;
  readonly port: number;
  readonly connection: FlowConnection | undefined;
}

/** Where a request may be sent. */
export interface Destination {
  readonly transport: TransportName;
  /** An IP address, without brackets. */
  readonly host: string;
  readonly port: number;
  /** The name that a TLS certificate must show, where the target was given by name. */
  readonly serverName?: string | undefined;
  /** Which of the peers it is that are shown, or must show, a certificate of their own. */
  readonly peer?: string | undefined;
}

export const reliable = (flow: Flow): boolean => flow.endpoint.transport !== 'udp';

/** `::1` as SIP writes it: `[::1]`. */
export const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** The address without the brackets that SIP puts around IPv6. */
export const bare = (host: string): string =>
  host.charCodeAt(0) === 91 && host.endsWith(']') ? host.slice(1, -1) : host;

/** The port used where none is given (RFC 3261 §19.1.2). */
export const defaultPort = (transport: TransportName): number => (transport === 'tls' ? 5061 : 5060);
