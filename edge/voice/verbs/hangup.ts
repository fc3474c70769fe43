import type { HangupVerb } from '../../twiml/verbs/hangup.ts';
import type { RunVerb } from '../program/run.ts';

/** Ends the call (https://www.twilio.com/docs/voice/twiml/hangup): it is answered first, as Twilio does. */
export const runHangup: RunVerb<HangupVerb> = async (_verb, run) => {
  await run.leg();
  return { kind: 'hangup' };
};
