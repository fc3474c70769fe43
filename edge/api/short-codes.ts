import { isSid } from '../../control/base/sid.ts';
import type { AssignedNumber } from '../../control/inventory/number.ts';
import { accountPath, type ApiDeps } from './deps.ts';
import type { ApiRequest, Reply, Route } from './exchange.ts';
import { shortCodeJson } from './number-json.ts';
import { changeShortCode } from './number-change.ts';
import { sidList } from './lists.ts';
import { Reader } from './readers.ts';
import { json, notFound } from './reply.ts';

/** ShortCodes (https://www.twilio.com/docs/messaging/api/short-code-resource). The operator assigns them. */
export function shortCodeRoutes(deps: ApiDeps): readonly Route[] {
  const product = 'api';
  const list = `${accountPath}/SMS/ShortCodes`;
  const one = `${list}/{Sid}`;
  return [
    { product, method: 'GET', path: list, handler: (request) => readList(deps, request) },
    {
      product,
      method: 'GET',
      path: one,
      handler: (request) => {
        const code = shortCodeOf(deps, request);
        return code === undefined ? notFound : json(shortCodeJson(code, request.principal.account.sid));
      },
    },
    { product, method: 'POST', path: one, handler: (request) => update(deps, request) },
  ];
}

function shortCodeOf({ inventory }: ApiDeps, { parts, principal }: ApiRequest): AssignedNumber | undefined {
  const sid = parts['Sid'] ?? '';
  const code = isSid(sid, 'SC') ? inventory.bySid(sid) : undefined;
  return code?.assignment.accountSid === principal.account.sid ? code : undefined;
}

function readList({ inventory }: ApiDeps, request: ApiRequest): Reply {
  const reader = new Reader(request.query);
  const friendlyName = reader.text('FriendlyName', 256) || undefined;
  const shortCode = reader.text('ShortCode', 16) || undefined;
  if (reader.fault !== undefined) return reader.fault;
  const accountSid = request.principal.account.sid;
  const filter = {
    type: 'shortcode',
    ...(friendlyName === undefined ? {} : { friendlyName }),
    ...(shortCode === undefined ? {} : { e164: shortCode }),
  } as const;
  return sidList(request, 'short_codes', 'SC', (query) => inventory.list(accountSid, filter, query), {
    sid: (code) => code.assignment.sid,
    json: (code) => shortCodeJson(code, accountSid),
  });
}

async function update(deps: ApiDeps, request: ApiRequest): Promise<Reply> {
  const code = shortCodeOf(deps, request);
  if (code === undefined) return notFound;
  const changed = await changeShortCode(deps, code, request.form);
  return changed.ok ? json(shortCodeJson(changed.value, request.principal.account.sid)) : changed.error;
}
