/** What has been counted in one window of time and in the one before it. Windows begin at multiples of their length. */
export interface Window {
  readonly startMs: number;
  readonly current: number;
  readonly previous: number;
  /** Whether the tenant has been alerted in this window. */
  readonly told: boolean;
}

export const emptyWindow: Window = { startMs: 0, current: 0, previous: 0, told: false };

/** The window as it is at `nowMs`. */
export function windowAt(window: Window, nowMs: number, lengthMs: number): Window {
  const startMs = Math.floor(nowMs / lengthMs) * lengthMs;
  // A clock that has been set back must not forget what was counted.
  if (startMs <= window.startMs) return window;
  const previous = startMs - window.startMs === lengthMs ? window.current : 0;
  return { startMs, current: 0, previous, told: false };
}

/**
 * How much there was in the last `lengthMs`, the window before being taken as even: its part that is still within
 * reach counts. So a burst at the turn of the hour is not let through twice.
 */
export function slidingSum(window: Window, nowMs: number, lengthMs: number): number {
  const gone = Math.min(1, Math.max(0, (nowMs - window.startMs) / lengthMs));
  return window.current + window.previous * (1 - gone);
}
