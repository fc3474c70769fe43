import { fail, ok, type Result } from '../base/result.ts';

/** Money is counted in millionths of the currency, in whole numbers: sums of them are exact. */
export const microsPerUnit = 1_000_000;

export type AmountFault = 'badAmount' | 'tooLarge';

const form = /^(-)?(\d{1,15})(?:\.(\d{1,6}))?$/;

/** Reads a decimal such as `-12.345`. More than six decimals, or an amount that is no safe integer, is refused. */
export function parseMicros(text: string): Result<number, AmountFault> {
  const [, minus, whole, decimals = ''] = form.exec(text) ?? [];
  if (whole === undefined) return fail('badAmount');
  const micros = Number(whole) * microsPerUnit + Number(decimals.padEnd(6, '0'));
  if (!Number.isSafeInteger(micros)) return fail('tooLarge');
  return ok(minus === undefined ? micros : 0 - micros);
}

/** `12.34`, with at least so many decimals and more only where the amount has them. */
export function decimalText(micros: number, decimalsMin: number): string {
  const size = Math.abs(micros);
  const decimals = String(size % microsPerUnit).padStart(6, '0');
  const shown = decimals.slice(0, decimalsMin) + decimals.slice(decimalsMin).replace(/0+$/, '');
  const sign = micros < 0 ? '-' : '';
  return `${sign}${Math.floor(size / microsPerUnit)}${shown === '' ? '' : `.${shown}`}`;
}

/** What something has cost, as messages and calls say it: `-0.00750`. */
export const priceText = (micros: number): string => decimalText(0 - micros, 5);
