/** A kind of usage (https://www.twilio.com/docs/usage/api/usage-record#usage-categories). */
export interface Category {
  readonly name: string;
  /** The category whose sums include this one's; '' for none. */
  readonly parent: string;
  readonly countUnit: string;
  readonly usageUnit: string;
  readonly description: string;
}

const counted =
  (countUnit: string, usageUnit: string) =>
  <const Name extends string>(name: Name, parent: string, description: string) => ({
    name,
    parent,
    countUnit,
    usageUnit,
    description,
  });

const sms = counted('messages', 'messages');
const calls = counted('calls', 'minutes');
const recordings = counted('recordings', 'minutes');
const numbers = counted('numbers', 'numbers');

/** What can be measured here. A place in this list is where a day's row counts it: append only. */
export const categories = [
  sms('sms', '', 'SMS'),
  sms('sms-inbound', 'sms', 'Inbound SMS'),
  sms('sms-inbound-longcode', 'sms-inbound', 'Inbound Long Code SMS'),
  sms('sms-inbound-shortcode', 'sms-inbound', 'Inbound Short Code SMS'),
  sms('sms-outbound', 'sms', 'Outbound SMS'),
  sms('sms-outbound-longcode', 'sms-outbound', 'Outbound Long Code SMS'),
  sms('sms-outbound-shortcode', 'sms-outbound', 'Outbound Short Code SMS'),
  sms('mms', '', 'MMS'),
  sms('mms-inbound', 'mms', 'Inbound MMS'),
  sms('mms-inbound-longcode', 'mms-inbound', 'Inbound Long Code MMS'),
  sms('mms-inbound-shortcode', 'mms-inbound', 'Inbound Short Code MMS'),
  sms('mms-outbound', 'mms', 'Outbound MMS'),
  sms('mms-outbound-longcode', 'mms-outbound', 'Outbound Long Code MMS'),
  sms('mms-outbound-shortcode', 'mms-outbound', 'Outbound Short Code MMS'),
  calls('calls', '', 'Voice Minutes'),
  calls('calls-inbound', 'calls', 'Inbound Voice Minutes'),
  calls('calls-inbound-local', 'calls-inbound', 'Inbound Local Calls'),
  calls('calls-inbound-mobile', 'calls-inbound', 'Inbound Mobile Calls'),
  calls('calls-inbound-tollfree', 'calls-inbound', 'Inbound Toll Free Calls'),
  calls('calls-outbound', 'calls', 'Outbound Voice Minutes'),
  calls('calls-sip', 'calls', 'SIP Minutes'),
  calls('calls-sip-inbound', 'calls-sip', 'Inbound SIP Minutes'),
  calls('calls-sip-outbound', 'calls-sip', 'Outbound SIP Minutes'),
  calls('calls-client', 'calls', 'Client Minutes'),
  counted('participants', 'minutes')('calls-globalconference', '', 'Conference Minutes'),
  recordings('recordings', '', 'Recordings'),
  recordings('calls-recordings', 'recordings', 'Recordings of Voice Calls'),
  counted('transcriptions', 'minutes')('transcriptions', '', 'Transcriptions'),
  numbers('phonenumbers', '', 'Phone Numbers'),
  numbers('phonenumbers-local', 'phonenumbers', 'Local PhoneNumbers'),
  numbers('phonenumbers-mobile', 'phonenumbers', 'Mobile PhoneNumbers'),
  numbers('phonenumbers-tollfree', 'phonenumbers', 'Toll Free PhoneNumbers'),
  counted('shortcodes', 'shortcodes')('shortcodes', '', 'Short Codes'),
] as const satisfies readonly Category[];

export type CategoryName = (typeof categories)[number]['name'];

/** Everything that was spent, whatever for: its usage is its price. */
export const totalPrice: Category = {
  name: 'totalprice',
  parent: '',
  countUnit: '',
  usageUnit: 'usd',
  description: 'Total Price',
};

const places: ReadonlyMap<string, number> = new Map(categories.map(({ name }, place) => [name, place]));

/** Where a category is counted; undefined for a name that is none of ours. */
export const placeOf = (name: string): number | undefined => places.get(name);

/** How often something happened, how much of it there was, and what it cost in millionths. */
export interface Sums {
  readonly count: number;
  readonly usage: number;
  readonly priceMicros: number;
}

/** Numbers that a category takes in a day's row: count, usage, price. */
export const sumsWidth = 3;

const isWithin = (place: number, ancestor: string): boolean => {
  for (let at: Category | undefined = categories[place]; at !== undefined; at = byName(at.parent)) {
    if (at.name === ancestor) return true;
  }
  return false;
};

const byName = (name: string): Category | undefined => categories[places.get(name) ?? -1];

/** By category, the places that its sums are made of: its own and those below it. */
const within: ReadonlyMap<string, readonly number[]> = new Map([
  [totalPrice.name, categories.map((_, place) => place)],
  ...categories.map(({ name }): [string, number[]] => [
    name,
    categories.map((_, place) => place).filter((place) => isWithin(place, name)),
  ]),
]);

/** The sums of a category in a row of places, with all that belongs to it. */
export function sumsOf(row: readonly number[], category: string): Sums {
  let count = 0;
  let usage = 0;
  let priceMicros = 0;
  for (const place of within.get(category) ?? []) {
    count += row[place * sumsWidth] ?? 0;
    usage += row[place * sumsWidth + 1] ?? 0;
    priceMicros += row[place * sumsWidth + 2] ?? 0;
  }
  return { count, usage, priceMicros };
}

/** Adds the sums of a row to those of another, and gives that. */
export function addRow(into: number[], row: readonly number[]): number[] {
  for (const [place, amount] of row.entries()) into[place] = (into[place] ?? 0) + amount;
  return into;
}
