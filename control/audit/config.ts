import { z } from 'zod';
import { integer } from '../config/kinds.ts';

/** `audit`: how much of the log of changes is kept. */
export const auditPart = () =>
  z.strictObject({
    /** Older events go; Twilio keeps thirteen months. */
    keptDays: integer(1, 3_650).default(400),
    /** Of one account; beyond it, its oldest go. */
    keptPerAccount: integer(1_000, 10_000_000).default(100_000),
  });
