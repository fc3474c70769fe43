import type { Sid } from '../base/sid.ts';

/** As AvailablePhoneNumbers names them, in lower case; and short codes, which are a list of their own. */
export const numberTypes = [
  'local',
  'mobile',
  'tollfree',
  'national',
  'voip',
  'sharedcost',
  'machinetomachine',
  'shortcode',
] as const;

export type NumberType = (typeof numberTypes)[number];

/** What messages are sent from. */
export const messageSenderTypes = [...numberTypes, 'alphanumeric'] as const;
export type MessageSenderType = (typeof messageSenderTypes)[number];

/** Which address a holder must have (https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource). */
export const addressRequirements = ['none', 'any', 'local', 'foreign'] as const;

export type AddressRequirement = (typeof addressRequirements)[number];

export interface Capabilities {
  readonly voice: boolean;
  readonly sms: boolean;
  readonly mms: boolean;
  readonly fax: boolean;
}

/** Where a number lives, as the carrier's list says; '' where it does not. */
export interface Place {
  readonly country: string; // ISO 3166-1 alpha-2
  readonly region: string;
  readonly locality: string;
  readonly postalCode: string;
  readonly lata: string;
  readonly rateCenter: string;
  readonly latitude: string;
  readonly longitude: string;
}

export type HttpMethod = 'GET' | 'POST';

/** What a tenant configures on a number of its own. URLs are '' when unset. */
export interface NumberConfig {
  readonly friendlyName: string;
  readonly smsUrl: string;
  readonly smsMethod: HttpMethod;
  readonly smsFallbackUrl: string;
  readonly smsFallbackMethod: HttpMethod;
  readonly smsApplicationSid: string;
  readonly voiceUrl: string;
  readonly voiceMethod: HttpMethod;
  readonly voiceFallbackUrl: string;
  readonly voiceFallbackMethod: HttpMethod;
  readonly voiceApplicationSid: string;
  readonly voiceCallerIdLookup: boolean;
  readonly statusCallback: string;
  readonly statusCallbackMethod: HttpMethod;
  readonly trunkSid: string;
  readonly addressSid: string;
  readonly identitySid: string;
  readonly bundleSid: string;
  readonly emergencyStatus: 'Active' | 'Inactive';
  readonly emergencyAddressSid: string;
  readonly voiceReceiveMode: 'voice' | 'fax';
}

/** Who holds a number now, since when, and how. */
export interface Assignment {
  readonly accountSid: Sid;
  /** PN… for numbers, SC… for short codes. */
  readonly sid: Sid;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly config: NumberConfig;
}

/**
 * Where a number is in its life: imported and waiting for its first test; for sale; with an account; back from one and
 * resting; held back, by the operator or for a test that it failed; or gone to another network.
 */
export const numberStates = ['testing', 'available', 'assigned', 'quarantine', 'held', 'portedout'] as const;

export type NumberState = (typeof numberStates)[number];

/** Why nobody can have a number that was given back, held back or ported out. */
export interface Withheld {
  readonly sinceMs: number;
  /** Who held it back; null in quarantine and for one that is gone. */
  readonly by: 'operator' | 'test' | null;
  /** In the words of who held it back; '' otherwise. */
  readonly reason: string;
  /** Its last holder, who may buy it back for a while; '' if there was none. */
  readonly lastOwner: string;
  /** When its last holder gave it back; 0 if there was none. */
  readonly releasedMs: number;
  /** When its quarantine ends, also while it is held back; 0 without one. */
  readonly restUntilMs: number;
}

/** A phone number or short code of this edge's inventory. */
export interface PhoneNumber {
  /** E.164 with its plus sign; a short code is its bare digits. */
  readonly e164: string;
  readonly type: NumberType;
  readonly place: Place;
  readonly capabilities: Capabilities;
  readonly addressRequirement: AddressRequirement;
  /** New to the network, as the carrier's list says. */
  readonly beta: boolean;
  /** The carrier that brought it, by its name in the configuration; '' if the list does not say. */
  readonly carrier: string;
  /** Segments a second, where the operator overrides the sender class. */
  readonly ratePerSecond: number | null;
  readonly state: NumberState;
  /** null unless it is in quarantine, held or ported out. */
  readonly withheld: Withheld | null;
  /** null unless an account has it. */
  readonly assignment: Assignment | null;
}

/** A number that somebody holds. */
export interface AssignedNumber extends PhoneNumber {
  readonly assignment: Assignment;
}

export const isAssigned = (number: PhoneNumber): number is AssignedNumber => number.assignment !== null;
