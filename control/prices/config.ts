import { z } from 'zod';
import { textKind } from '../config/kinds.ts';

/** `prices`: the one currency that every amount of this edge is in. */
export const pricesPart = () =>
  z.strictObject({
    currency: textKind('a currency by ISO 4217, such as USD', (text) =>
      /^[A-Z]{3}$/.test(text) ? text : undefined,
    ).default('USD'),
  });
