import {
  newApplicationConfig,
  type Application,
  type ApplicationConfig,
} from '../../control/applications/application.ts';
import { fail, ok, type Result } from '../../control/base/result.ts';
import { accountPath, accountsPath, apiVersion, type ApiDeps } from './deps.ts';
import type { ApiRequest, Json, Params, Reply, Route } from './exchange.ts';
import { given } from './given.ts';
import { sidList } from './lists.ts';
import { Reader } from './readers.ts';
import { created, json, noContent, notFound, orNull, refused, type Refused } from './reply.ts';
import { rfc2822 } from './rfc2822.ts';

const badName = 20002;
const badUrl = 21402;
const badMethod = 21403;

/** Applications (https://www.twilio.com/docs/usage/api/applications). */
export function applicationRoutes(deps: ApiDeps): readonly Route[] {
  const { applications } = deps;
  const product = 'api';
  const list = `${accountPath}/Applications`;
  const one = `${list}/{Sid}`;
  const sidOf = ({ parts }: ApiRequest): string => parts['Sid'] ?? '';
  const accountOf = ({ principal }: ApiRequest): string => principal.account.sid;
  return [
    { product, method: 'POST', path: list, handler: (request) => create(deps, request) },
    { product, method: 'GET', path: list, handler: (request) => readList(deps, request) },
    {
      product,
      method: 'GET',
      path: one,
      handler(request): Reply {
        const found = applications.fetch(accountOf(request), sidOf(request));
        return found === undefined ? notFound : json(applicationJson(found));
      },
    },
    {
      product,
      method: 'POST',
      path: one,
      async handler(request): Promise<Reply> {
        const before = applications.fetch(accountOf(request), sidOf(request));
        if (before === undefined) return notFound;
        const config = readApplication(request.form, before);
        if (!config.ok) return config.error;
        const after = await applications.update(before.accountSid, before.sid, config.value);
        return after === undefined ? notFound : json(applicationJson(after));
      },
    },
    {
      product,
      method: 'DELETE',
      path: one,
      async handler(request): Promise<Reply> {
        const removed = await applications.remove(accountOf(request), sidOf(request));
        return removed ? noContent : notFound;
      },
    },
  ];
}

async function create({ applications }: ApiDeps, { form, principal }: ApiRequest): Promise<Reply> {
  const config = readApplication(form, newApplicationConfig);
  if (!config.ok) return config.error;
  const made = await applications.create(principal.account.sid, config.value);
  if (made.ok) return created(applicationJson(made.value));
  return refused(21301, 'The account has as many applications as it may: delete some that are not used.');
}

function readList({ applications }: ApiDeps, request: ApiRequest): Reply {
  const reader = new Reader(request.query);
  const friendlyName = reader.text('FriendlyName', 256) || undefined;
  if (reader.fault !== undefined) return reader.fault;
  return sidList(
    request,
    'applications',
    'AP',
    (page) => applications.list(request.principal.account.sid, friendlyName, page),
    { sid: (row) => row.sid, json: applicationJson },
  );
}

/** The parameters of an application; `before` is what they are a change of. */
function readApplication(
  params: Params,
  before: ApplicationConfig,
): Result<Partial<ApplicationConfig>, Refused> {
  const reader = new Reader(params);
  const change = given<ApplicationConfig>({
    friendlyName: reader.text('FriendlyName', 64, badName),
    voiceUrl: reader.url('VoiceUrl', badUrl),
    voiceMethod: reader.method('VoiceMethod', badMethod),
    voiceFallbackUrl: reader.url('VoiceFallbackUrl', badUrl),
    voiceFallbackMethod: reader.method('VoiceFallbackMethod', badMethod),
    voiceCallerIdLookup: reader.flag('VoiceCallerIdLookup'),
    statusCallback: reader.url('StatusCallback', badUrl),
    statusCallbackMethod: reader.method('StatusCallbackMethod', badMethod),
    smsUrl: reader.url('SmsUrl', badUrl),
    smsMethod: reader.method('SmsMethod', badMethod),
    smsFallbackUrl: reader.url('SmsFallbackUrl', badUrl),
    smsFallbackMethod: reader.method('SmsFallbackMethod', badMethod),
    // Two names for one thing; the newer one wins.
    messageStatusCallback:
      reader.url('MessageStatusCallback', badUrl) ?? reader.url('SmsStatusCallback', badUrl),
    publicConnect: reader.flag('PublicApplicationConnectEnabled'),
  });
  reader.choice('ApiVersion', [apiVersion]);
  const after = { ...before, ...change };
  if (after.voiceFallbackUrl !== '' && after.voiceUrl === '')
    reader.refuse(21405, 'VoiceFallbackUrl needs a VoiceUrl.');
  if (after.smsFallbackUrl !== '' && after.smsUrl === '')
    reader.refuse(21406, 'SmsFallbackUrl needs an SmsUrl.');
  return reader.fault === undefined ? ok(change) : fail(reader.fault);
}

/** https://www.twilio.com/docs/usage/api/applications#application-properties */
function applicationJson(application: Application): Json {
  const { accountSid, sid } = application;
  return {
    account_sid: accountSid,
    api_version: apiVersion,
    date_created: rfc2822(application.createdMs),
    date_updated: rfc2822(application.updatedMs),
    friendly_name: orNull(application.friendlyName),
    message_status_callback: orNull(application.messageStatusCallback),
    public_application_connect_enabled: application.publicConnect,
    sid,
    sms_fallback_method: application.smsFallbackMethod,
    sms_fallback_url: orNull(application.smsFallbackUrl),
    sms_method: application.smsMethod,
    sms_status_callback: orNull(application.messageStatusCallback),
    sms_url: orNull(application.smsUrl),
    status_callback: orNull(application.statusCallback),
    status_callback_method: application.statusCallbackMethod,
    uri: `${accountsPath}/${accountSid}/Applications/${sid}.json`,
    voice_caller_id_lookup: application.voiceCallerIdLookup,
    voice_fallback_method: application.voiceFallbackMethod,
    voice_fallback_url: orNull(application.voiceFallbackUrl),
    voice_method: application.voiceMethod,
    voice_url: orNull(application.voiceUrl),
  };
}
