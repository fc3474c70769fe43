import { isSid, type Sid } from '../../control/base/sid.ts';
import type { Participant } from '../voice/conference.ts';
import type { ConferenceRoom } from '../voice/conferences/conference-room.ts';
import { conferencesPath, withConference } from './conferences.ts';
import { accountsPath, type CallApi, type VoiceDeps } from './deps.ts';
import type { ApiRequest, Json, Reply, Route } from './exchange.ts';
import { rowList } from './lists.ts';
import { readNewParticipant, readParticipantChange } from './participant-params.ts';
import { Reader } from './readers.ts';
import { created, json, noContent, notFound, orNull, refused } from './reply.ts';
import { rfc2822 } from './rfc2822.ts';

/**
 * Participants (https://www.twilio.com/docs/voice/api/conference-participant-resource). They are named by the SID of
 * their call or by their label, and are there as long as their conference goes on.
 */
export function participantRoutes({ voice, durable }: VoiceDeps): readonly Route[] {
  const product = 'api';
  const list = `${conferencesPath}/{ConferenceSid}/Participants`;
  const one = `${list}/{CallSid}`;
  return [
    { product, method: 'POST', path: list, handler: (request) => create(voice, request) },
    { product, method: 'GET', path: list, handler: (request) => readList(voice, request) },
    {
      product,
      method: 'GET',
      path: one,
      handler: withRoom(voice, (room, { parts, principal }) => {
        const found = voice.participants.get(room, parts['CallSid'] ?? '');
        return found === undefined ? notFound : json(participantJson(found, principal.account.sid));
      }),
    },
    {
      product,
      method: 'POST',
      path: one,
      handler: withRoom(voice, async (room, { form, parts, principal }) => {
        const change = readParticipantChange(form);
        if (!change.ok) return change.error;
        const updated = voice.participants.update(room, parts['CallSid'] ?? '', change.value);
        if (updated === undefined) return notFound;
        if (!updated.ok) return refused(updated.error.code, updated.error.detail);
        await durable();
        return json(participantJson(updated.value, principal.account.sid));
      }),
    },
    {
      product,
      method: 'DELETE',
      path: one,
      handler: withRoom(voice, async (room, { parts }) => {
        if (!voice.participants.remove(room, parts['CallSid'] ?? '')) return notFound;
        await durable();
        return noContent;
      }),
    },
  ];
}

/** Hands over the conference that a path names, if it is the account's own and goes on. */
const withRoom = (
  voice: CallApi,
  handle: (room: ConferenceRoom, request: ApiRequest) => Reply | Promise<Reply>,
): ((request: ApiRequest) => Reply | Promise<Reply>) =>
  withConference(voice, 'ConferenceSid', (conference, request) => {
    const room = voice.conferences.room(conference.sid);
    return room === undefined ? notFound : handle(room, request);
  });

/** Dials somebody into a conference, which the path names by its SID or its friendly name. */
async function create(voice: CallApi, { form, parts, principal }: ApiRequest): Promise<Reply> {
  const { account } = principal;
  const named = parts['ConferenceSid'] ?? '';
  const conference = voice.conferences.get(named);
  if (isSid(named, 'CF') && conference?.accountNo !== account.no) return notFound;
  if (conference?.status === 'completed')
    return refused(16022, `Conference ${named} is completed: name a new one by its friendly name.`);
  const wanted = readNewParticipant(form, conference?.friendlyName ?? named);
  if (!wanted.ok) return wanted.error;
  const { noun, wish } = wanted.value;
  const added = await voice.participants.add(account, noun, wish);
  return added.ok
    ? created(participantJson(added.value, account.sid))
    : refused(added.error.code, added.error.detail);
}

function readList(voice: CallApi, request: ApiRequest): Reply | Promise<Reply> {
  const reader = new Reader(request.query);
  const muted = reader.flag('Muted');
  const hold = reader.flag('Hold');
  const coaching = reader.flag('Coaching');
  if (reader.fault !== undefined) return reader.fault;
  return withConference(voice, 'ConferenceSid', (conference, { principal }) => {
    const room = voice.conferences.room(conference.sid);
    const rows = (room === undefined ? [] : voice.participants.list(room)).filter(
      (row) =>
        (muted ?? row.muted) === row.muted &&
        (hold ?? row.hold) === row.hold &&
        (coaching ?? row.coaching) === row.coaching,
    );
    return rowList(request, 'participants', rows, (row) => participantJson(row, principal.account.sid));
  })(request);
}

/** https://www.twilio.com/docs/voice/api/conference-participant-resource#participant-properties */
function participantJson(participant: Participant, accountSid: Sid): Json {
  const { callSid, conferenceSid, status } = participant;
  const base = `${accountsPath}/${accountSid}/Conferences/${conferenceSid}`;
  return {
    account_sid: accountSid,
    call_sid: callSid,
    call_sid_to_coach: orNull(participant.callSidToCoach),
    coaching: participant.coaching,
    conference_sid: conferenceSid,
    date_created: rfc2822(participant.createdMs),
    date_updated: rfc2822(participant.updatedMs),
    end_conference_on_exit: participant.endConferenceOnExit,
    hold: participant.hold,
    label: orNull(participant.label),
    muted: participant.muted,
    queue_time: String(participant.queueTimeMs),
    start_conference_on_enter: participant.startConferenceOnEnter,
    status,
    uri: `${base}/Participants/${callSid}.json`,
  };
}
