import { fail, ok, type Result } from '../../control/base/result.ts';
import { isSid, type Sid } from '../../control/base/sid.ts';
import { parseNumber } from '../../control/inventory/e164.ts';
import type { AssignedNumber } from '../../control/inventory/number.ts';
import type { OwnedFilter } from '../../control/inventory/owned-filter.ts';
import type { NumberType } from '../../control/inventory/number.ts';
import { parsePattern } from '../../control/inventory/pattern.ts';
import { accountPath, type ApiDeps } from './deps.ts';
import type { ApiRequest, Json, Params, Principal, Reply, Route } from './exchange.ts';
import { incomingNumberJson } from './number-json.ts';
import { changeNumber, nameable } from './number-change.ts';
import { readNumberConfig } from './number-params.ts';
import { buyFromArea, buyNumber } from './number-purchase.ts';
import { shortList, sidList } from './lists.ts';
import { Reader } from './readers.ts';
import { created, json, noContent, notFound, printable, refused, type Refused } from './reply.ts';
import type { TestCredentials } from './test-credentials.ts';

/** The lists beside the general one. */
const kinds: Readonly<Record<string, NumberType>> = {
  Local: 'local',
  Mobile: 'mobile',
  TollFree: 'tollfree',
};

/** IncomingPhoneNumbers (https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource). */
export function incomingNumberRoutes(deps: ApiDeps, test: TestCredentials): readonly Route[] {
  const product = 'api';
  const list = `${accountPath}/IncomingPhoneNumbers`;
  const one = `${list}/{Sid}`;
  const listAndBuy = (path: string, type: NumberType | undefined): readonly Route[] => [
    { product, method: 'GET', path, handler: (request) => readList(deps, type, request) },
    {
      product,
      method: 'POST',
      path,
      handler: (request) => buy(deps, test, type, request),
      testCredentials: type === undefined,
    },
  ];
  return [
    ...listAndBuy(list, undefined),
    ...Object.entries(kinds).flatMap(([name, type]) => listAndBuy(`${list}/${name}`, type)),
    {
      product,
      method: 'GET',
      path: one,
      handler: withNumber(deps, (number) => json(view(deps, number))),
    },
    {
      product,
      method: 'POST',
      path: one,
      handler: withNumber(deps, (number, request) => update(deps, number, request)),
    },
    {
      product,
      method: 'DELETE',
      path: one,
      handler: withNumber(deps, (number, request) => release(deps, number, request)),
    },
    // No add-ons are sold here, so none is installed that could be assigned.
    {
      product,
      method: 'GET',
      path: `${one}/AssignedAddOns`,
      handler: withNumber(deps, (_number, request) => shortList(request, 'assigned_add_ons', [])),
    },
    {
      product,
      method: 'POST',
      path: `${one}/AssignedAddOns`,
      handler: withNumber(deps, (_number, { form }) =>
        refused(
          20404,
          `InstalledAddOnSid ${printable(form.get('InstalledAddOnSid') ?? '')} is no installed add-on: this edge has none.`,
        ),
      ),
    },
  ];
}

/** A number as its holder sees it: what it names that is not there any more is left out. */
const view = ({ addresses, applications, bundles }: ApiDeps, number: AssignedNumber): Json =>
  incomingNumberJson(bundles.known(addresses.known(applications.known(number))));

const withNumber =
  (deps: ApiDeps, handle: (number: AssignedNumber, request: ApiRequest) => Reply | Promise<Reply>) =>
  (request: ApiRequest): Reply | Promise<Reply> => {
    const sid = request.parts['Sid'] ?? '';
    const number = isSid(sid, 'PN') ? deps.inventory.bySid(sid) : undefined;
    return number?.assignment.accountSid === request.principal.account.sid
      ? handle(number, request)
      : notFound;
  };

function readList(deps: ApiDeps, type: NumberType | undefined, request: ApiRequest): Reply {
  const filter = readFilter(request.query, type);
  if (!filter.ok) return filter.error;
  const accountSid = request.principal.account.sid;
  // Every number here is one of the edge's own ("twilio"); none is hosted elsewhere.
  const hosted = request.query.get('Origin')?.toLowerCase() === 'hosted';
  return sidList(
    request,
    'incoming_phone_numbers',
    'PN',
    (query) => (hosted ? { rows: [], next: null } : deps.inventory.list(accountSid, filter.value, query)),
    { sid: (number) => number.assignment.sid, json: (number) => view(deps, number) },
  );
}

