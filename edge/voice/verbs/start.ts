import type { Leg } from '../../../media/media.ts';
import type { RecordingNoun } from '../../twiml/nouns/recording.ts';
import type { StreamNoun } from '../../twiml/nouns/stream.ts';
import type { StartVerb } from '../../twiml/verbs/start.ts';
import { next, type Run, type RunVerb } from '../program/run.ts';
import { streamWish } from './stream-wish.ts';

/** Begins recordings and streams beside the document (https://www.twilio.com/docs/voice/twiml/start). */
export const runStart: RunVerb<StartVerb> = async (verb, run) => {
  const leg = await run.leg();
  if (leg === undefined) return next;
  for (const noun of verb.nouns) {
    if (run.interrupted) break;
    if (noun.kind === 'unsupported') run.alert(noun.code, `<${noun.name}> does not run on this edge`);
    else if (noun.kind === 'stream') startStream(noun, run, leg);
    else await startRecording(noun, run, leg);
  }
  return next;
};

function startStream(noun: StreamNoun, run: Run, leg: Leg): void {
  const started = run.services.streams.start(run.live, leg, streamWish(noun, run, false));
  if (started.ok) return;
  if (started.error === 'quota') run.alert(31960, 'this call has as many streams as it may');
  else run.alert(14300, `this call has a stream with the name ${noun.name ?? ''} already`);
}

async function startRecording(noun: RecordingNoun, run: Run, leg: Leg): Promise<void> {
  const { live, services } = run;
  const callback = noun.recordingStatusCallback;
  const started = await services.recordings.start(leg, {
    account: live.account,
    callSid: live.sid,
    source: 'StartCallRecordingTwiML',
    ...(noun.name === undefined ? {} : { name: noun.name }),
    statusCallback: callback === undefined ? null : { ...callback, url: run.resolve(callback.url) },
    sound: { channels: noun.channels, track: noun.track, trimSilence: noun.trimSilence },
  });
  if (!started.ok) run.alert(12400, 'the call could not be recorded');
}
