import type { Call } from '../voice/call.ts';
import type { Recording } from '../voice/recording.ts';
import type { ActiveRecording } from '../voice/recordings/recordings.ts';
import { callsPath, withCall } from './calls.ts';
import { accountPath, type ApiDeps, type VoiceDeps } from './deps.ts';
import { readRecording } from './dial-params.ts';
import type { ApiRequest, Reply, Route } from './exchange.ts';
import { invalidParameter, Reader } from './readers.ts';
import { created, json, notFound, refused } from './reply.ts';
import { recordingJson, type RecordingPlace } from './recording-json.ts';
import { viewOf, withRecording } from './recordings.ts';

/** Recording a call or a conference that goes on: beginning, pausing, resuming, stopping. */
export function callRecordingRoutes(deps: ApiDeps, voice: VoiceDeps): readonly Route[] {
  const product = 'api';
  const list = `${callsPath}/{CallSid}/Recordings`;
  return [
    {
      product,
      method: 'POST',
      path: list,
      handler: withCall(voice.voice, 'CallSid', (call, request) => start(deps, voice, call, request)),
    },
    {
      product,
      method: 'POST',
      path: `${list}/{Sid}`,
      handler: withCall(voice.voice, 'CallSid', (call, request) => {
        const sid = request.parts['Sid'] ?? '';
        // Twilio's name for the latest recording that goes on.
        const active = sid === 'Twilio.CURRENT' ? voice.voice.recordings.underWay(sid, call.sid) : undefined;
        const named =
          active === undefined ? request : { ...request, parts: { ...request.parts, Sid: active.sid } };
        return withRecording(voice, 'CallSid', (recording, asked) =>
          change(deps, voice, recording, 'call', asked),
        )(named);
      }),
    },
    {
      product,
      method: 'POST',
      path: `${accountPath}/Conferences/{ConferenceSid}/Recordings/{Sid}`,
      handler: withRecording(voice, 'ConferenceSid', (recording, request) =>
        change(deps, voice, recording, 'conference', request),
      ),
    },
  ];
}

async function start(deps: ApiDeps, { voice }: VoiceDeps, call: Call, request: ApiRequest): Promise<Reply> {
  const { form } = request;
  const reader = new Reader(form);
  const { channels, track, trimSilence, statusCallback } = readRecording(reader, form, false);
  if (form.get('RecordingConfigurationId'))
    reader.refuse(invalidParameter, 'This edge has no use for RecordingConfigurationId. Leave it out.');
  if (reader.fault !== undefined) return reader.fault;
  const started = await voice.startRecording(call, {
    statusCallback,
    sound: { channels, track, trimSilence },
  });
  if (!started.ok) return refused(started.error.code, started.error.detail);
  const recording = voice.recordings.get(started.value.sid);
  if (recording === undefined) return notFound;
  return created(recordingJson(recording, 'call', viewOf(deps, request)));
}

async function change(
  deps: ApiDeps,
  { voice, durable }: VoiceDeps,
  recording: Recording,
  place: RecordingPlace,
  request: ApiRequest,
): Promise<Reply> {
  const reader = new Reader(request.form);
  const status = reader.choice('Status', ['in-progress', 'paused', 'stopped']);
  const behavior = reader.choice('PauseBehavior', ['skip', 'silence']) ?? 'silence';
  if (status === undefined)
    reader.refuse(invalidParameter, 'Status must be one of in-progress, paused, stopped.');
  if (reader.fault !== undefined || status === undefined) return reader.fault ?? notFound;
  const active = voice.recordings.underWay(recording.sid);
  if (active === undefined) return refused(21220, `Recording ${recording.sid} has ended.`);
  await steer(active, status, behavior);
  await durable();
  const after = voice.recordings.get(recording.sid) ?? recording;
  return json(recordingJson(after, place, viewOf(deps, request)));
}

async function steer(
  active: ActiveRecording,
  status: 'in-progress' | 'paused' | 'stopped',
  behavior: 'skip' | 'silence',
): Promise<void> {
  switch (status) {
    case 'paused':
      active.pause(behavior);
      return;
    case 'in-progress':
      active.resume();
      return;
    case 'stopped':
      active.stop();
      await active.done;
  }
}