function readFilter(query: Params, type: NumberType | undefined): Result<OwnedFilter, Refused> {
  const reader = new Reader(query);
  const friendlyName = reader.text('FriendlyName', 256) || undefined;
  const wanted = reader.text('PhoneNumber', 64) || undefined;
  const beta = reader.flag('Beta');
  reader.choice('Origin', ['twilio', 'hosted']);
  if (reader.fault !== undefined) return fail(reader.fault);
  const whole = wanted === undefined ? undefined : wholeNumber(wanted);
  const pattern = wanted === undefined || whole !== undefined ? undefined : parsePattern(wanted.trim(), 1);
  if (pattern?.ok === false)
    return fail(refused(21421, `PhoneNumber ${printable(wanted ?? '')} is neither a number nor a pattern.`));
  return ok({
    ...(type === undefined ? {} : { type }),
    ...(friendlyName === undefined ? {} : { friendlyName }),
    ...(beta === false ? { beta } : {}),
    ...(whole === undefined ? {} : { e164: whole }),
    ...(pattern === undefined ? {} : { pattern: pattern.value }),
  });
}

/** A filter that is a number in E.164, in whole; its plus sign may have become a space. */
function wholeNumber(text: string): string | undefined {
  if (!/^[+ ]\d+$/.test(text)) return undefined;
  const parsed = parseNumber(`+${text.slice(1)}`);
  return parsed.ok ? parsed.value.e164 : undefined;
}

async function buy(
  deps: ApiDeps,
  test: TestCredentials,
  type: NumberType | undefined,
  { form, principal }: ApiRequest,
): Promise<Reply> {
  const { account, credential } = principal;
  const has = nameable(deps, account.sid);
  const config = readNumberConfig(form, has);
  if (!config.ok) return config.error;
  const address = has.address(config.value.addressSid ?? '');
  if (credential.kind === 'testToken') return test.buy(form, config.value, credential.sid);
  const bought = form.get('PhoneNumber')
    ? await buyNumber(deps, account, form.get('PhoneNumber') ?? '', type, config.value, address)
    : await buyFromArea(deps, account, form.get('AreaCode') ?? '', type, config.value, address);
  return bought.ok ? created(view(deps, bought.value)) : bought.error;
}

async function update(
  deps: ApiDeps,
  number: AssignedNumber,
  { form, principal }: ApiRequest,
): Promise<Reply> {
  const receiver = readReceiver(deps, form.get('AccountSid') || undefined, principal);
  if (!receiver.ok) return receiver.error;
  const changed = await changeNumber(deps, number, form, receiver.value);
  return changed.ok ? json(view(deps, changed.value)) : changed.error;
}

/**
 * The account that a number is handed to: within one main account and its subaccounts, by the main account
 * (https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource, "Exchange phone numbers between subaccounts").
 */
function readReceiver(
  { accounts }: ApiDeps,
  sid: string | undefined,
  { account, owner }: Principal,
): Result<Sid, Refused> {
  if (sid === undefined || sid === account.sid) return ok(account.sid);
  if (!isSid(sid, 'AC')) return fail(refused(21470, `AccountSid ${printable(sid)} is not an account's SID.`));
  if (owner.ownerSid !== owner.sid)
    return fail(refused(21474, 'Numbers are transferred with the credentials of the main account.'));
  const receiver = accounts.fetch(sid);
  // Whether a stranger's account exists is nobody's business.
  if (receiver?.ownerSid !== owner.sid)
    return fail(refused(21473, `Account ${sid} is neither the main account nor one of its subaccounts.`));
  if (accounts.effectiveStatus(receiver) !== 'active')
    return fail(refused(21472, `Account ${sid} is not active.`));
  return ok(sid);
}

async function release(
  { inventory }: ApiDeps,
  { e164 }: AssignedNumber,
  { principal }: ApiRequest,
): Promise<Reply> {
  const released = await inventory.release(e164, principal.account.sid);
  return released.ok ? noContent : notFound;
}
