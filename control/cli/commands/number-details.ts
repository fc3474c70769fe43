import type { Json } from '../../events/protocol.ts';
import type { PhoneNumber } from '../../inventory/number.ts';
import type { Turn } from '../../inventory/story.ts';
import { outcomeOf, type Verdict } from '../../inventory/verdicts.ts';
import { columnsText } from '../columns.ts';
import type { Shown } from '../command.ts';
import { dayText, minuteText, timeJson } from './number-words.ts';

const wordsMax = 40;

/** Who has a number, or why nobody can. */
function standing({ state, assignment, withheld }: PhoneNumber): string {
  if (assignment !== null) return assignment.accountSid;
  if (state === 'quarantine' && withheld !== null) return `until ${dayText(withheld.restUntilMs)}`;
  return withheld?.reason ?? '';
}

/** A number's row of a table. */
export const numberRow = (number: PhoneNumber): readonly string[] => [
  number.e164,
  number.type,
  number.carrier.slice(0, 16),
  number.state,
  standing(number).slice(0, wordsMax),
];

/** A number in a few words, for lists. */
export const rowJson = ({ e164, type, carrier, state, place, assignment, withheld }: PhoneNumber) => ({
  e164,
  type,
  country: place.country,
  carrier,
  state,
  account_sid: assignment?.accountSid ?? null,
  sid: assignment?.sid ?? null,
  reason: withheld === null || withheld.reason === '' ? null : withheld.reason,
  rests_until: timeJson(withheld?.restUntilMs),
});

/** All that is known of a number, and its story. */
export function numberDetails(
  number: PhoneNumber,
  story: readonly Turn[],
  verdict: Verdict | undefined,
): Shown {
  const { place, capabilities, assignment, withheld } = number;
  const can = (Object.keys(capabilities) as (keyof typeof capabilities)[]).filter((one) => capabilities[one]);
  const config = assignment?.config;
  const facts: Readonly<Record<string, Json>> = {
    ...rowJson(number),
    region: place.region,
    locality: place.locality,
    postal_code: place.postalCode,
    lata: place.lata,
    rate_center: place.rateCenter,
    latitude: place.latitude,
    longitude: place.longitude,
    capabilities: can,
    address_requirement: number.addressRequirement,
    beta: number.beta,
    rate: number.ratePerSecond,
    assigned: timeJson(assignment?.createdMs),
    friendly_name: config?.friendlyName ?? null,
    sms_url: config?.smsUrl ?? null,
    voice_url: config?.voiceUrl ?? null,
    held_by: withheld?.by ?? null,
    last_account_sid: withheld === null || withheld.lastOwner === '' ? null : withheld.lastOwner,
    withheld_since: timeJson(withheld?.sinceMs),
    tested: timeJson(verdict?.atMs),
    test: verdict === undefined ? null : outcomeOf(verdict),
  };
  const told = Object.entries(facts).filter(([, fact]) => fact !== null && fact !== '');
  return {
    json: {
      ...facts,
      story: story.map(({ atMs, state, accountSid, reason }) => ({
        at: timeJson(atMs),
        state,
        account_sid: accountSid === '' ? null : accountSid,
        reason: reason === '' ? null : reason,
      })),
    },
    text: [
      columnsText(told.map(([name, fact]) => [name.replaceAll('_', ' '), factText(fact)])),
      ...(story.length === 0
        ? []
        : [
            '',
            columnsText(
              story.map((turn) => [
                minuteText(turn.atMs),
                turn.state,
                turn.accountSid === '' ? turn.reason : turn.accountSid,
              ]),
            ),
          ]),
    ].join('\n'),
  };
}

const factText = (fact: Json): string =>
  Array.isArray(fact) ? fact.join(' ') : typeof fact === 'string' ? fact : JSON.stringify(fact);
