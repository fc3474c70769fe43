import type { Prompt } from '../../twiml/verbs/gather.ts';
import { ended, within } from '../live/interrupt.ts';
import { next, type RunVerb } from '../program/run.ts';
import { perform, ready } from './sound.ts';

/**
 * <Say> and <Play> (https://www.twilio.com/docs/voice/twiml/say, https://www.twilio.com/docs/voice/twiml/play): the
 * call is answered while the sound is made ready. Sound that cannot be had is told, and the document goes on.
 */
export const runPrompt: RunVerb<Prompt> = async (verb, run) => {
  await within(run.signal, async (signal) => {
    const both = Promise.all([run.leg(), ready(verb, run)]);
    const prepared = await Promise.race([both, ended(signal)]);
    if (prepared === 'interrupted') return;
    const [leg, prompt] = prepared;
    if (leg !== undefined && prompt !== undefined && !signal.aborted) await perform(prompt, leg, signal);
  });
  return next;
};
