import { isSid } from '../../control/base/sid.ts';
import { isOver, type Recording } from '../voice/recording.ts';
import type { RecordingFilter } from '../voice/recordings/recordings.ts';
import { readDateRange } from './date-range.ts';
import { accountPath, type ApiDeps, type VoiceDeps } from './deps.ts';
import type { ApiRequest, OpenRequest, Reply, Route } from './exchange.ts';
import { sidList } from './lists.ts';
import { deletedBy } from './monitor-events.ts';
import { invalidParameter, Reader } from './readers.ts';
import { json, noContent, notFound, refused } from './reply.ts';
import { recordingJson, type RecordingPlace, type RecordingView } from './recording-json.ts';

/** Where recordings are found, and which part of the path narrows them. */
const places: readonly (readonly [place: RecordingPlace, base: string, part: string])[] = [
  ['account', accountPath, ''],
  ['call', `${accountPath}/Calls/{CallSid}`, 'CallSid'],
  ['conference', `${accountPath}/Conferences/{ConferenceSid}`, 'ConferenceSid'],
];

/** Recordings (https://www.twilio.com/docs/voice/api/recording): lists, one, its sound, and an end for good. */
export function recordingRoutes(deps: ApiDeps, voice: VoiceDeps): readonly Route[] {
  const product = 'api';
  return [
    ...places.flatMap(([place, base, part]): Route[] => [
      {
        product,
        method: 'GET',
        path: `${base}/Recordings`,
        handler: (request) => readList(deps, voice, place, request),
      },
      {
        product,
        method: 'GET',
        path: `${base}/Recordings/{Sid}`,
        // Without `.json` the path of the account's own is the sound.
        ...(place === 'account' ? { suffix: 'json' } : {}),
        handler: withRecording(voice, part, (recording, request) =>
          json(recordingJson(recording, place, viewOf(deps, request))),
        ),
      },
      {
        product,
        method: 'DELETE',
        path: `${base}/Recordings/{Sid}`,
        handler: withRecording(voice, part, (recording, { principal }) => {
          deps.audit.note('recording', 'deleted', deletedBy(principal, recording.sid));
          return remove(voice, recording);
        }),
      },
    ]),
    {
      product,
      method: 'GET',
      path: `${accountPath}/Recordings/{Sid}`,
      suffix: 'bare',
      auth: 'none',
      handler: (request) => content(deps, voice, request),
    },
  ];
}

/** How a request is shown recordings. */
export const viewOf = (
  { currency }: Pick<ApiDeps, 'currency'>,
  { principal, origin }: Pick<ApiRequest, 'principal' | 'origin'>,
): RecordingView => ({ accountSid: principal.account.sid, origin, currency });

/** Hands over the recording that a path names, if it is the account's own and of the call or conference named. */
export const withRecording =
  (
    { voice: { recordings } }: VoiceDeps,
    part: string,
    handle: (recording: Recording, request: ApiRequest) => Reply | Promise<Reply>,
  ) =>
  (request: ApiRequest): Reply | Promise<Reply> => {
    const { parts, principal } = request;
    const recording = recordings.get(parts['Sid'] ?? '');
    if (recording?.accountNo !== principal.account.no) return notFound;
    const { callSid, conferenceSid } = recording;
    if (part === 'CallSid' && parts[part] !== callSid) return notFound;
    if (part === 'ConferenceSid' && parts[part] !== conferenceSid) return notFound;
    return handle(recording, request);
  };

function readList(deps: ApiDeps, { voice }: VoiceDeps, place: RecordingPlace, request: ApiRequest): Reply {
  const { parts, query, principal } = request;
  const created = readDateRange(query, 'DateCreated');
  if (!created.ok) return created.error;
  const reader = new Reader(query);
  // What is deleted here is gone: there is nothing softly deleted to include.
  reader.flag('IncludeSoftDeleted');
  const callSid = parts['CallSid'] ?? (reader.text('CallSid', 34) || undefined);
  const conferenceSid = parts['ConferenceSid'] ?? (reader.text('ConferenceSid', 34) || undefined);
  if (callSid !== undefined && !isSid(callSid, 'CA'))
    reader.refuse(invalidParameter, 'CallSid must be the SID of a call.');
  if (conferenceSid !== undefined && !isSid(conferenceSid, 'CF'))
    reader.refuse(invalidParameter, 'ConferenceSid must be the SID of a conference.');
  if (reader.fault !== undefined) return reader.fault;
  const filter: RecordingFilter = {
    ...(callSid === undefined ? {} : { callSid }),
    ...(conferenceSid === undefined ? {} : { conferenceSid }),
    ...(created.value === undefined ? {} : { created: created.value }),
  };
  const { account } = principal;
  const view = viewOf(deps, request);
  return sidList(request, 'recordings', 'RE', (page) => voice.recordings.list(account.no, filter, page), {
    sid: (recording) => recording.sid,
    json: (recording) => recordingJson(recording, place, view),
  });
}

/** The record and every file of it. */
async function remove({ voice, renditions }: VoiceDeps, recording: Recording): Promise<Reply> {
  await voice.recordings.remove(recording);
  await renditions.remove(voice.recordings.file(recording.sid));
  return noContent;
}

const formats = { '': 'wav', '.wav': 'wav', '.mp3': 'mp3' } as const;
const contentTypes = { wav: 'audio/x-wav', mp3: 'audio/mpeg' } as const;

/** The sound, to whoever knows its URL, as Twilio gives it unless an account asks for more. */
async function content(
  { accounts }: ApiDeps,
  { voice, renditions }: VoiceDeps,
  { parts, query }: OpenRequest,
): Promise<Reply> {
  const match = /^(RE[0-9a-f]{32})(\.wav|\.mp3)?$/.exec(parts['Sid'] ?? '');
  const recording = match === null ? undefined : voice.recordings.get(match[1] ?? '');
  if (recording === undefined || accounts.fetch(parts['AccountSid'] ?? '')?.no !== recording.accountNo)
    return notFound;
  const reader = new Reader(query);
  const channels = reader.integer('RequestedChannels', 1, 2);
  if (reader.fault !== undefined) return reader.fault;
  if (!isOver(recording.status) || recording.bytes === 0) return notFound;
  if (channels === 2 && recording.channels === 1)
    return refused(16113, 'The recording has one channel: leave RequestedChannels out.');
  const format = formats[(match?.[2] ?? '') as keyof typeof formats];
  const mono = channels === 1 && recording.channels === 2;
  const file = await renditions.file(voice.recordings.file(recording.sid), { format, mono });
  if (file === undefined) return notFound;
  return { kind: 'file', path: file.path, contentType: contentTypes[format], bytes: file.bytes };
}
