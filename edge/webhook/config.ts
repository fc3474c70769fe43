import { z } from 'zod';
import { flag, integer } from '../../control/config/kinds.ts';

/** `webhooks`: the calls to tenants' applications. */
export const webhooksPart = () =>
  z.strictObject({
    /** Lets tenants' URLs and SIP URIs lead to private, loopback and link-local addresses. */
    allowPrivate: flag().default(false),
    /** Webhooks in progress at once, over all accounts; one account alone gets half of them. */
    maxConcurrent: integer(1, 100_000).default(500),
  });
