import { friendlyNumber } from './e164.ts';
import type { NumberConfig } from './number.ts';

/** A number's configuration on the day it is bought (https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource). */
export const newNumberConfig = (number: string): NumberConfig => ({
  friendlyName: friendlyNumber(number),
  smsUrl: '',
  smsMethod: 'POST',
  smsFallbackUrl: '',
  smsFallbackMethod: 'POST',
  smsApplicationSid: '',
  voiceUrl: '',
  voiceMethod: 'POST',
  voiceFallbackUrl: '',
  voiceFallbackMethod: 'POST',
  voiceApplicationSid: '',
  voiceCallerIdLookup: false,
  statusCallback: '',
  statusCallbackMethod: 'POST',
  trunkSid: '',
  addressSid: '',
  identitySid: '',
  bundleSid: '',
  emergencyStatus: 'Inactive',
  emergencyAddressSid: '',
  voiceReceiveMode: 'voice',
});
