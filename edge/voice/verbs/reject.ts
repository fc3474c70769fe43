import type { RejectVerb } from '../../twiml/verbs/reject.ts';
import type { RunVerb } from '../program/run.ts';

/** Refuses a call that has not been answered; ends one that has (https://www.twilio.com/docs/voice/twiml/reject). */
export const runReject: RunVerb<RejectVerb> = (verb) =>
  Promise.resolve({ kind: 'hangup', reject: verb.reason });
