import type { Account } from '../../control/accounts/account.ts';
import type { Applications } from '../../control/applications/applications.ts';
import { fail, ok, type Result } from '../../control/base/result.ts';
import { isSid } from '../../control/base/sid.ts';
import type { NewMessage } from '../messaging/outbound/new-message.ts';
import { parseIsoMs } from './date-range.ts';
import type { Params } from './exchange.ts';
import { invalidParameter, Reader, urlFault } from './readers.ts';
import { printable, type Refused } from './reply.ts';

const intents = [
  'otp',
  'notifications',
  'marketing',
  'fraud',
  'security',
  'customercare',
  'delivery',
  'education',
  'polling',
  'announcements',
  'events',
] as const;

/** Longer than any number or sender, so that acceptance says with its own code what is wrong with it. */
const addressMaxCharacters = 256;
const mediaUrlsMax = 10;
/** The most that a configuration admits; `Acceptance` knows what this edge does. */
const validityMaxSeconds = 604_800;

/**
 * The parameters of POST Messages (https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource).
 * Judges their form; whether such a message may be sent is `Acceptance`'s to say. What belongs to a product that this
 * edge does not have is refused with its own number, never ignored.
 */
export function readNewMessage(
  params: Params,
  account: Account,
  applications: Pick<Applications, 'fetch'>,
): Result<NewMessage, Refused> {
  const reader = new Reader(params);
  refuseOtherProducts(reader, params);
  const to = reader.text('To', addressMaxCharacters, 21211) ?? '';
  const from = reader.text('From', addressMaxCharacters, 21212) ?? '';
  const statusCallback =
    (reader.url('StatusCallback', 21609) || callbackOf(reader, params, account, applications)) ?? '';
  const validitySeconds = reader.integer('ValidityPeriod', 1, validityMaxSeconds, 21624);
  const sendAtMs = readSendAt(reader, params);
  const messagingServiceSid = readService(reader, params, sendAtMs !== null);
  const mediaUrls = readMediaUrls(reader, params);
  const smartEncoding = reader.flag('SmartEncoded') ?? null;
  const provideFeedback = reader.flag('ProvideFeedback') ?? false;
  readWithoutEffect(reader, params);
  if (reader.fault !== undefined) return fail(reader.fault);
  return ok({
    account,
    direction: 'outbound-api',
    from,
    to,
    body: params.get('Body') ?? '',
    mediaUrls,
    statusCallback,
    validityMs: validitySeconds === undefined ? null : validitySeconds * 1000,
    sendAtMs,
    smartEncoding,
    provideFeedback,
    raw: null,
    receipt: null,
    ...(messagingServiceSid === undefined ? {} : { messagingServiceSid }),
  });
}

const given = (params: Params, name: string): string | undefined => params.get(name) || undefined;

/** Only a Messaging Service sends later (https://www.twilio.com/docs/messaging/features/message-scheduling). */
function readService(reader: Reader, params: Params, scheduled: boolean): string | undefined {
  const service = given(params, 'MessagingServiceSid');
  if (service === undefined && scheduled)
    reader.refuse(35118, 'A message with SendAt needs a MessagingServiceSid.');
  if (service !== undefined && !isSid(service, 'MG'))
    reader.refuse(21705, `MessagingServiceSid ${printable(service)} is not a Messaging Service's SID.`);
  if (reader.flag('ShortenUrls') === true)
    reader.refuse(
      invalidParameter,
      service === undefined
        ? 'ShortenUrls needs a MessagingServiceSid.'
        : 'This edge shortens no links. Leave ShortenUrls out.',
    );
  return service;
}

/** Content templates, RCS, MMS. */
function refuseOtherProducts(reader: Reader, params: Params): void {
  const content = given(params, 'ContentSid');
  if (content !== undefined)
    reader.refuse(21655, `There is no Content template ${printable(content)}. Give a Body.`);
  else if (given(params, 'ContentVariables') !== undefined)
    reader.refuse(21654, 'ContentVariables needs a ContentSid.');
  if (given(params, 'FallbackFrom') !== undefined)
    reader.refuse(invalidParameter, 'FallbackFrom needs a Messaging Service with an RCS sender.');
  if (reader.flag('SendAsMms') === true)
    reader.refuse(21622, 'No carrier of this edge takes MMS. Leave SendAsMms out.');
}

/** The application's callback. Documented: with a StatusCallback the application is ignored. */
function callbackOf(
  reader: Reader,
  params: Params,
  account: Account,
  applications: Pick<Applications, 'fetch'>,
): string | undefined {
  const sid = given(params, 'ApplicationSid');
  if (sid === undefined || given(params, 'StatusCallback') !== undefined) return undefined;
  const application = applications.fetch(account.sid, sid);
  if (application === undefined)
    reader.refuse(21218, `There is no application ${printable(sid)}. Give a StatusCallback.`);
  return application?.messageStatusCallback;
}

/** Null: at once. Twilio schedules by ScheduleType=fixed and SendAt together; one alone is a mistake. */
function readSendAt(reader: Reader, params: Params): number | null {
  const type = given(params, 'ScheduleType');
  const sendAt = given(params, 'SendAt');
  if (type === undefined && sendAt === undefined) return null;
  if (type?.toLowerCase() !== 'fixed')
    reader.refuse(35126, 'A message with SendAt needs ScheduleType=fixed, the only ScheduleType.');
  if (sendAt === undefined) {
    reader.refuse(35111, 'A message with ScheduleType needs SendAt.');
    return null;
  }
  const parsed = parseIsoMs(sendAt);
  if (parsed === undefined || parsed.dateOnly) {
    reader.refuse(35114, `SendAt must be an ISO 8601 date-time, not ${printable(sendAt)}.`);
    return null;
  }
  return parsed.ms;
}

function readMediaUrls(reader: Reader, params: Params): readonly string[] {
  const urls = params.all('MediaUrl').filter((url) => url !== '');
  if (urls.length > mediaUrlsMax) {
    reader.refuse(21623, `A message carries at most ${mediaUrlsMax} media files, not ${urls.length}.`);
    return [];
  }
  for (const url of urls) {
    const reason = urlFault(url);
    if (reason !== undefined) reader.refuse(21620, `MediaUrl ${printable(url)} cannot be used: ${reason}.`);
  }
  return urls;
}

/** Parameters that are judged, but change nothing for a text message on this edge, as on Twilio's. */
function readWithoutEffect(reader: Reader, params: Params): void {
  const maxPrice = given(params, 'MaxPrice');
  if (maxPrice !== undefined && !/^\d{1,9}(\.\d{1,9})?$/.test(maxPrice))
    reader.refuse(21627, `MaxPrice must be a decimal number, not ${printable(maxPrice)}.`);
  reader.integer('Attempt', 1, 1_000_000);
  reader.flag('ForceDelivery');
  if (reader.choice('ContentRetention', ['retain', 'discard'], 30029) === 'discard')
    reader.refuse(30029, 'This edge keeps bodies until they are redacted: update Body to be empty.');
  const addresses = reader.choice('AddressRetention', ['retain', 'obfuscate', 'discard'], 30030);
  if (addresses === 'obfuscate' || addresses === 'discard')
    reader.refuse(30030, 'This edge keeps addresses until the message is deleted.');
  reader.choice('TrafficType', ['free']);
  reader.choice('RiskCheck', ['enable', 'disable']);
  reader.choice('MessageIntent', intents);
}
