import { ok, fail, type Result } from '../../control/base/result.ts';
import type { NumberType } from '../../control/inventory/number.ts';
import {
  describeNumber,
  isCountry,
  type LineType,
  type ValidNumber,
  type ValidityFault,
} from '../../control/inventory/validity.ts';
import type { ApiDeps } from './deps.ts';
import type { ApiRequest, Json, Reply, Route } from './exchange.ts';
import { json, notFound, orNull, printable, refused, type Refused } from './reply.ts';

/** "Lookup Malformed Request Parameter" */
const malformed = 60618;
/** "Lookup Package is Not Enabled": what the answer of a package says that only other companies' data could give. */
const notEnabled = 60606;

/** "Add-ons: Requirements to invoke AddOns have not been met": none is installed on this edge. */
const noAddOns = { status: 'failed', message: 'No add-on is installed.', code: 61003, results: {} };

/** Lookup's packages, and what each answers with (https://www.twilio.com/docs/lookup/v2-api). */
const packages = {
  caller_name: ['caller_name', 'caller_type'],
  sim_swap: ['last_sim_swap', 'carrier_name', 'mobile_country_code', 'mobile_network_code'],
  call_forwarding: ['call_forwarding_enabled'],
  line_status: ['status'],
  line_type_intelligence: ['type', 'carrier_name', 'mobile_country_code', 'mobile_network_code'],
  identity_match: [
    'first_name_match',
    'last_name_match',
    'address_lines_match',
    'city_match',
    'state_match',
    'postal_code_match',
    'address_country_match',
    'national_id_match',
    'date_of_birth_match',
    'summary_score',
    'error_message',
  ],
  reassigned_number: ['last_verified_date', 'is_number_reassigned'],
  sms_pumping_risk: [
    'carrier_risk_category',
    'number_blocked',
    'number_blocked_date',
    'number_blocked_last_3_months',
    'sms_pumping_risk_score',
  ],
  phone_number_quality_score: [
    'carrier_risk_score',
    'carrier_risk_category',
    'disposable_phone_risk_score',
    'disposable_phone_risk_category',
    'quality_score',
    'quality_category',
    'velocity_risk_score',
    'velocity_risk_category',
  ],
  pre_fill: ['first_name', 'last_name', 'address_line', 'country_code', 'state', 'postal_code'],
} as const;

type Package = keyof typeof packages;

const packageNames = Object.keys(packages) as Package[];

/** What a number of the edge's own is, whatever its range is usually for. */
const heldTypes: Partial<Readonly<Record<NumberType, LineType>>> = {
  local: 'landline',
  mobile: 'mobile',
  tollfree: 'tollFree',
  national: 'landline',
  voip: 'nonFixedVoip',
  sharedcost: 'sharedCost',
  machinetomachine: 'mobile',
};

/** The kinds of lines that the first Lookup knows. */
const olderTypes: Partial<Readonly<Record<LineType, string>>> = {
  landline: 'landline',
  tollFree: 'landline',
  mobile: 'mobile',
  nonFixedVoip: 'voip',
};

/** Lookup, v2 (https://www.twilio.com/docs/lookup/v2-api) and v1 (https://www.twilio.com/docs/lookup/v1-api). */
export function lookupRoutes(deps: ApiDeps): readonly Route[] {
  return [
    {
      product: 'lookups',
      method: 'GET',
      path: '/v2/PhoneNumbers/{PhoneNumber}',
      handler: (request) => lookUp(deps, request),
    },
    {
      product: 'lookups',
      method: 'GET',
      path: '/v1/PhoneNumbers/{PhoneNumber}',
      handler: (request) => lookUpOlder(deps, request),
    },
  ];
}

/** A number as a look-up finds it. */
interface Line extends ValidNumber {
  /** The carrier that brought it, where the edge has it; else the one to which it was ported; '' for others. */
  readonly carrier: string;
}

/** The number that a request asks about, or what keeps it from being one. */
function lineOf(
  { inventory, ported }: ApiDeps,
  { parts, query }: ApiRequest,
): Result<Result<Line, ValidityFault>, Refused> {
  const country = (query.get('CountryCode') || 'US').toUpperCase();
  if (!isCountry(country))
    return fail(refused(malformed, `CountryCode ${printable(country)} is not an ISO 3166-1 code, as in US.`));
  const held = (e164: string) => inventory.number(e164);
  const described = describeNumber(parts['PhoneNumber'] ?? '', country, (e164) => held(e164) !== undefined);
  if (!described.ok) return ok(described);
  const number = held(described.value.e164);
  const lineType = number === undefined ? undefined : heldTypes[number.type];
  return ok(
    ok({
      ...described.value,
      lineType: lineType ?? described.value.lineType,
      carrier: number?.carrier || (ported.carrierOf(described.value.e164) ?? ''),
    }),
  );
}

function lookUp(deps: ApiDeps, request: ApiRequest): Reply {
  const wanted = readFields(request.query.get('Fields') ?? '');
  if (!wanted.ok) return wanted.error;
  const found = lineOf(deps, request);
  if (!found.ok) return found.error;
  const line = found.value.ok ? found.value.value : undefined;
  const asked = request.parts['PhoneNumber'] ?? '';
  const answers = packageNames.map((name): [string, Json] => [
    name,
    line !== undefined && wanted.value.has(name) ? packageJson(name, line) : null,
  ]);
  return json({
    ...Object.fromEntries(answers),
    calling_country_code: line?.callingCode ?? null,
    country_code: orNull(line?.country ?? ''),
    national_format: line?.national ?? null,
    phone_number: line?.e164 ?? asked,
    url: `${request.origin}/v2/PhoneNumbers/${line?.e164 ?? encodeURIComponent(asked)}`,
    valid: line !== undefined,
    validation_errors: found.value.ok ? [] : [found.value.error],
  });
}

/** `Fields`: names with commas between them. `validation` is what every answer has. */
function readFields(text: string): Result<ReadonlySet<string>, Refused> {
  const names = text
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  for (const name of names)
    if (name !== 'validation' && !Object.hasOwn(packages, name))
      return fail(refused(malformed, `Fields may name ${packageNames.join(', ')}, not ${printable(name)}.`));
  return ok(new Set(names));
}

function packageJson(name: Package, { lineType, carrier }: Line): Json {
  const nothing = Object.fromEntries(packages[name].map((key): [string, Json] => [key, null]));
  if (name === 'line_type_intelligence')
    return { ...nothing, type: lineType, carrier_name: orNull(carrier), error_code: null };
  return { ...nothing, error_code: notEnabled };
}

function lookUpOlder(deps: ApiDeps, request: ApiRequest): Reply {
  const types = request.query.all('Type').map((type) => type.toLowerCase());
  for (const type of types)
    if (type !== 'carrier' && type !== 'caller-name')
      return refused(malformed, `Type may be carrier or caller-name, not ${printable(type)}.`);
  const found = lineOf(deps, request);
  if (!found.ok) return found.error;
  if (!found.value.ok) return notFound;
  const { e164, country, national, lineType, carrier } = found.value.value;
  return json({
    add_ons: request.query.has('AddOns') ? noAddOns : null,
    caller_name: types.includes('caller-name')
      ? { caller_name: null, caller_type: null, error_code: notEnabled }
      : null,
    carrier: types.includes('carrier')
      ? {
          error_code: null,
          mobile_country_code: null,
          mobile_network_code: null,
          name: orNull(carrier),
          type: olderTypes[lineType] ?? null,
        }
      : null,
    country_code: orNull(country),
    national_format: national,
    phone_number: e164,
    url: `${request.origin}/v1/PhoneNumbers/${e164}`,
  });
}
