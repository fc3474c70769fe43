import type { Sid } from '../base/sid.ts';
import type { HttpMethod } from '../inventory/number.ts';

/** What a tenant sets on a TwiML application. URLs are '' when unset. */
export interface ApplicationConfig {
  readonly friendlyName: string;
  readonly voiceUrl: string;
  readonly voiceMethod: HttpMethod;
  readonly voiceFallbackUrl: string;
  readonly voiceFallbackMethod: HttpMethod;
  readonly voiceCallerIdLookup: boolean;
  /** Of calls. */
  readonly statusCallback: string;
  readonly statusCallbackMethod: HttpMethod;
  readonly smsUrl: string;
  readonly smsMethod: HttpMethod;
  readonly smsFallbackUrl: string;
  readonly smsFallbackMethod: HttpMethod;
  /** Of messages sent with this ApplicationSid; always POST. */
  readonly messageStatusCallback: string;
  /** Whether other accounts may dial it. */
  readonly publicConnect: boolean;
}

/** A set of URLs under one SID, for numbers, calls and messages (https://www.twilio.com/docs/usage/api/applications). */
export interface Application extends ApplicationConfig {
  readonly sid: Sid;
  readonly accountSid: Sid;
  readonly createdMs: number;
  readonly updatedMs: number;
}

/** An application on the day it is made. */
export const newApplicationConfig: ApplicationConfig = {
  friendlyName: '',
  voiceUrl: '',
  voiceMethod: 'POST',
  voiceFallbackUrl: '',
  voiceFallbackMethod: 'POST',
  voiceCallerIdLookup: false,
  statusCallback: '',
  statusCallbackMethod: 'POST',
  smsUrl: '',
  smsMethod: 'POST',
  smsFallbackUrl: '',
  smsFallbackMethod: 'POST',
  messageStatusCallback: '',
  publicConnect: false,
};
