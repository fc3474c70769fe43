import type { Sid } from '../base/sid.ts';
import type { HttpMethod } from '../inventory/number.ts';

/** What a tenant sets on a SIP Domain. URLs are '' when unset. */
export interface SipDomainConfig {
  readonly friendlyName: string;
  readonly voiceUrl: string;
  readonly voiceMethod: HttpMethod;
  readonly voiceFallbackUrl: string;
  readonly voiceFallbackMethod: HttpMethod;
  readonly voiceStatusCallbackUrl: string;
  readonly voiceStatusCallbackMethod: HttpMethod;
  /** Whether endpoints may register and be called. */
  readonly sipRegistration: boolean;
  /** TLS and SRTP are demanded. */
  readonly secure: boolean;
}

/** A host name that a tenant's SIP traffic comes to (https://www.twilio.com/docs/voice/sip/api/sip-domain-resource). */
export interface SipDomain extends SipDomainConfig {
  /** SD… */
  readonly sid: Sid;
  readonly accountSid: Sid;
  /** In lower case. */
  readonly domainName: string;
  /** `DomainName.labels` of it. */
  readonly labels: readonly string[];
  readonly createdMs: number;
  readonly updatedMs: number;
}

export const newSipDomainConfig: SipDomainConfig = {
  friendlyName: '',
  voiceUrl: '',
  voiceMethod: 'POST',
  voiceFallbackUrl: '',
  voiceFallbackMethod: 'POST',
  voiceStatusCallbackUrl: '',
  voiceStatusCallbackMethod: 'POST',
  sipRegistration: false,
  secure: false,
};
