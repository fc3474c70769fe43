import type { Readable } from 'node:stream';
import { ok, type Result } from '../base/result.ts';
import { numberTypes } from '../inventory/number.ts';
import { isPrefix } from '../prefixes/prefix-key.ts';
import { readSheet, type Cells, type SheetFaults } from '../prefixes/sheet.ts';
import { parseAmount, type Micros } from './amount.ts';
import { directions, priceServices, senderTypes, unitNames } from './price.ts';
import type { PriceList, PriceRow } from './price-table.ts';

export const priceColumns = [
  'service',
  'price',
  'direction',
  'prefix',
  'sender_type',
  'increment_seconds',
  'minimum_seconds',
  'connect_fee',
  'carrier_fee',
  'country',
  'category',
  'name',
] as const;
type Column = (typeof priceColumns)[number];

const secondsMax = 3600;
const nameMax = 80;

/** Reads a price list whole: the list, or everything that is wrong with it. */
export async function readPrices(input: Readable): Promise<Result<PriceList, SheetFaults>> {
  const lines = new PriceLines();
  const read = await readSheet<Column>(
    input,
    { columns: priceColumns, required: ['service', 'price'] },
    (cells, line) => lines.take(cells, line),
  );
  return read.ok ? ok(lines.list()) : read;
}

/** The lines taken so far. */
class PriceLines {
  private readonly rows: PriceRow[] = [];
  private readonly numbers: Record<string, Micros> = {};
  private readonly units: Record<string, Micros> = {};
  /** What is priced, and by which line. */
  private readonly lineOf = new Map<string, number>();

  list(): PriceList {
    return { rows: this.rows, numbers: this.numbers, units: this.units };
  }

  take(cells: Cells<Column>, line: number): string | undefined {
    const priceMicros = parseAmount(cells.price);
    if (priceMicros === undefined)
      return `price ${quoted(cells.price)} is no decimal with at most six places, such as 0.0079`;
    switch (cells.service) {
      case 'number': {
        const { country, sender_type: type } = cells;
        if (!/^[A-Z]{2}$/.test(country)) return `country ${quoted(country)} is no code such as US`;
        if (!numberTypes.some((one) => one === type))
          return `sender_type ${quoted(type)} is none of ${numberTypes.join(', ')}`;
        return this.once(`number ${country}/${type}`, line, () => {
          this.numbers[`${country}/${type}`] = priceMicros;
        });
      }
      case 'unit': {
        const { category } = cells;
        if (!unitNames.some((one) => one === category))
          return `category ${quoted(category)} is none of ${unitNames.join(', ')}`;
        return this.once(`unit ${category}`, line, () => {
          this.units[category] = priceMicros;
        });
      }
      default:
        return this.takeRow(cells, line, priceMicros);
    }
  }

  private takeRow(cells: Cells<Column>, line: number, priceMicros: Micros): string | undefined {
    const { prefix } = cells;
    const service = priceServices.find((one) => one === cells.service);
    if (service === undefined)
      return `service ${quoted(cells.service)} is none of ${priceServices.join(', ')}, number, unit`;
    const direction = directions.filter((one) => cells.direction === '' || one === cells.direction);
    if (direction.length === 0) return `direction ${quoted(cells.direction)} is neither outbound nor inbound`;
    if (!isPrefix(prefix) || !prefix.startsWith('+'))
      return `prefix ${quoted(prefix)} is none such as +1, +4420, or + for every number`;
    const senderType = senderTypes.find((one) => one === cells.sender_type) ?? null;
    if (senderType === null && cells.sender_type !== '')
      return `sender_type ${quoted(cells.sender_type)} is none of ${senderTypes.join(', ')}`;
    const incrementSeconds = secondsOf(cells.increment_seconds, 60);
    const minimumSeconds = secondsOf(cells.minimum_seconds, incrementSeconds ?? 60);
    if (incrementSeconds === undefined || minimumSeconds === undefined)
      return `increment_seconds and minimum_seconds are whole numbers from 1 to ${secondsMax}`;
    const connectMicros = parseAmount(cells.connect_fee === '' ? '0' : cells.connect_fee);
    const carrierFeeMicros = parseAmount(cells.carrier_fee === '' ? '0' : cells.carrier_fee);
    if (connectMicros === undefined || carrierFeeMicros === undefined)
      return 'connect_fee and carrier_fee are decimals with at most six places';
    const name = cells.name.slice(0, nameMax);
    for (const each of direction) {
      const what = `${service} ${each} ${prefix} ${senderType ?? ''}`;
      const fault = this.once(what, line, () =>
        this.rows.push({
          prefix,
          service,
          direction: each,
          senderType,
          priceMicros,
          carrierFeeMicros,
          connectMicros,
          incrementSeconds,
          minimumSeconds,
          name,
        }),
      );
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  private once(what: string, line: number, keep: () => void): string | undefined {
    const before = this.lineOf.get(what);
    if (before !== undefined) return `${what.trim()} is priced by line ${before} already`;
    this.lineOf.set(what, line);
    keep();
    return undefined;
  }
}

function secondsOf(text: string, fallback: number): number | undefined {
  if (text === '') return fallback;
  const seconds = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  return seconds >= 1 && seconds <= secondsMax ? seconds : undefined;
}

const quoted = (text: string): string => JSON.stringify(text.slice(0, 40));
