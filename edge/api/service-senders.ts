import { isAlphanumericSender } from '../../control/inventory/e164.ts';
import type { JoinFault } from '../../control/messaging-services/messaging-services.ts';
import type { PoolPrefix, PoolSender } from '../../control/messaging-services/pool-sender.ts';
import type { MessagingService } from '../../control/messaging-services/service.ts';
import type { ApiDeps } from './deps.ts';
import type { ApiRequest, Handler, Json, Reply, Route } from './exchange.ts';
import { iso8601 } from './iso8601.ts';
import { sidList } from './lists.ts';
import { servicesPath } from './messaging-services.ts';
import { invalidParameter, Reader } from './readers.ts';
import { created, json, noContent, notFound, printable, refused } from './reply.ts';

const product = 'messaging';

/** One of the four lists of senders that a service has. */
interface PoolList {
  readonly path: string;
  readonly key: string;
  readonly prefix: PoolPrefix;
  /** Senders of the same kind of row that are in this list. */
  readonly fits: (row: PoolSender) => boolean;
  readonly add: (
    deps: ApiDeps,
    service: MessagingService,
    request: ApiRequest,
  ) => Promise<PoolSender | Reply>;
  /** What a row shows beside what all show. */
  readonly own: (row: PoolSender) => { readonly [key: string]: Json };
}

const lists: readonly PoolList[] = [
  {
    // https://www.twilio.com/docs/messaging/api/phonenumber-resource
    path: 'PhoneNumbers',
    key: 'phone_numbers',
    prefix: 'PN',
    fits: () => true,
    add: (deps, service, request) => addNumber(deps, service, request, 'PhoneNumberSid', 'PN'),
    own: ({ sender, country }) => ({ phone_number: sender, country_code: country }),
  },
  {
    // https://www.twilio.com/docs/messaging/api/services-shortcode-resource
    path: 'ShortCodes',
    key: 'short_codes',
    prefix: 'SC',
    fits: () => true,
    add: (deps, service, request) => addNumber(deps, service, request, 'ShortCodeSid', 'SC'),
    own: ({ sender, country }) => ({ short_code: sender, country_code: country }),
  },
  {
    // https://www.twilio.com/docs/messaging/api/alphasender-resource
    path: 'AlphaSenders',
    key: 'alpha_senders',
    prefix: 'AI',
    fits: ({ country }) => country === '',
    add: (deps, service, request) => addAlphaSender(deps, service, request, ''),
    own: ({ sender }) => ({ alpha_sender: sender }),
  },
  {
    // https://www.twilio.com/docs/messaging/api/destination-alphasender-resource
    path: 'DestinationAlphaSenders',
    key: 'alpha_senders',
    prefix: 'AI',
    fits: () => true,
    add: (deps, service, request) =>
      addAlphaSender(deps, service, request, (request.form.get('IsoCountryCode') ?? '').toUpperCase()),
    own: ({ sender, country }) => ({ alpha_sender: sender, iso_country_code: country || null }),
  },
];

/** The senders in the pool of a Messaging Service. */
export const serviceSenderRoutes = (deps: ApiDeps): readonly Route[] =>
  lists.flatMap((list) => routesOf(deps, list));

