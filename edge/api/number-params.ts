import type { Address } from '../../control/addresses/address.ts';
import { newNumberConfig } from '../../control/inventory/number-config.ts';
import type { NumberConfig } from '../../control/inventory/number.ts';
import { apiVersion } from './deps.ts';
import type { Params } from './exchange.ts';
import { given } from './given.ts';
import { Reader } from './readers.ts';
import { fail, ok, type Result } from '../../control/base/result.ts';
import { printable, type Refused } from './reply.ts';

/** Twilio's codes for what a number is configured to. */
const badName = 20002;
const badUrl = 21402;
const badMethod = 21403;

/** What belongs to products that this edge does not have, and the number each is refused with. */
const absentProducts = [
  ['TrunkSid', 21245],
  ['IdentitySid', 21650],
] as const;

/** The fallback of a URL that is not there would never be called. */
function judgeFallbacks(reader: Reader, config: NumberConfig): void {
  if (config.smsFallbackUrl !== '' && config.smsUrl === '')
    reader.refuse(21406, 'SmsFallbackUrl needs an SmsUrl.');
  if (config.voiceFallbackUrl !== '' && config.voiceUrl === '')
    reader.refuse(21405, 'VoiceFallbackUrl needs a VoiceUrl.');
}

function readSms(reader: Reader): Partial<NumberConfig> {
  return given<NumberConfig>({
    friendlyName: reader.text('FriendlyName', 64, badName),
    smsUrl: reader.url('SmsUrl', badUrl),
    smsMethod: reader.method('SmsMethod', badMethod),
    smsFallbackUrl: reader.url('SmsFallbackUrl', badUrl),
    smsFallbackMethod: reader.method('SmsFallbackMethod', badMethod),
  });
}

/** What an account has that its numbers may name. */
export interface Nameable {
  readonly isApplication: (sid: string) => boolean;
  readonly address: (sid: string) => Address | undefined;
  readonly isApprovedBundle: (sid: string) => boolean;
}

/** '' names nothing. */
function readSid(
  reader: Reader,
  params: Params,
  name: string,
  known: (sid: string) => boolean,
  refusal: { readonly code: number; readonly says: string },
): string | undefined {
  const sid = params.get(name);
  if (sid === undefined || sid === '' || known(sid)) return sid;
  reader.refuse(refusal.code, `${name} ${printable(sid)} is not ${refusal.says}.`);
  return undefined;
}

const anApplication = { code: 21420, says: 'an application of the account' };
const anAddress = { code: 21628, says: 'an address of the account' };
const anApprovedBundle = { code: 21649, says: 'an approved bundle of the account' };
const anEmergencyAddress = { code: 21628, says: 'an address of the account with EmergencyEnabled' };

/**
 * The parameters that configure a phone number, when it is bought and afterwards
 * (https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource#update-an-incomingphonenumber-resource).
 * `before` is what they are a change of; `has` tells what the account has.
 */
export function readNumberConfig(
  params: Params,
  has: Nameable,
  before: NumberConfig = newNumberConfig(''),
): Result<Partial<NumberConfig>, Refused> {
  const reader = new Reader(params);
  for (const [name, code] of absentProducts) {
    const sid = params.get(name);
    if (sid) reader.refuse(code, `${name} ${printable(sid)} names nothing on this edge. Leave it out.`);
  }
  const sid = (name: string, known: (sid: string) => boolean, refusal: typeof anAddress) =>
    readSid(reader, params, name, known, refusal);
  const change: Partial<NumberConfig> = {
    ...readSms(reader),
    ...given<NumberConfig>({
      smsApplicationSid: sid('SmsApplicationSid', has.isApplication, anApplication),
      voiceApplicationSid: sid('VoiceApplicationSid', has.isApplication, anApplication),
      addressSid: sid('AddressSid', (text) => has.address(text) !== undefined, anAddress),
      bundleSid: sid('BundleSid', has.isApprovedBundle, anApprovedBundle),
      emergencyAddressSid: sid(
        'EmergencyAddressSid',
        (text) => has.address(text)?.emergencyEnabled === true,
        anEmergencyAddress,
      ),
      voiceUrl: reader.url('VoiceUrl', badUrl),
      voiceMethod: reader.method('VoiceMethod', badMethod),
      voiceFallbackUrl: reader.url('VoiceFallbackUrl', badUrl),
      voiceFallbackMethod: reader.method('VoiceFallbackMethod', badMethod),
      voiceCallerIdLookup: reader.flag('VoiceCallerIdLookup'),
      voiceReceiveMode: reader.choice('VoiceReceiveMode', ['voice', 'fax']),
      statusCallback: reader.url('StatusCallback', badUrl),
      statusCallbackMethod: reader.method('StatusCallbackMethod', badMethod),
    }),
  };
  if (reader.choice('EmergencyStatus', ['active', 'inactive'], 22222) === 'active')
    reader.refuse(22222, 'EmergencyStatus cannot be Active: this edge has no emergency calling.');
  reader.choice('ApiVersion', [apiVersion]);
  judgeFallbacks(reader, { ...before, ...change });
  return reader.fault === undefined ? ok(change) : fail(reader.fault);
}

/** The parameters that configure a short code. */
export function readShortCodeConfig(
  params: Params,
  before: NumberConfig,
): Result<Partial<NumberConfig>, Refused> {
  const reader = new Reader(params);
  const change = readSms(reader);
  reader.choice('ApiVersion', [apiVersion]);
  judgeFallbacks(reader, { ...before, ...change });
  return reader.fault === undefined ? ok(change) : fail(reader.fault);
}
