import { getCountries, getCountryCallingCode, type CountryCode } from 'libphonenumber-js/min';

/** By the regions of the United Nations' standard M49, America divided as the telephone world divides it. */
export type Continent =
  'AFRICA' | 'ANTARCTICA' | 'ASIA' | 'EUROPE' | 'NORTH_AMERICA' | 'OCEANIA' | 'SOUTH_AMERICA';

const members: Readonly<Record<Continent, string>> = {
  AFRICA:
    'AC AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW IO KE KM LR LS LY MA MG ML MR MU MW MZ NA NE NG RE RW SC SD SH SL SN SO SS ST SZ TA TD TG TN TZ UG YT ZA ZM ZW',
  ANTARCTICA: 'AQ',
  ASIA: 'AE AF AM AZ BD BH BN BT CN CY GE HK ID IL IN IQ IR JO JP KG KH KP KR KW KZ LA LB LK MM MN MO MV MY NP OM PH PK PS QA SA SG SY TH TJ TL TM TR TW UZ VN YE',
  EUROPE:
    'AD AL AT AX BA BE BG BY CH CZ DE DK EE ES FI FO FR GB GG GI GR HR HU IE IM IS IT JE LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS RU SE SI SJ SK SM UA VA XK',
  NORTH_AMERICA:
    'AG AI AW BB BL BM BQ BS BZ CA CR CU CW DM DO GD GL GP GT HN HT JM KN KY LC MF MQ MS MX NI PA PM PR SV SX TC TT US VC VG VI',
  OCEANIA: 'AS AU CC CK CX FJ FM GU KI MH MP NC NF NR NU NZ PF PG PW SB TK TO TV VU WF WS',
  SOUTH_AMERICA: 'AR BO BR CL CO EC FK GF GY PE PY SR UY VE',
};

const continentByCountry = new Map(
  (Object.entries(members) as [Continent, string][]).flatMap(([continent, codes]) =>
    codes.split(' ').map((code) => [code, continent] as const),
  ),
);

/** Stands for numbers of no country, such as +882 and +800, in the configuration and in rules. */
const noCountry = '001';

const codes: ReadonlySet<string> = new Set(getCountries());

/** Every country and territory with a telephone code of its own or shared, ISO 3166-1 alpha-2, in order. */
export const countries: readonly string[] = [...codes].sort();

/** Whether permissions can be given for this code. */
export const isCountry = (code: string): boolean => code === noCountry || codes.has(code);

/** The code under which permissions for `ParsedNumber.country` are kept. */
export const permissionKey = (country: string): string => (country === '' ? noCountry : country);

export const continentOf = (country: string): Continent | undefined => continentByCountry.get(country);

const names = new Intl.DisplayNames('en', { type: 'region' });

/** In English, `Germany`. */
export const countryName = (country: string): string =>
  country === noCountry ? 'numbers of no country' : (names.of(country) ?? country);

/** With its plus sign. */
export const callingCodeText = (country: string): string =>
  `+${getCountryCallingCode(country as CountryCode)}`;
