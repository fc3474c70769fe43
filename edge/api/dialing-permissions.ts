import { callingCodeText, continentOf, countries, countryName } from '../../control/guards/countries.ts';
import { includes } from '../../control/guards/config.ts';
import type { CallPermission, Holding } from '../../control/guards/rules.ts';
import type { ApiDeps } from './deps.ts';
import type { ApiRequest, Json, OpenRequest, Reply, Route } from './exchange.ts';
import { flagOf, parseJson } from './geo-permissions.ts';
import { rowList } from './lists.ts';
import { invalidParameter, Reader } from './readers.ts';
import { created, json, notFound, printable, refused } from './reply.ts';

const root = '/v1/DialingPermissions';
const settingsPath = '/v1/Settings';
const updatesMax = 300;

/** Where an account's calls may go (https://www.twilio.com/docs/voice/api/dialing-permissions-resources). */
export function dialingPermissionRoutes(deps: ApiDeps): readonly Route[] {
  const product = 'voice';
  const one = `${root}/Countries/{IsoCode}`;
  return [
    { product, method: 'GET', path: `${root}/Countries`, handler: (request) => list(deps, request) },
    { product, method: 'GET', path: one, handler: (request) => fetch(deps, request) },
    {
      product,
      method: 'GET',
      path: `${one}/HighRiskSpecialPrefixes`,
      handler: (request) => prefixes(deps, request),
    },
    {
      product,
      method: 'POST',
      path: `${root}/BulkCountryUpdates`,
      mainOnly: true,
      handler: (request) => update(deps, request),
    },
    { product, method: 'GET', path: settingsPath, handler: (request) => json(settingsJson(deps, request)) },
    {
      product,
      method: 'POST',
      path: settingsPath,
      mainOnly: true,
      handler: (request) => changeSettings(deps, request),
    },
  ];
}

const countryJson = (holding: Holding, { origin }: OpenRequest, country: string): Json => {
  const { low, special, tollFraud } = holding.callsTo(country);
  const url = `${origin}${root}/Countries/${country}`;
  return {
    iso_code: country,
    name: countryName(country),
    continent: continentOf(country) ?? null,
    country_codes: [callingCodeText(country)],
    low_risk_numbers_enabled: low,
    high_risk_special_numbers_enabled: special,
    high_risk_tollfraud_numbers_enabled: tollFraud,
    url,
    links: { highrisk_special_prefixes: `${url}/HighRiskSpecialPrefixes` },
  };
};

function list({ guards }: ApiDeps, request: ApiRequest): Reply {
  const { query, principal } = request;
  const reader = new Reader(query);
  const low = reader.flag('LowRiskNumbersEnabled');
  const special = reader.flag('HighRiskSpecialNumbersEnabled');
  const tollFraud = reader.flag('HighRiskTollfraudNumbersEnabled');
  if (reader.fault !== undefined) return reader.fault;
  const isoCode = query.get('IsoCode')?.toUpperCase() ?? '';
  const continent = query.get('Continent')?.toUpperCase().replace(/ /g, '_') ?? '';
  const code = query.get('CountryCode')?.replace(/^[+ ]?/, '+') ?? '+';
  const holding = guards.rules.holding(principal.account);
  const rows = countries.filter((country) => {
    const may = holding.callsTo(country);
    return (
      (isoCode === '' || country === isoCode) &&
      (continent === '' || continentOf(country) === continent) &&
      (code === '+' || callingCodeText(country) === code) &&
      (low ?? may.low) === may.low &&
      (special ?? may.special) === may.special &&
      (tollFraud ?? may.tollFraud) === may.tollFraud
    );
  });
  return rowList(request, 'content', rows, (country) => countryJson(holding, request, country));
}

const countryOfPath = ({ parts }: OpenRequest): string | undefined => {
  const code = parts['IsoCode']?.toUpperCase() ?? '';
  return countries.includes(code) ? code : undefined;
};

function fetch({ guards }: ApiDeps, request: ApiRequest): Reply {
  const country = countryOfPath(request);
  if (country === undefined) return notFound;
  return json(countryJson(guards.rules.holding(request.principal.account), request, country));
}

function prefixes({ guards }: ApiDeps, request: ApiRequest): Reply {
  const country = countryOfPath(request);
  if (country === undefined) return notFound;
  const rows = guards.riskyPrefixes.list().filter((row) => row.country === country && row.risk === 'special');
  return rowList(request, 'content', rows, ({ prefix }) => ({ prefix }));
}

/** All of the updates are taken, or none. */
async function update({ guards }: ApiDeps, { form, principal }: ApiRequest): Promise<Reply> {
  const text = form.get('UpdateRequest') ?? '';
  const parsed = parseJson(text);
  if (!Array.isArray(parsed) || parsed.length === 0 || parsed.length > updatesMax)
    return refused(invalidParameter, `UpdateRequest must be a JSON array of 1 to ${updatesMax} countries.`);
  const account = principal.account;
  const before = guards.rules.holding(account);
  const changes: Record<string, CallPermission> = {};
  for (const item of parsed as readonly unknown[]) {
    const { iso_code: code, ...flags } = typeof item === 'object' && item !== null ? (item as Flags) : {};
    const country = typeof code === 'string' ? code.toUpperCase() : '';
    if (!countries.includes(country))
      return refused(
        invalidParameter,
        `${printable(country)} is no country: iso_code is its ISO 3166-1 code.`,
      );
    if (includes(guards.config.calls.locked, country))
      return refused(invalidParameter, `Only the operator changes the permissions of ${country}.`);
    const old = changes[country] ?? before.callsTo(country);
    changes[country] = {
      low: flagOf(flags.low_risk_numbers_enabled) ?? old.low,
      special: flagOf(flags.high_risk_special_numbers_enabled) ?? old.special,
      tollFraud: flagOf(flags.high_risk_tollfraud_numbers_enabled) ?? old.tollFraud,
    };
  }
  await guards.rules.allowCalls(account.sid, changes);
  return created({ update_count: Object.keys(changes).length, update_request: text });
}

interface Flags {
  readonly iso_code?: unknown;
  readonly low_risk_numbers_enabled?: unknown;
  readonly high_risk_special_numbers_enabled?: unknown;
  readonly high_risk_tollfraud_numbers_enabled?: unknown;
}

const settingsJson = ({ guards }: ApiDeps, { origin, principal }: ApiRequest): Json => ({
  dialing_permissions_inheritance: guards.rules.callsInherited(principal.account),
  url: origin + settingsPath,
});

async function changeSettings(deps: ApiDeps, request: ApiRequest): Promise<Reply> {
  const reader = new Reader(request.form);
  const inherits = reader.flag('DialingPermissionsInheritance');
  if (reader.fault !== undefined) return reader.fault;
  if (inherits !== undefined) await deps.guards.rules.inheritCalls(request.principal.account.sid, inherits);
  return { kind: 'json', status: 202, body: settingsJson(deps, request) };
}
