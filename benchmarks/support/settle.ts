import type { SmscProcess } from '../../test/peers/smsc-process.ts';
import type { SmscCounts } from '../../test/peers/smsc-behaviour.ts';

const pollMs = 100;

/** Waits until the SMSC has accepted `expected` messages, or nothing has come for `quietMs`. */
export async function settle(smsc: SmscProcess, expected: number, quietMs = 10_000): Promise<SmscCounts> {
  let counts = await smsc.counts();
  let quiet = 0;
  while (counts.accepted < expected && quiet < quietMs) {
    await new Promise((resolve) => setTimeout(resolve, pollMs));
    const next = await smsc.counts();
    quiet = next.submits === counts.submits ? quiet + pollMs : 0;
    counts = next;
  }
  return counts;
}
