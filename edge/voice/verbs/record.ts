import type { Leg } from '../../../media/media.ts';
import type { RecordVerb } from '../../twiml/verbs/record.ts';
import { ended, within } from '../live/interrupt.ts';
import type { Params } from '../params.ts';
import { next, type Run, type RunVerb } from '../program/run.ts';
import { Scribe } from './scribe.ts';

/** Twilio's beep before a recording. */
const beep = [{ kind: 'tone', tone: 'record-beep', durationMs: 500 }] as const;

/**
 * Records the party (https://www.twilio.com/docs/voice/twiml/record), and asks the action what to do then. Nothing
 * recorded: on with the document. A caller who hangs up leaves the recording, of which the action is still told.
 */
export const runRecord: RunVerb<RecordVerb> = async (verb, run) => {
  const { live, services } = run;
  const leg = await run.leg();
  if (leg === undefined) return next;
  if (verb.playBeep) await playBeep(run, leg);
  if (run.signal.aborted) return next;
  const callback = verb.recordingStatusCallback;
  const started = await services.recordings.start(leg, {
    account: live.account,
    callSid: live.sid,
    source: 'RecordVerb',
    statusCallback: callback === undefined ? null : { ...callback, url: run.resolve(callback.url) },
    sound: {
      channels: 'mono',
      track: 'inbound',
      trimSilence: verb.trimSilence,
      maxDurationMs: verb.maxLengthMs,
      finishOnDigits: verb.finishOnKey,
      ...(verb.timeoutMs === 0 ? {} : { silenceTimeoutMs: verb.timeoutMs }),
    },
  });
  if (!started.ok) {
    run.alert(12400, 'the party could not be recorded');
    return next;
  }
  const active = started.value;
  const scribe = verb.transcribe ? new Scribe(verb, run, leg) : undefined;
  // Digits by INFO do not pass through the sound that the recorder hears.
  let key = '';
  const unlisten = live.digits.listen((digit) => {
    if (key !== '' || !verb.finishOnKey.includes(digit)) return;
    key = digit;
    active.stop();
  });
  await within(run.signal, async (signal) => {
    await Promise.race([active.done, ended(signal)]);
  });
  unlisten();
  active.stop();
  const { recording, result } = await active.done;
  void scribe?.finish(recording);
  if (recording.status !== 'completed') return next;
  const params = (digits: string): Params => [
    ...services.recordings.paramsOf(recording, live.account.sid),
    ['Digits', digits],
  ];
  if (live.isOver) {
    const url = verb.action === undefined ? run.url : run.resolve(verb.action);
    void services.documents.tell(live, url, verb.method, params('hangup'));
    return next;
  }
  return run.action(verb.action, verb.method, params(result.digit ?? key));
};

async function playBeep(run: Run, leg: Leg): Promise<void> {
  await within(run.signal, async (signal) => {
    const playback = leg.play(beep);
    await Promise.race([playback.done, ended(signal)]);
    playback.stop();
  });
}
