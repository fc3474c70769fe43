import type { LeaveVerb } from '../../twiml/verbs/leave.ts';
import type { RunVerb } from '../program/run.ts';

/** Leaves the queue that the call waits in (https://www.twilio.com/docs/voice/twiml/leave); elsewhere it ends the call. */
export const runLeave: RunVerb<LeaveVerb> = () => Promise.resolve({ kind: 'left' });
