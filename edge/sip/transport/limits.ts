/** What bounds the transports. */
export interface TransportLimits {
  /** Connections open at once, over all listeners. */
  readonly connectionsMax: number;
  readonly connectionsPerAddressMax: number;
  /** Octets that may await a slow reader before its connection is cut. */
  readonly writeQueueMax: number;
  /** How long a new connection may take to its first whole message, and any message from its first octet to its last. */
  readonly messageMs: number;
  /** How long a connection may be silent. Keep-alives (RFC 5626) count as signs of life. */
  readonly idleMs: number;
  readonly connectMs: number;
}

export const defaultTransportLimits: TransportLimits = {
  connectionsMax: 10_000,
  connectionsPerAddressMax: 500,
  writeQueueMax: 1_048_576,
  messageMs: 10_000,
  idleMs: 3_600_000,
  connectMs: 4_000,
};
