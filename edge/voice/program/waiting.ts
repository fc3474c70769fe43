import type { VoiceVerb } from '../../twiml/registry.ts';
import type { HttpMethod } from '../call.ts';
import { quietly } from '../deferred.ts';
import type { LiveCall } from '../live/live-call.ts';
import { ended, onInterrupt } from '../live/interrupt.ts';
import type { Params } from '../params.ts';
import type { Services } from '../services.ts';
import type { ProgramEnd } from './program.ts';
import { documentAt } from './source.ts';

/** What may run while a caller waits in a queue (https://www.twilio.com/docs/voice/twiml/enqueue, waitUrl). */
export const queueWaitVerbs: ReadonlySet<VoiceVerb['kind']> = new Set([
  'say',
  'play',
  'pause',
  'gather',
  'hangup',
  'redirect',
  'leave',
]);

/** And before a conference begins (https://www.twilio.com/docs/voice/twiml/conference, waitUrl). */
export const conferenceWaitVerbs: ReadonlySet<VoiceVerb['kind']> = new Set([
  'say',
  'play',
  'pause',
  'redirect',
]);

export interface Wait {
  readonly live: LiveCall;
  readonly signal: AbortSignal;
  /** Absolute; '' for silence, undefined for our own music. */
  readonly url: string | undefined;
  readonly method: HttpMethod;
  readonly params: () => Params;
  readonly only: { readonly verbs: ReadonlySet<VoiceVerb['kind']>; readonly code: number };
  /** TwiML that has come to its end is asked for again; else silence follows it. A sound is played again either way. */
  readonly repeats: boolean;
}

/** A document that fails or ends at once is not asked for again sooner than this. */
const restMs = 2_000;

/**
 * What a caller hears who waits: the document of the waitUrl, or music. Ends with the signal, with <Hangup> or <Leave>,
 * or `failed` where the document cannot be had.
 */
export async function wait(
  services: Services,
  { live, signal, url, method, params, only, repeats }: Wait,
): Promise<ProgramEnd> {
  // The first music takes a moment to make, which nobody who goes on waits for.
  if (url === undefined) quietly(music(services, live, signal));
  while (url !== undefined && url !== '' && !signal.aborted) {
    const begunMs = services.clock.now();
    const end = await services.programs.run(live, documentAt(url, method), { signal, params, only });
    if (end.kind === 'hangup' || end.kind === 'left' || end.kind === 'failed') return end;
    if (end.kind === 'finished' && !end.isSound && !repeats) break;
    if (services.clock.now() - begunMs < restMs) await pause(services, signal);
  }
  await ended(signal);
  return { kind: 'interrupted' };
}

async function music({ speaker }: Services, live: LiveCall, signal: AbortSignal): Promise<void> {
  const items = await speaker.music();
  const { leg } = live;
  if (items.length === 0 || leg === undefined || signal.aborted) return;
  const playback = leg.play(items, { loop: 0 });
  onInterrupt(signal, () => playback.stop());
}

function pause({ clock }: Services, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.after(restMs, resolve);
    onInterrupt(signal, () => {
      timer.cancel();
      resolve();
    });
  });
}
