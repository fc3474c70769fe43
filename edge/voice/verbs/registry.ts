import type { VoiceVerb } from '../../twiml/registry.ts';
import { next, type Run, type RunVerb, type VerbEnd } from '../program/run.ts';
import { runDial } from './dial.ts';
import { runEnqueue } from './enqueue.ts';
import { runHangup } from './hangup.ts';
import { runLeave } from './leave.ts';
import { runPause } from './pause.ts';
import { runRedirect } from './redirect.ts';
import { runRefer } from './refer.ts';
import { runReject } from './reject.ts';
import { runUnsupported } from './unsupported.ts';

type Runners = { readonly [Kind in VoiceVerb['kind']]: RunVerb<Extract<VoiceVerb, { kind: Kind }>> };

const pending: RunVerb<VoiceVerb> = (verb, run) => {
  run.alert(13750, `<${verb.kind}> does not run on this edge`);
  return Promise.resolve(next);
};

/** One file a verb. */
const runners: Runners = {
  connect: pending,
  dial: runDial,
  echo: pending,
  enqueue: runEnqueue,
  gather: pending,
  hangup: runHangup,
  leave: runLeave,
  message: pending,
  pause: runPause,
  play: pending,
  record: pending,
  redirect: runRedirect,
  refer: runRefer,
  reject: runReject,
  say: pending,
  start: pending,
  stop: pending,
  unsupported: runUnsupported,
};

export const runVerb = (verb: VoiceVerb, run: Run): Promise<VerbEnd> =>
  (runners[verb.kind] as RunVerb<VoiceVerb>)(verb, run);
