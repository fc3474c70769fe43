import type { Source } from '../program/source.ts';

/** Why what a call is doing must end now. */
export type Interrupt =
  /** The call is over. */
  | { readonly kind: 'ended' }
  /** The REST API sends it elsewhere. */
  | { readonly kind: 'redirect'; readonly source: Source }
  /** Whoever began it took it back: a caller left a queue, a conference began. */
  | { readonly kind: 'stopped' };

/** The interrupt that ended a signal; undefined while it stands. */
export const interruptOf = (signal: AbortSignal): Interrupt | undefined =>
  signal.aborted ? (signal.reason as Interrupt) : undefined;

/** Calls `act` when the signal ends, at once if it has. The returned function takes that back. */
export function onInterrupt(signal: AbortSignal, act: () => void): () => void {
  if (signal.aborted) {
    act();
    return () => undefined;
  }
  signal.addEventListener('abort', act, { once: true });
  return () => signal.removeEventListener('abort', act);
}

/** Resolves when the signal ends. For races; whoever loses one lets go of it with the signal. */
export function ended(signal: AbortSignal): Promise<'interrupted'> {
  return new Promise((resolve) => {
    onInterrupt(signal, () => resolve('interrupted'));
  });
}

/**
 * Does `work` under a signal of its own, which ends with the outer one, or by `stop`. Whatever `work` listened to is
 * let go with it: an outer signal may live for hours.
 */
export async function within<T>(
  outer: AbortSignal,
  work: (inner: AbortSignal, stop: () => void) => Promise<T>,
): Promise<T> {
  const own = new AbortController();
  const pass = (): void => own.abort(outer.reason);
  const release = onInterrupt(outer, pass);
  try {
    return await work(own.signal, () => own.abort({ kind: 'stopped' } satisfies Interrupt));
  } finally {
    release();
  }
}
