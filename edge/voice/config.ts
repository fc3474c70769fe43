import { z } from 'zod';
import { integer, rate } from '../../control/config/kinds.ts';

/** `calls`: the pace of outbound calls, and the time that calls are given when the edge stops. */
export const callsPart = () =>
  z.strictObject({
    /** Outbound calls a second for each account. */
    cps: rate().default(1),
    /** By account SID. */
    overrides: z.record(z.string().regex(/^AC[0-9a-f]{32}$/, 'expected an account SID'), rate()).default({}),
    /** How long calls that go on when the edge is told to stop may take to end by themselves. */
    drainSeconds: integer(0, 86_400).default(0),
  });
