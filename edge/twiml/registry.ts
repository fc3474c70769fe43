import type { VerbSpec } from './verb.ts';
import { message, type MessageVerb } from './verbs/message.ts';
import { redirect, type RedirectVerb } from './verbs/redirect.ts';
import { sms } from './verbs/sms.ts';

/** A verb that has been read and may run. */
export type Verb = MessageVerb | RedirectVerb;

/** Every verb there is. A new one is a file in `verbs/`, its type in `Verb`, and a line here. */
export const verbs: readonly VerbSpec<Verb>[] = [message, sms, redirect];

/** Verbs of calls (https://www.twilio.com/docs/voice/twiml), which a reply to a message may not use: 14110. */
export const voiceOnly: ReadonlySet<string> = new Set([
  'Connect',
  'Dial',
  'Echo',
  'Enqueue',
  'Gather',
  'Hangup',
  'Leave',
  'Pause',
  'Pay',
  'Play',
  'Prompt',
  'Queue',
  'Record',
  'Refer',
  'Reject',
  'Say',
  'Start',
  'Stop',
  'Stream',
]);