function routesOf(deps: ApiDeps, list: PoolList): readonly Route[] {
  const { messagingServices } = deps;
  const { prefix, fits } = list;
  const path = `${servicesPath}/{ServiceSid}/${list.path}`;
  const one = `${path}/{Sid}`;
  const withService =
    (handle: (service: MessagingService, request: ApiRequest) => Reply | Promise<Reply>): Handler =>
    (request) => {
      const { account } = request.principal;
      const service = messagingServices.fetch(account.sid, request.parts['ServiceSid'] ?? '');
      return service === undefined ? notFound : handle(service, request);
    };
  const find = (service: MessagingService, { parts }: ApiRequest): PoolSender | undefined => {
    const row = messagingServices.sender(service, prefix, parts['Sid'] ?? '');
    return row !== undefined && fits(row) ? row : undefined;
  };
  return [
    {
      product,
      method: 'POST',
      path,
      handler: withService(async (service, request) => {
        const added = await list.add(deps, service, request);
        return 'sender' in added ? created(senderJson(list, added, request)) : added;
      }),
    },
    {
      product,
      method: 'GET',
      path,
      handler: withService((service, request) => {
        const country = request.query.get('IsoCountryCode')?.toUpperCase();
        const shown = (row: PoolSender): boolean =>
          fits(row) && (country === undefined || country === '' || row.country === country);
        return sidList(
          request,
          list.key,
          prefix,
          (page) => messagingServices.listSenders(service, prefix, page, shown),
          { sid: ({ sid }) => sid, json: (row) => senderJson(list, row, request) },
        );
      }),
    },
    {
      product,
      method: 'GET',
      path: one,
      handler: withService((service, request) => {
        const row = find(service, request);
        return row === undefined ? notFound : json(senderJson(list, row, request));
      }),
    },
    {
      product,
      method: 'DELETE',
      path: one,
      handler: withService(async (service, request) => {
        const row = find(service, request);
        const gone = row !== undefined && (await messagingServices.removeSender(service, prefix, row.sid));
        return gone ? noContent : notFound;
      }),
    },
  ];
}

async function addNumber(
  { messagingServices }: ApiDeps,
  service: MessagingService,
  { form }: ApiRequest,
  name: string,
  prefix: 'PN' | 'SC',
): Promise<PoolSender | Reply> {
  const sid = form.get(name) ?? '';
  if (sid === '') return refused(invalidParameter, `Give a ${name}.`);
  const added = sid.startsWith(prefix) ? await messagingServices.addNumber(service, sid) : undefined;
  if (added === undefined) return joinFault('unknownNumber', sid);
  return added.ok ? added.value : joinFault(added.error, sid);
}

function joinFault(fault: JoinFault, sid: string): Reply {
  const named = printable(sid);
  switch (fault) {
    case 'unknownNumber':
      return refused(21421, `${named} is not a number of this account that belongs into this list.`);
    case 'incapable':
      return refused(21715, `${named} can send neither text nor media messages.`);
    case 'inThisPool':
      return refused(21710, `${named} is in this Messaging Service already.`);
    case 'inAnotherPool':
      return refused(21712, `${named} is in another Messaging Service. Remove it from there first.`);
    case 'full':
      return refused(21714, 'The Messaging Service has as many numbers as it may. Remove some.');
  }
}

async function addAlphaSender(
  { messagingServices }: ApiDeps,
  service: MessagingService,
  { form }: ApiRequest,
  country: string,
): Promise<PoolSender | Reply> {
  const reader = new Reader(form);
  const sender = reader.text('AlphaSender', 256) ?? '';
  if (reader.fault !== undefined) return reader.fault;
  if (sender === '') return refused(21708, 'Give an AlphaSender.');
  if (!isAlphanumericSender(sender))
    return refused(
      21709,
      `${printable(sender)} is no alphanumeric sender: 1 to 11 letters, digits, spaces, +, -, _ and &, with a letter.`,
    );
  if (country !== '' && !/^[A-Z]{2}$/.test(country))
    return refused(invalidParameter, 'IsoCountryCode is two letters.');
  const added = await messagingServices.addAlphaSender(service, sender, country);
  if (added.ok) return added.value;
  switch (added.error) {
    case 'inThisPool':
      return refused(
        21710,
        `The Messaging Service has an alphanumeric sender for ${country || 'all countries'} already. Delete it first.`,
      );
    case 'full':
      return refused(21714, 'The Messaging Service has as many alphanumeric senders as it may. Remove some.');
  }
}

function senderJson(list: PoolList, row: PoolSender, { origin }: ApiRequest): Json {
  const { voice, sms, mms } = row.capabilities;
  return {
    account_sid: row.accountSid,
    ...list.own(row),
    capabilities: [...(mms ? ['MMS'] : []), ...(sms ? ['SMS'] : []), ...(voice ? ['Voice'] : [])],
    date_created: iso8601(row.createdMs),
    date_updated: iso8601(row.updatedMs),
    service_sid: row.serviceSid,
    sid: row.sid,
    url: `${origin}${servicesPath}/${row.serviceSid}/${list.path}/${row.sid}`,
  };
}
