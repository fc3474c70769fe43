import type { HostedOrder } from '../../control/hosting/order.ts';
import type { HostedOrderFilter } from '../../control/hosting/orders.ts';
import type { Sid } from '../../control/base/sid.ts';
import { parseNumber } from '../../control/inventory/e164.ts';
import type { NumberConfig } from '../../control/inventory/number.ts';
import type { ApiDeps } from './deps.ts';
import type { ApiRequest, Json, Reply, Route } from './exchange.ts';
import { given } from './given.ts';
import { iso8601 } from './iso8601.ts';
import { sidList } from './lists.ts';
import { invalidParameter, Reader } from './readers.ts';
import { created, json, noContent, notFound, orNull, printable, refused } from './reply.ts';

const product = 'numbers';
const ordersPath = '/v2/HostedNumber/Orders';

/** Twilio's numbers for what orders are refused with. */
const badNumber = 22102;
const badEmail = 22104;
const badUrl = 22105;
const badMethod = 22106;
const noSuchApplication = 22108;
const noSuchAddress = 22109;
const notHostable = 22110;
const badStatus = 22111;
const notUpdatable = 22112;
const badName = 22116;
const badCapability = 22119;

const ccEmailsMax = 10;

/** All that are documented. An order of this edge is never in one that `HostedOrder` does not have. */
const documentedStatuses = [
  'twilio-processing',
  'received',
  'pending-verification',
  'verified',
  'pending-loa',
  'carrier-processing',
  'testing',
  'completed',
  'failed',
  'action-required',
] as const;

/**
 * Orders to host numbers (https://www.twilio.com/docs/phone-numbers/hosted-numbers/hosted-numbers-api/hosted-number-order-resource).
 * The operator finds out who owns the number, and completes or rejects the order with `strowger hosting`: no call is made
 * for a code, no letter is signed. The number becomes the account's when the order is completed, not before.
 */
export function hostedOrderRoutes(deps: ApiDeps): readonly Route[] {
  const { hostedOrders } = deps;
  const one = `${ordersPath}/{Sid}`;
  const found = ({ principal, parts }: ApiRequest): HostedOrder | undefined =>
    hostedOrders.fetch(principal.account.sid, parts['Sid'] ?? '');
  return [
    { product, method: 'GET', path: ordersPath, handler: (request) => list(deps, request) },
    { product, method: 'POST', path: ordersPath, handler: (request) => create(deps, request) },
    {
      product,
      method: 'GET',
      path: one,
      handler: (request) => {
        const order = found(request);
        return order === undefined ? notFound : json(orderJson(order, request));
      },
    },
    {
      product,
      method: 'POST',
      path: one,
      handler: (request) => (found(request) === undefined ? notFound : update(request)),
    },
    {
      product,
      method: 'DELETE',
      path: one,
      handler: async ({ principal, parts }) => {
        const cancelled = await hostedOrders.cancel(principal.account.sid, parts['Sid'] ?? '');
        if (cancelled.ok) return noContent;
        return cancelled.error === 'notFound'
          ? notFound
          : refused(notUpdatable, 'Only an order that is received can be cancelled.');
      },
    },
  ];
}

function list({ hostedOrders }: ApiDeps, request: ApiRequest): Reply {
  const reader = new Reader(request.query);
  const status = reader.choice('Status', documentedStatuses, badStatus);
  const smsCapability = reader.flag('SmsCapability');
  const filter = given<Record<keyof HostedOrderFilter, string>>({
    status,
    e164: reader.text('PhoneNumber', 64, badNumber) || undefined,
    numberSid: reader.text('IncomingPhoneNumberSid', 34) || undefined,
    friendlyName: reader.text('FriendlyName', 128, badName) || undefined,
  }) as HostedOrderFilter;
  if (reader.fault !== undefined) return reader.fault;
  return sidList(
    request,
    'items',
    'HR',
    (page) =>
      smsCapability === false
        ? { rows: [], next: null }
        : hostedOrders.list(request.principal.account.sid, filter, page),
    { sid: ({ sid }) => sid, json: (order) => orderJson(order, request) },
  );
}

