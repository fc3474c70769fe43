/** How long something may take on a slow machine before the test has failed. */
const patienceMs = 20_000;

/**
 * Turns the event loop until `holds`. Bounded by time, never by turns: a disk takes as many of those as it likes.
 * `turn` is what is done between two looks.
 * @throws when it never comes to be
 */
export async function until(holds: () => boolean, turn: () => Promise<void> = nextTurn): Promise<void> {
  const begunMs = performance.now();
  while (!holds()) {
    if (performance.now() - begunMs > patienceMs) throw new Error(`it never came to be: ${String(holds)}`);
    await turn();
  }
}

/** Lets go of the event loop once. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
