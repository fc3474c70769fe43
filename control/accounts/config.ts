import { z } from 'zod';
import { integer } from '../config/kinds.ts';

/** `limits`: what one tenant may ask of the REST API, where nothing else is set for it. 0 is no limit. */
export const limitsPart = () =>
  z.strictObject({
    /** Requests a second of each account. */
    requestsPerSecond: integer(0, 100_000).default(0),
    /** Requests a second of each API key, beside those of its account. */
    keyRequestsPerSecond: integer(0, 100_000).default(0),
  });