async function create(deps: ApiDeps, request: ApiRequest): Promise<Reply> {
  const { form } = request;
  const reader = new Reader(form);
  const accountSid = readReceiver(deps, reader, request);
  const e164 = readNumber(reader, 'PhoneNumber', form.get('PhoneNumber'));
  const contactPhoneNumber = readNumber(reader, 'ContactPhoneNumber', form.get('ContactPhoneNumber'));
  const addressSid = form.get('AddressSid') ?? '';
  if (deps.addresses.fetch(accountSid, addressSid) === undefined)
    reader.refuse(noSuchAddress, `AddressSid ${printable(addressSid)} is not an address of the account.`);
  const email = form.get('Email') ?? '';
  const ccEmails = form.all('CcEmails').filter((one) => one !== '');
  for (const one of [email, ...ccEmails])
    if (!isEmail(one)) reader.refuse(badEmail, `${printable(one)} is not an address of e-mail.`);
  if (ccEmails.length > ccEmailsMax) reader.refuse(badEmail, `An order has at most ${ccEmailsMax} CcEmails.`);
  if (reader.flag('SmsCapability') === false)
    reader.refuse(badCapability, 'SmsCapability must be true: nothing but messages can be hosted.');
  const details = {
    friendlyName: reader.text('FriendlyName', 128, badName) ?? '',
    contactTitle: reader.text('ContactTitle', 128) ?? '',
    config: readConfig(deps, reader, request, accountSid),
  };
  if (reader.fault !== undefined) return reader.fault;
  const made = await deps.hostedOrders.create(accountSid, {
    ...details,
    e164,
    contactPhoneNumber,
    addressSid,
    email,
    ccEmails,
  });
  if (made.ok) return created(orderJson(made.value, request));
  return made.error === 'here'
    ? refused(notHostable, `${e164} is a number of this edge, or ordered already.`)
    : refused(invalidParameter, 'The account has as many orders as it may: cancel some.');
}

/** Every step of an order is the operator's. */
function update({ form }: ApiRequest): Reply {
  const reader = new Reader(form);
  const status = reader.choice('Status', documentedStatuses, badStatus);
  if (status === undefined) reader.refuse(badStatus, 'Status is missing.');
  return (
    reader.fault ??
    refused(notUpdatable, 'The operator moves an order on. To take it back while it is received, delete it.')
  );
}

/** The account that the number is for: that of the credentials, or a subaccount of its own. */
function readReceiver({ accounts }: ApiDeps, reader: Reader, { form, principal }: ApiRequest): Sid {
  const sid = form.get('AccountSid') || principal.account.sid;
  if (sid === principal.account.sid) return sid;
  const receiver = accounts.fetch(sid);
  // Whether a stranger's account exists is nobody's business.
  if (receiver?.ownerSid === principal.account.sid && accounts.effectiveStatus(receiver) === 'active')
    return sid;
  reader.refuse(invalidParameter, `AccountSid ${printable(sid)} is not the account or a subaccount of it.`);
  return principal.account.sid;
}

function readNumber(reader: Reader, name: string, text = ''): string {
  const parsed = parseNumber(text);
  if (parsed.ok) return parsed.value.e164;
  reader.refuse(badNumber, `${name} ${printable(text)} is not valid. Use E.164, as in +14155552671.`);
  return '';
}

/** What the number is configured to when it comes. */
function readConfig(
  { applications }: ApiDeps,
  reader: Reader,
  { form }: ApiRequest,
  accountSid: Sid,
): Partial<NumberConfig> {
  const smsApplicationSid = form.get('SmsApplicationSid') || undefined;
  if (smsApplicationSid !== undefined && applications.fetch(accountSid, smsApplicationSid) === undefined)
    reader.refuse(noSuchApplication, `SmsApplicationSid ${printable(smsApplicationSid)} is no application.`);
  return given<NumberConfig>({
    smsUrl: reader.url('SmsUrl', badUrl),
    smsMethod: reader.method('SmsMethod', badMethod),
    smsFallbackUrl: reader.url('SmsFallbackUrl', badUrl),
    smsFallbackMethod: reader.method('SmsFallbackMethod', badMethod),
    statusCallback: reader.url('StatusCallbackUrl', badUrl),
    statusCallbackMethod: reader.method('StatusCallbackMethod', badMethod),
    smsApplicationSid,
    addressSid: form.get('AddressSid'),
  });
}

const isEmail = (text: string): boolean => text.length <= 254 && /^[^\s@]+@[^\s@]+$/.test(text);

function orderJson(order: HostedOrder, { origin }: ApiRequest): Json {
  return {
    account_sid: order.accountSid,
    address_sid: order.addressSid,
    bulk_hosting_request_sid: null,
    capabilities: { mms: false, sms: true, voice: false },
    cc_emails: order.ccEmails,
    contact_phone_number: order.contactPhoneNumber,
    contact_title: orNull(order.contactTitle),
    date_created: iso8601(order.createdMs),
    date_updated: iso8601(order.updatedMs),
    email: order.email,
    failure_reason: order.failureReason,
    friendly_name: orNull(order.friendlyName),
    incoming_phone_number_sid: orNull(order.numberSid),
    next_step: null,
    phone_number: order.e164,
    sid: order.sid,
    signing_document_sid: null,
    status: order.status,
    url: `${origin}${ordersPath}/${order.sid}`,
    verification_attempts: 0,
    verification_call_delay: 0,
    verification_call_extension: null,
    verification_call_sids: null,
    verification_code: null,
    verification_type: null,
  };
}
