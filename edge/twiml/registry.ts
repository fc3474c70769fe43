import { unsupported, type Unsupported } from './unsupported.ts';
import type { Context, VerbSpec } from './verb.ts';
import { connect, type ConnectVerb } from './verbs/connect.ts';
import { dial, type DialVerb } from './verbs/dial.ts';
import { echo, type EchoVerb } from './verbs/echo.ts';
import { enqueue, type EnqueueVerb } from './verbs/enqueue.ts';
import { gather, type GatherVerb } from './verbs/gather.ts';
import { hangup, type HangupVerb } from './verbs/hangup.ts';
import { leave, type LeaveVerb } from './verbs/leave.ts';
import { message, type MessageVerb } from './verbs/message.ts';
import { pause, type PauseVerb } from './verbs/pause.ts';
import { play, type PlayVerb } from './verbs/play.ts';
import { record, type RecordVerb } from './verbs/record.ts';
import { redirect, type RedirectVerb } from './verbs/redirect.ts';
import { refer, type ReferVerb } from './verbs/refer.ts';
import { reject, type RejectVerb } from './verbs/reject.ts';
import { say, type SayVerb } from './verbs/say.ts';
import { sms } from './verbs/sms.ts';
import { start, type StartVerb } from './verbs/start.ts';
import { stop, type StopVerb } from './verbs/stop.ts';

/** A verb of a reply to a message that has been read and may run. */
export type MessagingVerb = MessageVerb | RedirectVerb;

/** A verb of a call that has been read and may run. */
export type VoiceVerb =
  | ConnectVerb
  | DialVerb
  | EchoVerb
  | EnqueueVerb
  | GatherVerb
  | HangupVerb
  | LeaveVerb
  | MessageVerb
  | PauseVerb
  | PlayVerb
  | RecordVerb
  | RedirectVerb
  | ReferVerb
  | RejectVerb
  | SayVerb
  | StartVerb
  | StopVerb
  | Unsupported;

interface VerbsOf {
  readonly messaging: MessagingVerb;
  readonly voice: VoiceVerb;
}

/** What a document may ask for in its context. */
export type Verb<In extends Context = 'messaging'> = VerbsOf[In];

/** Verbs of messages. A new one is a file in `verbs/`, its type in `MessagingVerb`, and a line here. */
export const messagingVerbs: readonly VerbSpec<MessagingVerb>[] = [message, sms, redirect];

/** Verbs of Twilio's that are known and do not run here, by Twilio's number for that. */
const elsewhere: readonly VerbSpec<Unsupported>[] = [
  unsupported('Pay', 64002),
  unsupported('Prompt', 13750),
  unsupported('Queue', 13750),
  unsupported('Stream', 13750),
].map((spec) => ({ ...spec, contexts: ['voice'] }));

/** Verbs of calls. A new one is a file in `verbs/`, its type in `VoiceVerb`, and a line here. */
export const voiceVerbs: readonly VerbSpec<VoiceVerb>[] = [
  connect,
  dial,
  echo,
  enqueue,
  gather,
  hangup,
  leave,
  message,
  pause,
  play,
  record,
  redirect,
  refer,
  reject,
  say,
  sms,
  start,
  stop,
  ...elsewhere,
];
