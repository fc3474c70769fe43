/** Timers of one session (SMPP 3.4 §7.2), in milliseconds. */
export interface SmppTimers {
  /** How long a request of ours waits for its response. */
  readonly responseMs: number;
  /** After this long without a byte from the peer, enquire_link asks whether it lives. */
  readonly enquireLinkMs: number;
  /** After this long without a PDU from the peer the session is unbound, where `enquireLinkMs` is longer; 0 never. */
  readonly inactivityMs: number;
  /** A connection must be made and bound within this time. */
  readonly sessionInitMs: number;
}

export const defaultTimers: SmppTimers = {
  responseMs: 10_000,
  enquireLinkMs: 30_000,
  inactivityMs: 0,
  sessionInitMs: 10_000,
};
