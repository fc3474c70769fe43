import type { NumberedDetail } from '../details.ts';
import { decimalText } from '../micros.ts';

/** A form in which detail records leave the edge: text for the head of a file, and a line for each record. */
export interface DetailFormat {
  readonly extension: string;
  readonly head: string;
  /** With its line end. */
  line(detail: NumberedDetail, currency: string): string;
}

/** The columns, in their order: the same names in every form. */
export const detailFields = (detail: NumberedDetail, currency: string) => ({
  number: detail.number,
  date: new Date(detail.atMs).toISOString(),
  account_sid: detail.accountSid,
  owner_sid: detail.ownerSid,
  resource_sid: detail.resourceSid,
  part: detail.part,
  category: detail.category,
  count: detail.count,
  usage: detail.usage,
  seconds: detail.seconds,
  price: decimalText(detail.priceMicros, 5),
  currency,
  from: detail.from,
  to: detail.to,
  carrier: detail.carrier,
  carrier_id: detail.carrierId,
});

const columns: readonly (keyof ReturnType<typeof detailFields>)[] = [
  'number',
  'date',
  'account_sid',
  'owner_sid',
  'resource_sid',
  'part',
  'category',
  'count',
  'usage',
  'seconds',
  'price',
  'currency',
  'from',
  'to',
  'carrier',
  'carrier_id',
];

/**
 * RFC 4180 §2: a field with a comma, a quote or a line end stands in quotes, and its quotes are doubled. A spreadsheet
 * takes what begins so for a formula, and callers choose what they are called: an apostrophe before it makes it a text, as
 * before a text that begins with an apostrophe itself, so that one is always to be taken off. Numbers stay as they are.
 */
function csvField(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = /^(?:[=@'\t\r]|[+-](?![\d.]+$))/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export const jsonLines: DetailFormat = {
  extension: 'jsonl',
  head: '',
  line: (detail, currency) => `${JSON.stringify(detailFields(detail, currency))}\n`,
};

export const csv: DetailFormat = {
  extension: 'csv',
  head: `${columns.join(',')}\r\n`,
  line: (detail, currency) =>
    `${Object.values<string | number>(detailFields(detail, currency)).map(csvField).join(',')}\r\n`,
};
