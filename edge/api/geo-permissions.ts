import { callingCodeText, countries, isCountry } from '../../control/guards/countries.ts';
import { includes } from '../../control/guards/config.ts';
import type { ApiDeps } from './deps.ts';
import type { ApiRequest, Json, Reply, Route } from './exchange.ts';
import { invalidParameter } from './readers.ts';
import { json, notFound, refused } from './reply.ts';

const path = '/v1/Messaging/GeoPermissions';
/** "Failed to Update Geo Permissions": what the operator alone may change. */
const notUpdated = 30649;
const permissionsMax = 300;

/** Where an account's messages may go (https://www.twilio.com/docs/api/errors/21408), in helper libraries `messagingGeopermissions`. */
export const geoPermissionRoutes = (deps: ApiDeps): readonly Route[] => [
  { product: 'accounts', method: 'GET', path, handler: (request) => fetch(deps, request) },
  { product: 'accounts', method: 'PATCH', path, mainOnly: true, handler: (request) => update(deps, request) },
];

/** `CountryCode` narrows it to one country, or to several with commas between them. */
function fetch({ guards }: ApiDeps, { query, principal }: ApiRequest): Reply {
  const asked = query.get('CountryCode') ?? '';
  const wanted = asked === '' ? countries : asked.toUpperCase().split(',');
  if (!wanted.every((code) => countries.includes(code))) return notFound;
  const holding = guards.rules.holding(principal.account);
  return json({
    permissions: wanted.map((country) => ({
      country_code: country,
      type: 'country',
      enabled: holding.messagesTo(country),
      prefix: callingCodeText(country),
      message: includes(guards.config.messages.locked, country) ? 'High Risk Country' : '',
    })),
  });
}

interface Wanted {
  readonly country: string;
  readonly enabled: boolean;
}

/** Takes the good ones of the permissions; each has its own answer. */
async function update({ guards }: ApiDeps, { form, principal }: ApiRequest): Promise<Reply> {
  const wanted = readPermissions(form.all('Permissions'));
  if (wanted === undefined)
    return refused(
      invalidParameter,
      'Permissions must be objects such as {"country_code":"US","type":"country","enabled":true}.',
    );
  const changes: Record<string, boolean> = {};
  const answers: Json[] = [];
  for (const { country, enabled } of wanted) {
    const fault = faultOf(country, includes(guards.config.messages.locked, country));
    if (fault === undefined) changes[country] = enabled;
    answers.push({
      country_code: country,
      type: 'country',
      enabled,
      error_code: fault === undefined ? 0 : notUpdated,
      error_messages: fault === undefined ? [] : [fault],
    });
  }
  if (Object.keys(changes).length > 0) await guards.rules.allowMessages(principal.account, changes);
  return json({ permissions: answers });
}

function faultOf(country: string, locked: boolean): string | undefined {
  if (!isCountry(country)) return 'This is no country: use its ISO 3166-1 alpha-2 code.';
  return locked ? 'Only the operator changes the permission of this country.' : undefined;
}

/** One object in each value, or a list of them; undefined if one is none. */
function readPermissions(values: readonly string[]): readonly Wanted[] | undefined {
  const found: Wanted[] = [];
  for (const value of values) {
    const parsed = parseJson(value);
    for (const item of Array.isArray(parsed) ? (parsed as readonly unknown[]) : [parsed]) {
      const wanted = wantedOf(item);
      if (wanted === undefined || found.length >= permissionsMax) return undefined;
      found.push(wanted);
    }
  }
  return found.length === 0 ? undefined : found;
}

function wantedOf(item: unknown): Wanted | undefined {
  if (typeof item !== 'object' || item === null || !('country_code' in item) || !('enabled' in item))
    return undefined;
  const { country_code: country, enabled } = item;
  if (typeof country !== 'string' || !/^[A-Za-z]{2}$/.test(country)) return undefined;
  if ('type' in item && item.type !== 'country') return undefined;
  const may = flagOf(enabled);
  return may === undefined ? undefined : { country: country.toUpperCase(), enabled: may };
}

/** `true` or `"true"`, as clients of several languages write it. */
export const flagOf = (value: unknown): boolean | undefined =>
  value === true || value === 'true' ? true : value === false || value === 'false' ? false : undefined;

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
