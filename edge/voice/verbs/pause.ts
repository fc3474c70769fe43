import type { PauseVerb } from '../../twiml/verbs/pause.ts';
import { next, type RunVerb } from '../program/run.ts';

/** Waits (https://www.twilio.com/docs/voice/twiml/pause). As the first verb it lets an inbound call ring so long. */
export const runPause: RunVerb<PauseVerb> = async (verb, run) => {
  await run.interruption(verb.lengthMs);
  return next;
};
