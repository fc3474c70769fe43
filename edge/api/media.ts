import type { Media } from '../messaging/media/media-store.ts';
import { isSid } from '../../control/base/sid.ts';
import { inRange, readDateRange } from './date-range.ts';
import { accountPath, accountsPath, type ApiDeps } from './deps.ts';
import type { ApiRequest, Json, OpenRequest, Reply, Route } from './exchange.ts';
import { messageOf } from './messages.ts';
import { shortList } from './lists.ts';
import { deletedBy } from './monitor-events.ts';
import { json, noContent, notFound } from './reply.ts';
import { rfc2822 } from './rfc2822.ts';

/**
 * Media (https://www.twilio.com/docs/messaging/api/media-resource). The bare path serves the file to whoever knows it,
 * as Twilio's does unless an account asks for more; `.json` describes it to its account.
 */
export function mediaRoutes(deps: ApiDeps): readonly Route[] {
  const product = 'api';
  const list = `${accountPath}/Messages/{MessageSid}/Media`;
  const one = `${list}/{Sid}`;
  return [
    { product, method: 'GET', path: list, handler: (request) => readList(deps, request) },
    {
      product,
      method: 'GET',
      path: one,
      suffix: 'json',
      handler: (request) => {
        const media = mediaOf(deps, request);
        return media === undefined ? notFound : json(mediaJson(media));
      },
    },
    {
      product,
      method: 'GET',
      path: one,
      suffix: 'bare',
      auth: 'none',
      handler: (request) => content(deps, request),
    },
    { product, method: 'DELETE', path: one, handler: (request) => remove(deps, request) },
  ];
}

/** https://www.twilio.com/docs/messaging/api/media-resource#media-properties */
function mediaJson(media: Media): Json {
  const date = rfc2822(media.createdMs);
  return {
    account_sid: media.accountSid,
    content_type: media.contentType,
    date_created: date,
    date_updated: date,
    parent_sid: media.messageSid,
    sid: media.sid,
    uri: `${accountsPath}/${media.accountSid}/Messages/${media.messageSid}/Media/${media.sid}.json`,
  };
}

function find(
  { messaging }: ApiDeps,
  messageSid: string | undefined,
  sid: string | undefined,
): Media | undefined {
  if (messageSid === undefined || sid === undefined) return undefined;
  if (!isSid(messageSid) || !isSid(sid, 'ME')) return undefined;
  const media = messaging.media.find(messageSid, sid);
  return media?.messageSid === messageSid ? media : undefined;
}

function mediaOf(deps: ApiDeps, request: ApiRequest): Media | undefined {
  const message = messageOf(deps, request, request.parts['MessageSid']);
  return message === undefined ? undefined : find(deps, message.sid, request.parts['Sid']);
}

function readList(deps: ApiDeps, request: ApiRequest): Reply {
  const message = messageOf(deps, request, request.parts['MessageSid']);
  if (message === undefined) return notFound;
  const range = readDateRange(request.query, 'DateCreated');
  if (!range.ok) return range.error;
  const media = deps.messaging.media.of(message.sid);
  const rows = media.filter(({ createdMs }) => inRange(createdMs, range.value)).map(mediaJson);
  return shortList(request, 'media_list', rows);
}

function content(deps: ApiDeps, { parts }: OpenRequest): Reply {
  const media = find(deps, parts['MessageSid'], parts['Sid']);
  if (media === undefined || media.accountSid !== parts['AccountSid']) return notFound;
  const { contentType, bytes } = media;
  return { kind: 'file', path: deps.messaging.media.pathOf(media), contentType, bytes };
}

async function remove(deps: ApiDeps, request: ApiRequest): Promise<Reply> {
  const media = mediaOf(deps, request);
  if (media === undefined) return notFound;
  deps.audit.note('message-media', 'deleted', deletedBy(request.principal, media.sid));
  await deps.messaging.media.remove(media);
  return noContent;
}
