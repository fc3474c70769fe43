import { z } from 'zod';
import { integer } from '../config/kinds.ts';

/** `limits`: how fast one tenant may go, where nothing else is set for it. 0 is no limit. */
export const limitsPart = () =>
  z.strictObject({
    /** Requests a second of each account. */
    requestsPerSecond: integer(0, 100_000).default(0),
    /** Requests a second of each API key, beside those of its account. */
    keyRequestsPerSecond: integer(0, 100_000).default(0),
    /** Messages a second that each account may send, by REST and SMPP together. */
    messagesPerSecond: integer(0, 100_000).default(0),
    /** Messages a second of each API key, by REST. */
    keyMessagesPerSecond: integer(0, 100_000).default(0),
  });
