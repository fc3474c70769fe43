import type { Alert } from '../../control/events/alert.ts';
import { excerptText } from '../../control/events/alert-exchange.ts';
import { moreInfo } from '../../control/errors/errors.ts';
import { readDateRange } from './date-range.ts';
import { accountPath, accountsPath, apiVersion, type ApiDeps } from './deps.ts';
import type { ApiRequest, Json, Reply, Route } from './exchange.ts';
import { sidList } from './lists.ts';
import { Reader } from './readers.ts';
import { json, notFound } from './reply.ts';
import { rfc2822 } from './rfc2822.ts';

/** Notifications (https://www.twilio.com/docs/usage/api/notifications-resource), of an account and of one of its calls. */
export function notificationRoutes(deps: ApiDeps): readonly Route[] {
  const product = 'api';
  return [accountPath, `${accountPath}/Calls/{CallSid}`].flatMap((base): Route[] => [
    {
      product,
      method: 'GET',
      path: `${base}/Notifications`,
      handler: (request) => readList(deps, request),
    },
    {
      product,
      method: 'GET',
      path: `${base}/Notifications/{Sid}`,
      handler: (request) => read(deps, request),
    },
  ]);
}

function readList({ alerts }: ApiDeps, request: ApiRequest): Reply {
  const sent = readDateRange(request.query, 'MessageDate');
  if (!sent.ok) return sent.error;
  const reader = new Reader(request.query);
  const log = reader.integer('Log', 0, 1);
  if (reader.fault !== undefined) return reader.fault;
  const callSid = request.parts['CallSid'];
  const filter = {
    ...(callSid === undefined ? {} : { resourceSid: callSid }),
    ...(log === undefined ? {} : ({ level: log === 0 ? 'ERROR' : 'WARNING' } as const)),
    ...(sent.value === undefined ? {} : { recorded: sent.value }),
  };
  return sidList(
    request,
    'notifications',
    'NO',
    (page) => alerts.list(request.principal.account.sid, filter, page),
    { sid: (alert) => alert.sid, json: (alert) => notificationJson(alert, callSid !== undefined) },
  );
}

function read({ alerts }: ApiDeps, { parts, principal }: ApiRequest): Reply {
  const alert = alerts.get(principal.account.sid, parts['Sid'] ?? '');
  const callSid = parts['CallSid'];
  if (alert === undefined || (callSid !== undefined && alert.resourceSid !== callSid)) return notFound;
  const exchange = alerts.exchange(alert);
  return json({
    ...notificationJson(alert, callSid !== undefined),
    request_variables: exchange === undefined ? '' : excerptText(exchange.variables),
    response_headers: exchange === undefined ? '' : excerptText(exchange.responseHeaders),
    response_body: exchange === undefined ? '' : excerptText(exchange.responseBody),
  });
}

function notificationJson(alert: Alert, ofCall: boolean): { readonly [key: string]: Json } {
  const { accountSid, sid, code, level, detail, resourceSid, request } = alert;
  const date = rfc2822(alert.atMs);
  const base = `${accountsPath}/${accountSid}${ofCall ? `/Calls/${resourceSid}` : ''}`;
  return {
    account_sid: accountSid,
    api_version: apiVersion,
    call_sid: resourceSid.startsWith('CA') ? resourceSid : null,
    date_created: date,
    date_updated: date,
    error_code: String(code),
    log: level === 'ERROR' ? '0' : '1',
    message_date: date,
    message_text: detail,
    more_info: moreInfo(code),
    request_method: request === null ? null : request.method,
    request_url: request?.url ?? '',
    sid,
    uri: `${base}/Notifications/${sid}.json`,
  };
}
