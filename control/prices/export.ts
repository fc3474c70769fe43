import { decimalText } from '../billing/micros.ts';
import { priceColumns } from './import.ts';
import type { PriceList } from './price-table.ts';

type Cells = Partial<Record<(typeof priceColumns)[number], string | number | null>>;

const amount = (micros: number): string => decimalText(micros, 0);

const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

const lineOf = (cells: Cells): string =>
  priceColumns.map((column) => quoted(String(cells[column] ?? ''))).join(',');

/** A price list as `readPrices` reads it: CSV with a header line, without the last line end. */
export function writePrices({ rows, numbers, units }: PriceList): string {
  const lines = [priceColumns.join(',')];
  for (const row of rows) {
    lines.push(
      lineOf({
        service: row.service,
        price: amount(row.priceMicros),
        direction: row.direction,
        prefix: row.prefix,
        sender_type: row.senderType,
        increment_seconds: row.incrementSeconds,
        minimum_seconds: row.minimumSeconds,
        connect_fee: amount(row.connectMicros),
        carrier_fee: amount(row.carrierFeeMicros),
        name: row.name,
      }),
    );
  }
  for (const [key, micros] of Object.entries(numbers)) {
    const [country, type] = key.split('/');
    lines.push(
      lineOf({ service: 'number', price: amount(micros), sender_type: type ?? '', country: country ?? '' }),
    );
  }
  for (const [category, micros] of Object.entries(units))
    lines.push(lineOf({ service: 'unit', price: amount(micros), category }));
  return lines.join('\n');
}
