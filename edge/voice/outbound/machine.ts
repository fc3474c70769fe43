import type { Clock } from '../../../control/base/clock.ts';
import { MachineDetector, type AnsweredBy } from '../../../media/audio/machine-detector.ts';
import { decodeUlaw } from '../../../media/audio/g711.ts';
import type { Leg } from '../../../media/media.ts';
import { onInterrupt } from '../live/interrupt.ts';
import type { MachineDetection } from '../../twiml/nouns/amd.ts';

/** 20 ms at 8 kHz. */
const frameSamples = 160;

/** Listens to who has answered, until it knows, its time is over, or the signal ends. */
export async function detectMachine(
  leg: Leg,
  wish: MachineDetection,
  clock: Clock,
  signal: AbortSignal,
): Promise<{ readonly by: AnsweredBy; readonly durationMs: number }> {
  const detector = new MachineDetector({
    until: wish.mode === 'Enable' ? 'answer' : 'message-end',
    timeoutMs: wish.timeoutMs,
    speechThresholdMs: wish.speechThresholdMs,
    speechEndThresholdMs: wish.speechEndThresholdMs,
    silenceTimeoutMs: wish.silenceTimeoutMs,
  });
  const begunMs = clock.now();
  let decide: (by: AnsweredBy) => void = () => undefined;
  const decided = new Promise<AnsweredBy>((resolve) => (decide = resolve));
  const abort = (): void => decide('unknown');
  const release = onInterrupt(signal, abort);
  // A phone that sends no packets in silence gives the detector no frames: our own clock ends it then.
  const limit = clock.after(wish.timeoutMs, abort);
  const frame = new Int16Array(frameSamples);
  const tap = await leg.tap('inbound', ({ payload }) => {
    decodeUlaw(payload, frame);
    const by = detector.write(frame);
    if (by !== undefined) decide(by);
  });
  const by = await decided;
  limit.cancel();
  release();
  tap.close();
  return { by, durationMs: clock.now() - begunMs };
}
