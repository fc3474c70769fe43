import { moreInfo } from '../../control/errors/errors.ts';
import type { Alert } from '../../control/events/alert.ts';
import { excerptText, type AlertExchange } from '../../control/events/alert-exchange.ts';
import { readMoment } from './date-range.ts';
import { apiVersion, type ApiDeps } from './deps.ts';
import type { ApiRequest, Json, OpenRequest, Reply, Route } from './exchange.ts';
import { iso8601 } from './iso8601.ts';
import { sidList } from './lists.ts';
import { Reader } from './readers.ts';
import { json, notFound } from './reply.ts';

const levels = { error: 'ERROR', warning: 'WARNING' } as const;

/** Alerts (https://www.twilio.com/docs/usage/monitor-alert): what went wrong for an account, newest first. */
export function monitorAlertRoutes({ alerts }: ApiDeps): readonly Route[] {
  const product = 'monitor';
  return [
    {
      product,
      method: 'GET',
      path: '/v1/Alerts',
      handler: (request) => readList(alerts, request),
    },
    {
      product,
      method: 'GET',
      path: '/v1/Alerts/{Sid}',
      handler(request): Reply {
        const alert = alerts.get(request.principal.account.sid, request.parts['Sid'] ?? '');
        if (alert === undefined) return notFound;
        const exchange = alerts.exchange(alert);
        const text = (name: keyof AlertExchange): string =>
          exchange === undefined ? '' : excerptText(exchange[name]);
        return json({
          ...alertJson(alert, request),
          request_variables: text('variables'),
          request_headers: text('requestHeaders'),
          response_headers: text('responseHeaders'),
          response_body: text('responseBody'),
        });
      },
    },
  ];
}

function readList(alerts: ApiDeps['alerts'], request: ApiRequest): Reply {
  const reader = new Reader(request.query);
  const level = reader.choice('LogLevel', ['error', 'warning', 'notice', 'debug']);
  const since = readMoment(reader, 'StartDate');
  const until = readMoment(reader, 'EndDate');
  if (reader.fault !== undefined) return reader.fault;
  const filter = {
    ...(level === 'error' || level === 'warning' ? { level: levels[level] } : {}),
    recorded: {
      ...(since === undefined ? {} : { sinceSecond: since.firstSecond }),
      ...(until === undefined ? {} : { untilSecond: until.lastSecond }),
    },
  };
  const accountSid = request.principal.account.sid;
  // This edge knows no alerts of the two lesser levels.
  const none = level === 'notice' || level === 'debug';
  return sidList(
    request,
    'alerts',
    'NO',
    (page) => (none ? { rows: [], next: null } : alerts.list(accountSid, filter, page)),
    { sid: (alert) => alert.sid, json: (alert) => alertJson(alert, request) },
  );
}

function alertJson(alert: Alert, { origin }: OpenRequest): { readonly [key: string]: Json } {
  const { sid, accountSid, atMs, code, level, detail, resourceSid, request } = alert;
  const date = iso8601(atMs);
  return {
    sid,
    account_sid: accountSid,
    alert_text: detail,
    api_version: apiVersion,
    date_created: date,
    date_generated: date,
    date_updated: date,
    error_code: String(code),
    log_level: level.toLowerCase(),
    more_info: moreInfo(code),
    request_method: request?.method ?? null,
    request_url: request?.url ?? null,
    resource_sid: resourceSid,
    service_sid: null,
    url: `${origin}/v1/Alerts/${sid}`,
  };
}
