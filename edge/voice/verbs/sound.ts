import type { Leg, Playable, Playback } from '../../../media/media.ts';
import { assertNever } from '../../../control/base/result.ts';
import type { Prompt } from '../../twiml/verbs/gather.ts';
import { ended } from '../live/interrupt.ts';
import type { Run } from '../program/run.ts';

/** A prompt that can be heard now. */
export type Ready =
  | { readonly kind: 'sound'; readonly items: readonly Playable[]; readonly loop: number }
  | { readonly kind: 'digits'; readonly digits: string; readonly loop: number };

/** Makes a prompt ready; undefined, with its alert, if that cannot be. */
export async function ready(prompt: Prompt, run: Run): Promise<Ready | undefined> {
  const { speaker } = run.services;
  const { loop } = 'loop' in prompt ? prompt : { loop: 1 };
  switch (prompt.kind) {
    case 'pause':
      return { kind: 'sound', items: [{ kind: 'silence', durationMs: prompt.lengthMs }], loop };
    case 'play':
      if (prompt.sound.kind === 'digits') return { kind: 'digits', digits: prompt.sound.digits, loop };
      break;
    case 'say':
      break;
    default:
      return assertNever(prompt);
  }
  const sound =
    prompt.kind === 'say'
      ? await speaker.say(prompt)
      : await speaker.play(
          run.live.account.sid,
          prompt.sound.kind === 'url' ? run.resolve(prompt.sound.url) : '',
        );
  if (sound.ok) return { kind: 'sound', items: [{ kind: 'file', file: sound.value.file }], loop };
  run.alert(sound.error.code, sound.error.detail);
  return undefined;
}

/** Lets a prompt be heard, until its end or the signal's. */
export async function perform(prompt: Ready, leg: Leg, signal: AbortSignal): Promise<void> {
  if (prompt.kind === 'sound') {
    await finished(leg.play(prompt.items, { loop: prompt.loop }), signal);
    return;
  }
  for (let round = 0; (prompt.loop === 0 || round < prompt.loop) && !signal.aborted; round++) {
    const why = await finished(leg.sendDigits(prompt.digits), signal);
    // A leg that is closed or that something else is played to would be asked for ever.
    if (why !== 'ended') return;
  }
}

async function finished(playback: Playback, signal: AbortSignal): Promise<string> {
  const why = await Promise.race([playback.done, ended(signal)]);
  if (why === 'interrupted') playback.stop();
  return why;
}
