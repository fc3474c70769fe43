/** The times of RFC 3261 §17 (table 4), in milliseconds. */
export interface SipTimers {
  /** Round-trip estimate: the first interval between retransmissions. */
  readonly t1Ms: number;
  /** The longest interval between retransmissions of anything but an INVITE request. */
  readonly t2Ms: number;
  /** How long a message may remain in the network. */
  readonly t4Ms: number;
  /** Timer D over datagrams: how long a caller absorbs retransmitted failures of its INVITE; at least 32 s. */
  readonly absorbMs: number;
}

export const defaultTimers: SipTimers = { t1Ms: 500, t2Ms: 4_000, t4Ms: 5_000, absorbMs: 32_000 };

/** Timers B, F, H, J, L and M: how long anything is tried or remembered (RFC 3261 §17; L and M: RFC 6026). */
export const lifeMs = (timers: SipTimers): number => 64 * timers.t1Ms;
