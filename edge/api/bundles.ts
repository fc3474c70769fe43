import type { Sid } from '../../control/base/sid.ts';
import type { Bundle } from '../../control/regulatory/bundle.ts';
import { bundleStatuses } from '../../control/regulatory/bundle.ts';
import type { ApiDeps } from './deps.ts';
import type { ApiRequest, Json, Params, Reply, Route } from './exchange.ts';
import { given } from './given.ts';
import { iso8601 } from './iso8601.ts';
import { sidList } from './lists.ts';
import { invalidParameter, Reader } from './readers.ts';
import { created, json, noContent, notFound, orNull, refused } from './reply.ts';

const product = 'numbers';
export const compliancePath = '/v2/RegulatoryCompliance';
export const bundlesPath = `${compliancePath}/Bundles`;

/** Twilio's numbers for what bundles are refused with. */
const notDeletable = 21647;
const inUse = 21648;
const badStatus = 22203;
const statusAndMore = 22204;
const missingEndUser = 22214;

/**
 * Regulatory bundles (https://www.twilio.com/docs/phone-numbers/regulatory/api/bundles). The operator judges them, with
 * `strowger bundle`; this edge knows no country's regulations, so there are no evaluations and no copies.
 */
export function bundleRoutes(deps: ApiDeps): readonly Route[] {
  const { bundles, inventory } = deps;
  const one = `${bundlesPath}/{Sid}`;
  return [
    { product, method: 'GET', path: bundlesPath, handler: (request) => list(deps, request) },
    { product, method: 'POST', path: bundlesPath, handler: (request) => create(deps, request) },
    {
      product,
      method: 'GET',
      path: one,
      handler: (request) => {
        const row = bundles.fetch(request.principal.account.sid, request.parts['Sid'] ?? '');
        return row === undefined ? notFound : json(bundleJson(row, request));
      },
    },
    { product, method: 'POST', path: one, handler: (request) => update(deps, request) },
    {
      product,
      method: 'DELETE',
      path: one,
      handler: async ({ principal, parts }) => {
        const [accountSid, sid] = [principal.account.sid, parts['Sid'] ?? ''];
        const found = bundles.fetch(accountSid, sid);
        if (
          found !== undefined &&
          inventory.list(accountSid, { addressSid: found.sid }, { limit: 1 }).rows.length > 0
        )
          return refused(inUse, 'Numbers of the account name the bundle: take it from them first.');
        const removed = await bundles.remove(accountSid, sid);
        if (removed.ok) return noContent;
        return removed.error === 'notFound'
          ? notFound
          : refused(notDeletable, 'The bundle is being judged: set its Status to draft first.');
      },
    },
  ];
}

function list({ bundles }: ApiDeps, request: ApiRequest): Reply {
  const reader = new Reader(request.query);
  const status = reader.choice('Status', bundleStatuses);
  const friendlyName = reader.text('FriendlyName', 255) || undefined;
  if (reader.fault !== undefined) return reader.fault;
  const filter = {
    ...(status === undefined ? {} : { status }),
    ...(friendlyName === undefined ? {} : { friendlyName }),
  };
  return sidList(
    request,
    'results',
    'BU',
    (page) => bundles.list(request.principal.account.sid, filter, page),
    { sid: ({ sid }) => sid, json: (row) => bundleJson(row, request) },
  );
}

