import type { AuditFilter, Period } from '../../control/audit/audit-log.ts';
import { actorSid, eventType, sourceAddress, type AuditEvent } from '../../control/audit/event.ts';
import type { Subject } from '../../control/audit/resources.ts';
import { assertNever, fail, ok, type Result } from '../../control/base/result.ts';
import { isSid, sidTimeMs, type Sid } from '../../control/base/sid.ts';
import { readMoment } from './date-range.ts';
import { accountsPath, type ApiDeps } from './deps.ts';
import type { ApiRequest, Json, OpenRequest, Principal, Reply, Route } from './exchange.ts';
import { iso8601 } from './iso8601.ts';
import { sidList } from './lists.ts';
import { Reader } from './readers.ts';
import { json, notFound, refused, type Refused } from './reply.ts';

const filters = {
  ActorSid: 'actorSid',
  EventType: 'eventType',
  ResourceSid: 'resourceSid',
  SourceIpAddress: 'address',
} as const satisfies Record<string, keyof AuditFilter>;

const filterMax = 128;

/** Events (https://www.twilio.com/docs/usage/monitor-events): who changed what of an account, newest first. */
export function monitorEventRoutes({ audit }: ApiDeps): readonly Route[] {
  const product = 'monitor';
  return [
    { product, method: 'GET', path: '/v1/Events', handler: (request) => readList(audit, request) },
    {
      product,
      method: 'GET',
      path: '/v1/Events/{Sid}',
      handler(request): Reply {
        const accountSid = request.principal.account.sid;
        const event = audit.get(accountSid, request.parts['Sid'] ?? '');
        return event === undefined ? notFound : json(eventJson(event, accountSid, request));
      },
    },
  ];
}

/** For `AuditLog.note`: a resource of whoever asks is gone. */
export const deletedBy = (principal: Principal, sid: Sid): Subject => ({
  sid,
  accounts: [principal.account.sid],
  shows: {},
});

function readList(audit: ApiDeps['audit'], request: ApiRequest): Reply {
  const reader = new Reader(request.query);
  const since = readMoment(reader, 'StartDate');
  const until = readMoment(reader, 'EndDate');
  const filter = readFilter(reader);
  if (reader.fault !== undefined) return reader.fault;
  if (!filter.ok) return filter.error;
  const period: Period = {
    ...(since === undefined ? {} : { sinceSecond: since.firstSecond }),
    ...(until === undefined ? {} : { untilSecond: until.lastSecond }),
  };
  const accountSid = request.principal.account.sid;
  return sidList(request, 'events', 'AE', (page) => audit.list(accountSid, filter.value, period, page), {
    sid: (event) => event.sid,
    json: (event) => eventJson(event, accountSid, request),
  });
}

/** Documented: events are narrowed by one property at most, beside their dates. */
function readFilter(reader: Reader): Result<AuditFilter, Refused> {
  const given = Object.entries(filters).flatMap(([name, property]): [string, string][] => {
    const text = reader.text(name, filterMax) ?? '';
    return text === '' ? [] : [[property, text]];
  });
  if (given.length > 1)
    return fail(refused(20001, `Give one of ${Object.keys(filters).join(', ')}, and no more.`));
  return ok(Object.fromEntries(given));
}

function eventJson(event: AuditEvent, accountSid: Sid, { origin }: OpenRequest): Json {
  const { sid, resourceSid, resourceType, changes } = event;
  const actor = actorSid(event);
  // The resources are no part of monitor.<domain>.
  const apiOrigin = origin.replace('://monitor.', '://api.');
  const accountUrl = `${apiOrigin}${accountsPath}/${event.accounts[0] ?? accountSid}`;
  return {
    account_sid: event.accounts[0] ?? accountSid,
    actor_sid: actor ?? null,
    actor_type: actorType(event),
    description: null,
    event_data: { resource_properties: changes as Json },
    event_date: iso8601(sidTimeMs(sid)),
    event_type: eventType(event),
    links: { actor: actor === undefined ? null : accountUrl, resource: resourceUrl(event, accountUrl) },
    // What has no SID of its own is a property of its account.
    resource_sid: isSid(resourceSid) ? resourceSid : accountSid,
    resource_type: resourceType,
    sid,
    source: event.actor.kind === 'account' ? 'api' : 'twilio',
    source_ip_address: sourceAddress(event) ?? null,
    url: `${origin}/v1/Events/${sid}`,
  };
}

/** Where in 2010-04-01 the resources of a type are, below their account. */
const places: Readonly<Record<string, string>> = {
  account: '',
  'account-api-keys': '/Keys/',
  address: '/Addresses/',
  application: '/Applications/',
  'caller-id': '/OutgoingCallerIds/',
  'connect-app': '/ConnectApps/',
  'phone-number': '/IncomingPhoneNumbers/',
  shortcode: '/SMS/ShortCodes/',
  'sip-credential-list': '/SIP/CredentialLists/',
  'sip-domain': '/SIP/Domains/',
  'sip-ip-access-control-list': '/SIP/IpAccessControlLists/',
  'usage-trigger': '/Usage/Triggers/',
};

function resourceUrl({ resourceType, resourceSid }: AuditEvent, accountUrl: string): string | null {
  const place = places[resourceType];
  if (place === undefined) return null;
  return place === '' ? accountUrl : `${accountUrl}${place}${resourceSid}`;
}

/** The operator is to a tenant what Twilio's own people are. Which of them it was is none of a tenant's business. */
function actorType({ actor }: AuditEvent): string {
  switch (actor.kind) {
    case 'account':
      return actor.keySid === null ? 'account' : 'api-key';
    case 'operator':
    case 'command':
      return 'twilio-admin';
    case 'edge':
      return 'twilio';
    default:
      return assertNever(actor);
  }
}
