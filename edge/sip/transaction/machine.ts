/** What happens in a state on an event: the state after it, and what the shell performs, in order. */
export interface Transition<S extends string, A extends string> {
  readonly next: S;
  readonly actions: readonly A[];
}

/**
 * A transaction as the figures of RFC 3261 §17 draw it: for each state the events that mean something in it. An event
 * that is not listed changes nothing.
 */
export type Machine<S extends string, E extends string, A extends string> = Readonly<
  Record<S, Readonly<Partial<Record<E, Transition<S, A>>>>>
>;

/** One step; undefined where the event means nothing in the state. Allocates nothing. */
export const step = <S extends string, E extends string, A extends string>(
  machine: Machine<S, E, A>,
  state: S,
  event: E,
): Transition<S, A> | undefined => machine[state][event];
