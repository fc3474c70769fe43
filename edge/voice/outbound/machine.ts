import type { Clock } from '../../../control/base/clock.ts';
import type { AnsweredBy, Leg } from '../../../media/media.ts';
import { deferred } from '../deferred.ts';
import { onInterrupt } from '../live/interrupt.ts';
import type { MachineDetection } from '../../twiml/nouns/amd.ts';

/** Listens to who has answered, until it knows, its time is over, or the signal ends. */
export async function detectMachine(
  leg: Leg,
  wish: MachineDetection,
  clock: Clock,
  signal: AbortSignal,
): Promise<{ readonly by: AnsweredBy; readonly durationMs: number }> {
  const begunMs = clock.now();
  const { promise: decided, resolve: decide } = deferred<AnsweredBy>();
  const abort = (): void => decide('unknown');
  const release = onInterrupt(signal, abort);
  // A phone that sends no packets in silence gives the detector no frames: our own clock ends it then.
  const limit = clock.after(wish.timeoutMs, abort);
  const tap = await leg.watchMachine(
    {
      until: wish.mode === 'Enable' ? 'answer' : 'message-end',
      timeoutMs: wish.timeoutMs,
      speechThresholdMs: wish.speechThresholdMs,
      speechEndThresholdMs: wish.speechEndThresholdMs,
      silenceTimeoutMs: wish.silenceTimeoutMs,
    },
    decide,
  );
  const by = await decided;
  limit.cancel();
  release();
  tap.close();
  return { by, durationMs: clock.now() - begunMs };
}
