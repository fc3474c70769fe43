import { fail, ok, type Result } from '../../control/base/result.ts';
import {
  newServiceConfig,
  scanChoices,
  usecases,
  validityPeriodMaxSeconds,
  type MessagingService,
  type ServiceConfig,
} from '../../control/messaging-services/service.ts';
import type { ApiDeps } from './deps.ts';
import type { ApiRequest, Json, Params, Reply, Route } from './exchange.ts';
import { given } from './given.ts';
import { iso8601 } from './iso8601.ts';
import { sidList } from './lists.ts';
import { invalidParameter, Reader } from './readers.ts';
import { created, json, noContent, notFound, orNull, refused, type Refused } from './reply.ts';

const product = 'messaging';
export const servicesPath = '/v1/Services';

/** "Reached maximum number of Services" */
const tooMany = 21102;
const badUsecase = 21713;

/** Messaging Services (https://www.twilio.com/docs/messaging/api/service-resource). */
export function messagingServiceRoutes(deps: ApiDeps): readonly Route[] {
  const { messagingServices } = deps;
  const one = `${servicesPath}/{Sid}`;
  return [
    { product, method: 'POST', path: servicesPath, handler: (request) => create(deps, request) },
    {
      product,
      method: 'GET',
      path: servicesPath,
      handler: (request) =>
        sidList(
          request,
          'services',
          'MG',
          (page) => messagingServices.list(request.principal.account.sid, page),
          { sid: ({ sid }) => sid, json: (row) => serviceJson(row, request) },
        ),
    },
    {
      product,
      method: 'GET',
      path: one,
      handler: (request) => {
        const row = messagingServices.fetch(request.principal.account.sid, request.parts['Sid'] ?? '');
        return row === undefined ? notFound : json(serviceJson(row, request));
      },
    },
    { product, method: 'POST', path: one, handler: (request) => update(deps, request) },
    {
      product,
      method: 'DELETE',
      path: one,
      handler: async ({ principal, parts }) =>
        (await messagingServices.remove(principal.account.sid, parts['Sid'] ?? '')) ? noContent : notFound,
    },
  ];
}

async function create({ messagingServices }: ApiDeps, request: ApiRequest): Promise<Reply> {
  const config = readService(request.form, newServiceConfig);
  if (!config.ok) return config.error;
  const made = await messagingServices.create(request.principal.account.sid, config.value);
  if (made.ok) return created(serviceJson(made.value, request));
  return refused(tooMany, 'The account has as many Messaging Services as it may: delete some.');
}

async function update({ messagingServices }: ApiDeps, request: ApiRequest): Promise<Reply> {
  const accountSid = request.principal.account.sid;
  const before = messagingServices.fetch(accountSid, request.parts['Sid'] ?? '');
  if (before === undefined) return notFound;
  const config = readService(request.form, before);
  if (!config.ok) return config.error;
  const after = await messagingServices.update(accountSid, before.sid, config.value);
  return after === undefined ? notFound : json(serviceJson(after, request));
}

/** The parameters of a service; `before` is what they are a change of. */
function readService(params: Params, before: ServiceConfig): Result<Partial<ServiceConfig>, Refused> {
  const reader = new Reader(params);
  const method = (name: string): 'GET' | 'POST' | undefined => reader.method(name, invalidParameter);
  const url = (name: string): string | undefined => reader.url(name, invalidParameter);
  const change = given<ServiceConfig>({
    friendlyName: reader.text('FriendlyName', 64),
    inboundRequestUrl: url('InboundRequestUrl'),
    inboundMethod: method('InboundMethod'),
    fallbackUrl: url('FallbackUrl'),
    fallbackMethod: method('FallbackMethod'),
    statusCallback: url('StatusCallback'),
    stickySender: reader.flag('StickySender'),
    mmsConverter: reader.flag('MmsConverter'),
    smartEncoding: reader.flag('SmartEncoding'),
    scanMessageContent: reader.choice('ScanMessageContent', scanChoices),
    fallbackToLongCode: reader.flag('FallbackToLongCode'),
    areaCodeGeomatch: reader.flag('AreaCodeGeomatch'),
    synchronousValidation: reader.flag('SynchronousValidation'),
    validityPeriodSeconds: reader.integer('ValidityPeriod', 1, validityPeriodMaxSeconds),
    usecase: reader.choice('Usecase', usecases, badUsecase),
    useInboundWebhookOnNumber: reader.flag('UseInboundWebhookOnNumber'),
  });
  if ((change.friendlyName ?? before.friendlyName) === '')
    reader.refuse(invalidParameter, 'A Messaging Service needs a FriendlyName.');
  return reader.fault === undefined ? ok(change) : fail(reader.fault);
}

/** https://www.twilio.com/docs/messaging/api/service-resource#service-properties; links lead to what is here. */
function serviceJson(service: MessagingService, { origin }: ApiRequest): Json {
  const url = `${origin}${servicesPath}/${service.sid}`;
  return {
    account_sid: service.accountSid,
    area_code_geomatch: service.areaCodeGeomatch,
    date_created: iso8601(service.createdMs),
    date_updated: iso8601(service.updatedMs),
    fallback_method: service.fallbackMethod,
    fallback_to_long_code: service.fallbackToLongCode,
    fallback_url: orNull(service.fallbackUrl),
    friendly_name: service.friendlyName,
    inbound_method: service.inboundMethod,
    inbound_request_url: orNull(service.inboundRequestUrl),
    links: {
      phone_numbers: `${url}/PhoneNumbers`,
      short_codes: `${url}/ShortCodes`,
      alpha_senders: `${url}/AlphaSenders`,
      destination_alpha_senders: `${url}/DestinationAlphaSenders`,
    },
    mms_converter: service.mmsConverter,
    scan_message_content: service.scanMessageContent,
    sid: service.sid,
    smart_encoding: service.smartEncoding,
    status_callback: orNull(service.statusCallback),
    sticky_sender: service.stickySender,
    synchronous_validation: service.synchronousValidation,
    url,
    us_app_to_person_registered: false,
    use_inbound_webhook_on_number: service.useInboundWebhookOnNumber,
    usecase: service.usecase,
    validity_period: service.validityPeriodSeconds,
  };
}
