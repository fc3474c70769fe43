import type { Sid } from '../../control/base/sid.ts';
import type { Conference } from '../voice/conference.ts';
import type { ConferenceFilter } from '../voice/conferences/conferences.ts';
import { readDateRange } from './date-range.ts';
import { accountPath, accountsPath, apiVersion, type CallApi, type VoiceDeps } from './deps.ts';
import type { ApiRequest, Json, Reply, Route } from './exchange.ts';
import { sidList } from './lists.ts';
import { Reader } from './readers.ts';
import { json, notFound, orNull, refused } from './reply.ts';
import { rfc2822 } from './rfc2822.ts';

export const conferencesPath = `${accountPath}/Conferences`;

/** Conferences (https://www.twilio.com/docs/voice/api/conference-resource). Calls make them; this ends them. */
export function conferenceRoutes(voice: VoiceDeps): readonly Route[] {
  const product = 'api';
  const one = `${conferencesPath}/{Sid}`;
  return [
    { product, method: 'GET', path: conferencesPath, handler: (request) => readList(voice.voice, request) },
    {
      product,
      method: 'GET',
      path: one,
      handler: withConference(voice.voice, 'Sid', (conference, { principal }) =>
        json(conferenceJson(conference, principal.account.sid)),
      ),
    },
    {
      product,
      method: 'POST',
      path: one,
      handler: withConference(voice.voice, 'Sid', (conference, request) =>
        update(voice, conference, request),
      ),
    },
  ];
}

/** Hands over the conference that a part of the path names, if it is the account's own. */
export const withConference =
  (
    { conferences }: CallApi,
    part: string,
    handle: (conference: Conference, request: ApiRequest) => Reply | Promise<Reply>,
  ) =>
  (request: ApiRequest): Reply | Promise<Reply> => {
    const conference = conferences.get(request.parts[part] ?? '');
    return conference?.accountNo === request.principal.account.no ? handle(conference, request) : notFound;
  };

function readList({ conferences }: CallApi, request: ApiRequest): Reply {
  const { query, principal } = request;
  const created = readDateRange(query, 'DateCreated');
  if (!created.ok) return created.error;
  const updated = readDateRange(query, 'DateUpdated');
  if (!updated.ok) return updated.error;
  const reader = new Reader(query);
  const friendlyName = reader.text('FriendlyName', 256) || undefined;
  const status = reader.choice('Status', ['init', 'in-progress', 'completed']);
  if (reader.fault !== undefined) return reader.fault;
  const filter: ConferenceFilter = {
    ...(friendlyName === undefined ? {} : { friendlyName }),
    ...(status === undefined ? {} : { status }),
    ...(created.value === undefined ? {} : { created: created.value }),
    ...(updated.value === undefined ? {} : { updated: updated.value }),
  };
  const { account } = principal;
  return sidList(request, 'conferences', 'CF', (page) => conferences.list(account.no, filter, page), {
    sid: (conference) => conference.sid,
    json: (conference) => conferenceJson(conference, account.sid),
  });
}

/** Ends a conference, or says something to everyone in it. */
async function update(
  { voice, durable }: VoiceDeps,
  conference: Conference,
  { form, principal }: ApiRequest,
): Promise<Reply> {
  const reader = new Reader(form);
  const status = reader.choice('Status', ['completed'], 21220);
  const url = reader.url('AnnounceUrl', 21205) ?? '';
  const method = reader.method('AnnounceMethod', 21209) ?? 'POST';
  if (reader.fault !== undefined) return reader.fault;
  const room = voice.conferences.room(conference.sid);
  if (url !== '' && room === undefined)
    return refused(16022, `Conference ${conference.sid} is completed: nobody hears an announcement.`);
  // The announcement takes its time; its end is told to the conference's callback.
  if (room !== undefined && url !== '') void voice.participants.announce(room, { url, method });
  if (room !== undefined && status !== undefined) room.end('conference-ended-via-api');
  await durable();
  const after = voice.conferences.get(conference.sid) ?? conference;
  return json(conferenceJson(after, principal.account.sid));
}

/** https://www.twilio.com/docs/voice/api/conference-resource#conference-properties */
function conferenceJson(conference: Conference, accountSid: Sid): Json {
  const base = `${accountsPath}/${accountSid}/Conferences/${conference.sid}`;
  return {
    account_sid: accountSid,
    api_version: apiVersion,
    call_sid_ending_conference: orNull(conference.endedByCallSid),
    date_created: rfc2822(conference.createdMs),
    date_updated: rfc2822(conference.updatedMs),
    friendly_name: conference.friendlyName,
    reason_conference_ended: orNull(conference.endReason),
    region: 'us1',
    sid: conference.sid,
    status: conference.status,
    subresource_uris: {
      participants: `${base}/Participants.json`,
      recordings: `${base}/Recordings.json`,
    },
    uri: `${base}.json`,
  };
}
