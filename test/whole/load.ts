import { until } from './edge-process.ts';
import type { Rest } from './rest.ts';

const inFlight = 32;

/** Numbers below `below`, the same ones in each run (a linear congruential generator). */
export function draw(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** What was acknowledged, by body, which no two messages share. */
export type Acknowledged = Map<string, string>;

/** Creates messages, 32 in flight, until `enough` are acknowledged; then goes on until `stop` is called. */
export function load(
  rest: Rest,
  senders: readonly string[],
  acknowledged: Acknowledged,
  round: number,
  enough: number,
) {
  let running = true;
  const begun = acknowledged.size;
  const enoughAcknowledged = until(`${enough} are acknowledged`, () => acknowledged.size - begun >= enough);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (running) {
      const no = next++;
      const body = `round ${round} message ${no}`;
      const form = {
        From: senders[no % senders.length] ?? '',
        To: `+1312555${1000 + round * 2000 + (no % 2000)}`,
        Body: body,
      };
      try {
        const { sid } = await rest.create(form);
        acknowledged.set(body, sid);
      } catch {
        // Not acknowledged: the edge was killed meanwhile, and owes nothing.
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    }
  };
  const workers = Promise.all(Array.from({ length: inFlight }, worker));
  return {
    enoughAcknowledged,
    async stop(): Promise<void> {
      running = false;
      await workers;
    },
  };
}
