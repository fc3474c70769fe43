import type { VoiceVerb } from '../../twiml/registry.ts';
import type { Run, RunVerb, VerbEnd } from '../program/run.ts';
import { runConnect } from './connect.ts';
import { runDial } from './dial.ts';
import { runEcho } from './echo.ts';
import { runEnqueue } from './enqueue.ts';
import { runGather } from './gather.ts';
import { runHangup } from './hangup.ts';
import { runLeave } from './leave.ts';
import { runMessage } from './message.ts';
import { runPause } from './pause.ts';
import { runPrompt } from './prompt.ts';
import { runRecord } from './record.ts';
import { runRedirect } from './redirect.ts';
import { runRefer } from './refer.ts';
import { runReject } from './reject.ts';
import { runStart } from './start.ts';
import { runStop } from './stop.ts';
import { runUnsupported } from './unsupported.ts';

type Runners = { readonly [Kind in VoiceVerb['kind']]: RunVerb<Extract<VoiceVerb, { kind: Kind }>> };

/** One file a verb. */
const runners: Runners = {
  connect: runConnect,
  dial: runDial,
  echo: runEcho,
  enqueue: runEnqueue,
  gather: runGather,
  hangup: runHangup,
  leave: runLeave,
  message: runMessage,
  pause: runPause,
  play: runPrompt,
  record: runRecord,
  redirect: runRedirect,
  refer: runRefer,
  reject: runReject,
  say: runPrompt,
  start: runStart,
  stop: runStop,
  unsupported: runUnsupported,
};

export const runVerb = (verb: VoiceVerb, run: Run): Promise<VerbEnd> =>
  (runners[verb.kind] as RunVerb<VoiceVerb>)(verb, run);
