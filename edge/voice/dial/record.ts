import type { DialVerb } from '../../twiml/verbs/dial.ts';
import type { Params } from '../params.ts';
import type { Run } from '../program/run.ts';

/** The recording of a <Dial>. */
export interface DialRecording {
  /** Ends it; gives what the action is told of it, once its sound can be fetched. */
  finish(): Promise<Params>;
}

/** Begins to record the caller's side of a connection, which hears both; undefined if it cannot be. */
export async function recordDial(verb: DialVerb, run: Run): Promise<DialRecording | undefined> {
  const wish = verb.record;
  const { leg } = run.live;
  if (wish.kind === 'no' || leg === undefined) return undefined;
  const { recordings } = run.services;
  const callback = wish.recordingStatusCallback;
  const started = await recordings.start(leg, {
    account: run.live.account,
    callSid: run.live.sid,
    source: 'DialVerb',
    statusCallback: callback === undefined ? null : { ...callback, url: run.resolve(callback.url) },
    sound: { channels: wish.channels, track: wish.track, trimSilence: wish.trimSilence },
  });
  if (!started.ok) {
    run.alert(12400, 'the call could not be recorded');
    return undefined;
  }
  const active = started.value;
  return {
    finish: async () => {
      active.stop();
      const { recording } = await active.done;
      return recordings.paramsOf(recording, run.live.account.sid);
    },
  };
}
