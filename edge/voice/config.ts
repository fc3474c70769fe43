import { z } from 'zod';
import { rate } from '../../control/config/kinds.ts';

/** `calls`: outbound calls a second for each account. */
export const callsPart = () =>
  z.strictObject({
    cps: rate().default(1),
    /** By account SID. */
    overrides: z.record(z.string().regex(/^AC[0-9a-f]{32}$/, 'expected an account SID'), rate()).default({}),
  });
