import type { Sid } from '../base/sid.ts';
import { textKey } from '../store/keys.ts';
import type { TableSpec } from '../store/table.ts';
import type {
  Assignment,
  Capabilities,
  NumberConfig,
  NumberState,
  NumberType,
  PhoneNumber,
  Place,
  Withheld,
} from './number.ts';
import type { Life } from './life.ts';

type PackedConfig = (string | boolean)[];

type PackedAssignment = [account: Sid, sid: Sid, createdMs: number, updatedMs: number, config: PackedConfig];

type PackedNumber = [
  type: NumberType,
  capabilities: number,
  carrier: string,
  ratePerSecond: number | null,
  place: string,
  assignment: PackedAssignment | null,
];

/** One bit for each capability, which the index of available numbers carries, too. */
export const capabilityMask = ({ voice, sms, mms, fax }: Partial<Capabilities>): number =>
  (voice === true ? 1 : 0) | (sms === true ? 2 : 0) | (mms === true ? 4 : 0) | (fax === true ? 8 : 0);

export const capabilitiesOf = (mask: number): Capabilities => ({
  voice: (mask & 1) !== 0,
  sms: (mask & 2) !== 0,
  mms: (mask & 4) !== 0,
  fax: (mask & 8) !== 0,
});

// Eight short texts unpack faster as one. Listings admit no control characters, so a newline separates them.
export const packPlace = (place: Place): string =>
  [
    place.country,
    place.region,
    place.locality,
    place.postalCode,
    place.lata,
    place.rateCenter,
    place.latitude,
    place.longitude,
  ].join('\n');

export function unpackPlace(packed: string): Place {
  const [country, region, locality, postalCode, lata, rateCenter, latitude, longitude] = packed.split('\n');
  return {
    country: country ?? '',
    region: region ?? '',
    locality: locality ?? '',
    postalCode: postalCode ?? '',
    lata: lata ?? '',
    rateCenter: rateCenter ?? '',
    latitude: latitude ?? '',
    longitude: longitude ?? '',
  };
}

// In this order for ever: a field that is added goes to the end, and the table's version rises.
const packConfig = (config: NumberConfig): PackedConfig => [
  config.friendlyName,
  config.smsUrl,
  config.smsMethod,
  config.smsFallbackUrl,
  config.smsFallbackMethod,
  config.smsApplicationSid,
  config.voiceUrl,
  config.voiceMethod,
  config.voiceFallbackUrl,
  config.voiceFallbackMethod,
  config.voiceApplicationSid,
  config.voiceCallerIdLookup,
  config.statusCallback,
  config.statusCallbackMethod,
  config.trunkSid,
  config.addressSid,
  config.identitySid,
  config.bundleSid,
  config.emergencyStatus,
  config.emergencyAddressSid,
  config.voiceReceiveMode,
];

function unpackConfig(packed: PackedConfig): NumberConfig {
  return {
    friendlyName: packed[0] as string,
    smsUrl: packed[1] as string,
    smsMethod: packed[2] as NumberConfig['smsMethod'],
    smsFallbackUrl: packed[3] as string,
    smsFallbackMethod: packed[4] as NumberConfig['smsFallbackMethod'],
    smsApplicationSid: packed[5] as string,
    voiceUrl: packed[6] as string,
    voiceMethod: packed[7] as NumberConfig['voiceMethod'],
    voiceFallbackUrl: packed[8] as string,
    voiceFallbackMethod: packed[9] as NumberConfig['voiceFallbackMethod'],
    voiceApplicationSid: packed[10] as string,
    voiceCallerIdLookup: packed[11] as boolean,
    statusCallback: packed[12] as string,
    statusCallbackMethod: packed[13] as NumberConfig['statusCallbackMethod'],
    trunkSid: packed[14] as string,
    addressSid: packed[15] as string,
    identitySid: packed[16] as string,
    bundleSid: packed[17] as string,
    emergencyStatus: packed[18] as NumberConfig['emergencyStatus'],
    emergencyAddressSid: packed[19] as string,
    voiceReceiveMode: packed[20] as NumberConfig['voiceReceiveMode'],
  };
}

function unpackAssignment([accountSid, sid, createdMs, updatedMs, config]: PackedAssignment): Assignment {
  return { accountSid, sid, createdMs, updatedMs, config: unpackConfig(config) };
}

/** Numbers as builds before the blocks of a thousand kept them, each in whole; see `upgrade.ts`. */
export const formerNumberTable: TableSpec<string, PhoneNumber> = {
  name: 'numbers',
  key: textKey,
  version: 1,
  pack: (row): PackedNumber => {
    return [
      row.type,
      capabilityMask(row.capabilities),
      row.carrier,
      row.ratePerSecond,
      packPlace(row.place),
      packAssignment(row.assignment),
    ];
  },
  unpack(packed, e164) {
    const [type, mask, carrier, ratePerSecond, place, held] = packed as PackedNumber;
    return {
      e164,
      type,
      place: unpackPlace(place),
      capabilities: capabilitiesOf(mask),
      carrier,
      addressRequirement: 'none',
      beta: false,
      ratePerSecond,
      state: held === null ? 'available' : 'assigned',
      withheld: null,
      assignment: held === null ? null : unpackAssignment(held),
    };
  },
};

type PackedWithheld = [
  sinceMs: number,
  by: Withheld['by'],
  reason: string,
  lastOwner: string,
  releasedMs: number,
  restUntilMs: number,
];

type PackedLife = [
  state: NumberState,
  ratePerSecond: number | null,
  assignment: PackedAssignment | null,
  /** Not in version 1, which had no such states. */
  withheld?: PackedWithheld | null,
];

const packWithheld = (held: Withheld | null): PackedWithheld | null =>
  held && [held.sinceMs, held.by, held.reason, held.lastOwner, held.releasedMs, held.restUntilMs];

function unpackWithheld([sinceMs, by, reason, lastOwner, releasedMs, restUntilMs]: PackedWithheld): Withheld {
  return { sinceMs, by, reason, lastOwner, releasedMs, restUntilMs };
}

const packAssignment = (held: Assignment | null): PackedAssignment | null =>
  held && [held.accountSid, held.sid, held.createdMs, held.updatedMs, packConfig(held.config)];

/** By E.164, or by the bare digits of a short code. A number without is for sale or untested, at the pace of its class. */
export const lifeTable: TableSpec<string, Life> = {
  name: 'number-lives',
  key: textKey,
  version: 2,
  pack: ({ state, ratePerSecond, assignment, withheld }): PackedLife => [
    state,
    ratePerSecond,
    packAssignment(assignment),
    packWithheld(withheld),
  ],
  unpack(packed) {
    const [state, ratePerSecond, assignment, withheld] = packed as PackedLife;
    return {
      state,
      ratePerSecond,
      assignment: assignment && unpackAssignment(assignment),
      withheld: withheld ? unpackWithheld(withheld) : null,
    };
  },
  upgrades: { 1: (packed) => packed },
};

/** PN… or SC… to the number that has it now. */
export const numberSidTable: TableSpec<Sid, string> = { name: 'number-sids', key: textKey, version: 1 };
