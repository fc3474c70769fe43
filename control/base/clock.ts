/** A timer that has been set and may still be taken back. Cancelling twice, or after it fired, does nothing. */
export interface Timer {
  cancel(): void;
}

/** Time as everything in this project sees it, so that a test may move it. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Monotonic milliseconds, for durations; unrelated to `now`. */
  monotonic(): number;
  /** Calls `fire` once after `delayMs`. */
  after(delayMs: number, fire: () => void): Timer;
}

/** setTimeout's limit: a longer delay would fire at once (Node documents it so). */
const longestDelayMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, fire) {
    if (delayMs > longestDelayMs) {
      let inner = systemClock.after(longestDelayMs, () => {
        inner = systemClock.after(delayMs - longestDelayMs, fire);
      });
      return { cancel: () => inner.cancel() };
    }
    const handle = setTimeout(fire, delayMs);
    return { cancel: () => clearTimeout(handle) };
  },
};
