import { z } from 'zod';
import { textKind } from '../config/kinds.ts';

/** In what money is counted (ISO 4217). */
const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

/** `prices`: in what they are. */
export const pricesPart = () =>
  z.strictObject({
    /** Of every price, payment and balance of the edge. */
    currency: textKind('a currency of ISO 4217, such as USD', (text) =>
      currencies.has(text) ? text : undefined,
    ).default('USD'),
  });

export type PricesConfig = z.output<ReturnType<typeof pricesPart>>;
