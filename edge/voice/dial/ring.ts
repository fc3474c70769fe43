import { deferred } from '../deferred.ts';
import { onInterrupt } from '../live/interrupt.ts';
import type { Party } from './party.ts';

const superseded = { status: 'canceled', errorCode: 0, sipCode: 487 } as const;

/**
 * Rings parties, all at once or one after another, until one has answered; the others are hung up then. Undefined if
 * nobody has, or the signal ended.
 */
export async function ringFirst(
  parties: Iterable<Party>,
  sequential: boolean,
  signal: AbortSignal,
): Promise<Party | undefined> {
  if (!sequential) return ringTogether(Array.from(parties), signal);
  for (const party of parties) {
    const answered = await ringTogether([party], signal);
    if (answered !== undefined || signal.aborted) return answered;
  }
  return undefined;
}

function ringTogether(parties: readonly Party[], signal: AbortSignal): Promise<Party | undefined> {
  const { promise, resolve } = deferred<Party | undefined>();
  let left = parties.length;
  let winner: Party | undefined;
  let release = (): void => undefined;
  const settle = (value: Party | undefined): void => {
    release();
    for (const party of parties) if (party !== value) party.live.hangUp(superseded);
    resolve(value);
  };
  const stop = (): void => settle(undefined);
  if (left === 0) resolve(undefined);
  else release = onInterrupt(signal, stop);
  for (const party of parties) {
    void party.live.answer().then((leg) => {
      left--;
      if (winner !== undefined) return;
      if (leg !== undefined) {
        winner = party;
        settle(party);
      } else if (left === 0) settle(undefined);
    });
  }
  return promise;
}