async function create({ bundles }: ApiDeps, request: ApiRequest): Promise<Reply> {
  const { form, principal } = request;
  const reader = new Reader(form);
  const details = readDetails(reader);
  for (const [name, value] of [
    ['FriendlyName', details.friendlyName],
    ['Email', details.email],
  ] as const)
    if (!value) reader.refuse(invalidParameter, `A bundle needs ${name}.`);
  const regulationSid = form.get('RegulationSid') ?? '';
  if (regulationSid !== '' && !/^RN[0-9a-f]{32}$/i.test(regulationSid))
    reader.refuse(invalidParameter, 'RegulationSid is not a SID of a regulation.');
  const isoCountry = form.get('IsoCountry') ?? '';
  if (isoCountry !== '' && !/^[A-Z]{2}$/i.test(isoCountry))
    reader.refuse(invalidParameter, 'IsoCountry is not a country’s code of two letters.');
  const numberType = reader.choice('NumberType', ['local', 'mobile', 'national', 'toll-free']);
  const endUserType = reader.choice('EndUserType', ['individual', 'business']);
  if (reader.fault !== undefined) return reader.fault;
  const made = await bundles.create(principal.account.sid, {
    friendlyName: '',
    email: '',
    statusCallback: '',
    ...details,
    regulationSid,
    isoCountry: isoCountry.toUpperCase(),
    numberType: numberType ?? '',
    endUserType: endUserType ?? '',
  });
  if (made.ok) return created(bundleJson(made.value, request));
  return refused(invalidParameter, 'The account has as many bundles as it may: delete some.');
}

async function update(deps: ApiDeps, request: ApiRequest): Promise<Reply> {
  const [accountSid, sid] = [request.principal.account.sid, request.parts['Sid'] ?? ''];
  const reader = new Reader(request.form);
  const details = readDetails(reader);
  const given = request.form.get('Status') ?? '';
  if (given !== '' && Object.keys(details).length > 0)
    reader.refuse(statusAndMore, 'Status is changed by itself, in a request of its own.');
  const status = reader.choice('Status', ['draft', 'pending-review'], badStatus);
  if (reader.fault !== undefined) return reader.fault;
  if (status !== undefined) return hand(deps, accountSid, sid, status, request);
  const changed = await deps.bundles.change(accountSid, sid, details);
  return changed.ok ? json(bundleJson(changed.value, request)) : notFound;
}

async function hand(
  { bundles }: ApiDeps,
  accountSid: Sid,
  sid: string,
  status: 'draft' | 'pending-review',
  request: ApiRequest,
): Promise<Reply> {
  const handed = await bundles.hand(accountSid, sid, status);
  if (handed.ok) return json(bundleJson(handed.value, request));
  switch (handed.error) {
    case 'notFound':
      return notFound;
    case 'notNow':
      return refused(badStatus, 'The bundle is approved: make another one.');
    case 'noEndUser':
      return refused(missingEndUser, 'The bundle has no end user: assign one to it first.');
  }
}

/** What is given of what an account may change. */
const readDetails = (reader: Reader) =>
  given<Pick<Bundle, 'friendlyName' | 'email' | 'statusCallback'>>({
    friendlyName: reader.text('FriendlyName', 255),
    email: reader.text('Email', 255),
    statusCallback: reader.url('StatusCallback', invalidParameter),
  });

function bundleJson(bundle: Bundle, { origin }: ApiRequest): Json {
  const url = `${origin}${bundlesPath}/${bundle.sid}`;
  return {
    account_sid: bundle.accountSid,
    date_created: iso8601(bundle.createdMs),
    date_updated: iso8601(bundle.updatedMs),
    email: bundle.email,
    friendly_name: bundle.friendlyName,
    links: { item_assignments: `${url}/ItemAssignments` },
    regulation_sid: orNull(bundle.regulationSid),
    sid: bundle.sid,
    status: bundle.status,
    status_callback: orNull(bundle.statusCallback),
    url,
    valid_until: null,
  };
}

/** An object as JSON, as `Attributes` comes; '{}' for none. */
export function readAttributes(reader: Reader, params: Params): string | undefined {
  const text = reader.text('Attributes', 8192);
  if (text === undefined || text === '') return undefined;
  try {
    const value: unknown = JSON.parse(params.get('Attributes') ?? '');
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return JSON.stringify(value);
  } catch {
    // Not JSON.
  }
  reader.refuse(invalidParameter, 'Attributes is not an object in JSON.');
  return undefined;
}
