import { fail, ok, type Result } from '../../control/base/result.ts';
import type { CallerId } from '../../control/caller-ids/caller-ids.ts';
import type { Validations, ValidationWish } from '../../control/caller-ids/validations.ts';
import { parseNumber } from '../../control/inventory/e164.ts';
import { accountPath, accountsPath, type ApiDeps } from './deps.ts';
import type { ApiRequest, Json, Reply, Route } from './exchange.ts';
import { sidList } from './lists.ts';
import { Reader } from './readers.ts';
import { json, noContent, notFound, printable, refused, type Refused } from './reply.ts';
import { rfc2822 } from './rfc2822.ts';

const badName = 20002;
const nameMaxCharacters = 64;

/**
 * OutgoingCallerIds (https://www.twilio.com/docs/voice/api/outgoing-caller-ids). A POST to the list is a
 * ValidationRequest: the number is called, and becomes a caller ID once its callee has entered the code.
 */
export function callerIdRoutes(deps: ApiDeps): readonly Route[] {
  const { callerIds, voice } = deps;
  const product = 'api';
  const list = `${accountPath}/OutgoingCallerIds`;
  const one = `${list}/{Sid}`;
  const withCallerId =
    (handle: (row: CallerId, request: ApiRequest) => Reply | Promise<Reply>) =>
    (request: ApiRequest): Reply | Promise<Reply> => {
      const row = callerIds.fetch(request.principal.account.sid, request.parts['Sid'] ?? '');
      return row === undefined ? notFound : handle(row, request);
    };
  const validations = voice?.validations;
  return [
    ...(validations === undefined
      ? []
      : ([
          {
            product,
            method: 'POST',
            path: list,
            handler: (request) => validate(deps, validations, request),
          },
        ] satisfies Route[])),
    { product, method: 'GET', path: list, handler: (request) => readList(deps, request) },
    { product, method: 'GET', path: one, handler: withCallerId((row) => json(callerIdJson(row))) },
    {
      product,
      method: 'POST',
      path: one,
      handler: withCallerId(async (row, { form }) => {
        const reader = new Reader(form);
        const name = reader.text('FriendlyName', nameMaxCharacters, badName) || undefined;
        if (reader.fault !== undefined) return reader.fault;
        if (name === undefined) return json(callerIdJson(row));
        const renamed = await callerIds.rename(row.accountSid, row.sid, name);
        return renamed === undefined ? notFound : json(callerIdJson(renamed));
      }),
    },
    {
      product,
      method: 'DELETE',
      path: one,
      handler: withCallerId(async (row) =>
        (await callerIds.remove(row.accountSid, row.sid)) ? noContent : notFound,
      ),
    },
  ];
}

async function validate(deps: ApiDeps, validations: Validations, request: ApiRequest): Promise<Reply> {
  const wish = readWish(deps, request);
  if (!wish.ok) return wish.error;
  const { account, phoneNumber } = wish.value;
  if (deps.inventory.number(phoneNumber)?.assignment?.accountSid === account.sid)
    return refused(21449, `${phoneNumber} is a number of the account, which may show it already.`);
  return answer(await validations.begin(wish.value), wish.value);
}

function answer(begun: Awaited<ReturnType<Validations['begin']>>, wish: ValidationWish): Reply {
  const { account, phoneNumber } = wish;
  if (begun.ok)
    return json({
      account_sid: account.sid,
      call_sid: begun.value.callSid,
      friendly_name: begun.value.friendlyName,
      phone_number: phoneNumber,
      validation_code: begun.value.code,
    });
  return begun.error === 'alreadyVerified'
    ? refused(21450, `${phoneNumber} is a caller ID of the account already.`)
    : refused(begun.error.code, begun.error.detail);
}

function readWish({ inventory }: ApiDeps, { form, principal }: ApiRequest): Result<ValidationWish, Refused> {
  const reader = new Reader(form);
  const number = parseNumber(form.get('PhoneNumber') ?? '');
  if (!number.ok)
    reader.refuse(
      21401,
      `PhoneNumber ${printable(form.get('PhoneNumber') ?? '')} is not valid. Use E.164, as in +14155552671.`,
    );
  const friendlyName = reader.text('FriendlyName', nameMaxCharacters, badName) ?? '';
  const delaySeconds = reader.integer('CallDelay', 0, 60, 21454) ?? 0;
  const extension = reader.text('Extension', 32, 21206) ?? '';
  if (!/^[0-9A-DwW#*]*$/.test(extension))
    reader.refuse(21206, 'Extension may hold the digits 0-9 and A-D, #, * and, to wait, w and W.');
  const url = reader.url('StatusCallback', 21456) ?? '';
  const method = reader.method('StatusCallbackMethod', 21403) ?? 'POST';
  if (reader.fault !== undefined) return fail(reader.fault);
  return ok({
    account: principal.account,
    from: inventory.list(principal.account.sid, {}, { limit: 1 }).rows[0]?.e164 ?? '',
    phoneNumber: number.ok ? number.value.e164 : '',
    friendlyName,
    delayMs: delaySeconds * 1000,
    extension,
    statusCallback: url === '' ? null : { url, method },
  });
}

function readList({ callerIds }: ApiDeps, request: ApiRequest): Reply {
  const reader = new Reader(request.query);
  const friendlyName = reader.text('FriendlyName', 256) || undefined;
  const wanted = reader.text('PhoneNumber', 64) || undefined;
  if (reader.fault !== undefined) return reader.fault;
  // A plus sign that was not percent-encoded in the query has become a space.
  const parsed = wanted === undefined ? undefined : parseNumber(wanted.replace(/^ /, '+'));
  const filter = {
    ...(friendlyName === undefined ? {} : { friendlyName }),
    ...(parsed === undefined ? {} : { phoneNumber: parsed.ok ? parsed.value.e164 : (wanted ?? '') }),
  };
  return sidList(
    request,
    'outgoing_caller_ids',
    'PN',
    (page) => callerIds.list(request.principal.account.sid, filter, page),
    { sid: (row) => row.sid, json: callerIdJson },
  );
}

function callerIdJson({ accountSid, sid, friendlyName, phoneNumber, createdMs, updatedMs }: CallerId): Json {
  return {
    account_sid: accountSid,
    date_created: rfc2822(createdMs),
    date_updated: rfc2822(updatedMs),
    friendly_name: friendlyName,
    phone_number: phoneNumber,
    sid,
    uri: `${accountsPath}/${accountSid}/OutgoingCallerIds/${sid}.json`,
  };
}
