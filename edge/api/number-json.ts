import { friendlyNumber } from '../../control/inventory/e164.ts';
import type { AssignedNumber } from '../../control/inventory/number.ts';
import type { Capabilities, PhoneNumber } from '../../control/inventory/number.ts';
import type { Sid } from '../../control/base/sid.ts';
import { accountsPath, apiVersion } from './deps.ts';
import type { Json } from './exchange.ts';
import { orNull } from './reply.ts';
import { rfc2822 } from './rfc2822.ts';

const capabilitiesJson = ({ voice, sms, mms, fax }: Capabilities): Json => ({ voice, sms, mms, fax });

/** https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource#incomingphonenumber-properties */
export function incomingNumberJson(number: AssignedNumber): Json {
  const { accountSid, sid, config } = number.assignment;
  const base = `${accountsPath}/${accountSid}/IncomingPhoneNumbers/${sid}`;
  return {
    ...dependentNumberJson(number),
    address_sid: orNull(config.addressSid),
    beta: number.beta,
    bundle_sid: orNull(config.bundleSid),
    emergency_address_status: 'unregistered',
    identity_sid: orNull(config.identitySid),
    origin: 'twilio',
    status: 'in-use',
    subresource_uris: { assigned_add_ons: `${base}/AssignedAddOns.json` },
    type: number.type,
    voice_receive_mode: config.voiceReceiveMode,
  };
}

/** https://www.twilio.com/docs/usage/api/address#dependentphonenumbers-subresource */
export function dependentNumberJson(number: AssignedNumber): Readonly<Record<string, Json>> {
  const { accountSid, sid, config, createdMs, updatedMs } = number.assignment;
  return {
    account_sid: accountSid,
    address_requirements: number.addressRequirement,
    api_version: apiVersion,
    capabilities: capabilitiesJson(number.capabilities),
    date_created: rfc2822(createdMs),
    date_updated: rfc2822(updatedMs),
    emergency_address_sid: orNull(config.emergencyAddressSid),
    emergency_status: config.emergencyStatus,
    friendly_name: config.friendlyName,
    phone_number: number.e164,
    sid,
    sms_application_sid: config.smsApplicationSid,
    sms_fallback_method: config.smsFallbackMethod,
    sms_fallback_url: config.smsFallbackUrl,
    sms_method: config.smsMethod,
    sms_url: config.smsUrl,
    status_callback: config.statusCallback,
    status_callback_method: config.statusCallbackMethod,
    trunk_sid: orNull(config.trunkSid),
    uri: `${accountsPath}/${accountSid}/IncomingPhoneNumbers/${sid}.json`,
    voice_application_sid: config.voiceApplicationSid,
    voice_caller_id_lookup: config.voiceCallerIdLookup,
    voice_fallback_method: config.voiceFallbackMethod,
    voice_fallback_url: config.voiceFallbackUrl,
    voice_method: config.voiceMethod,
    voice_url: config.voiceUrl,
  };
}

/** https://www.twilio.com/docs/phone-numbers/api/availablephonenumberlocal-resource */
export function availableNumberJson(number: PhoneNumber): Json {
  const { e164, place, capabilities } = number;
  return {
    address_requirements: number.addressRequirement,
    beta: number.beta,
    capabilities: capabilitiesJson(capabilities),
    friendly_name: friendlyNumber(e164),
    iso_country: place.country,
    lata: orNull(place.lata),
    latitude: degrees(place.latitude),
    locality: orNull(place.locality),
    longitude: degrees(place.longitude),
    phone_number: e164,
    postal_code: orNull(place.postalCode),
    rate_center: orNull(place.rateCenter),
    region: orNull(place.region),
  };
}

/** Degrees with six decimals, as documented; null where the place is unknown. */
const degrees = (text: string): string | null => (text === '' ? null : Number(text).toFixed(6));

/** https://www.twilio.com/docs/messaging/api/short-code-resource#shortcode-properties */
export function shortCodeJson({ e164, assignment }: AssignedNumber, accountSid: Sid): Json {
  const { sid, config, createdMs, updatedMs } = assignment;
  return {
    account_sid: accountSid,
    api_version: apiVersion,
    date_created: rfc2822(createdMs),
    date_updated: rfc2822(updatedMs),
    friendly_name: config.friendlyName,
    short_code: e164,
    sid,
    sms_fallback_method: config.smsFallbackMethod,
    sms_fallback_url: config.smsFallbackUrl,
    sms_method: config.smsMethod,
    sms_url: config.smsUrl,
    uri: `${accountsPath}/${accountSid}/SMS/ShortCodes/${sid}.json`,
  };
}
