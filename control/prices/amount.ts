import { microsPerUnit, parseMicros } from '../billing/micros.ts';

/** An amount of money: a whole number of millionths of the currency. */
export type Micros = number;

const unitsMax = 1_000_000;

/** A price: at most six decimals, from 0 to a million; undefined for anything else. */
export function parseAmount(text: string): Micros | undefined {
  const read = parseMicros(text);
  return read.ok && read.value >= 0 && read.value <= unitsMax * microsPerUnit ? read.value : undefined;
}
