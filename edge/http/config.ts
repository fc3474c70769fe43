import { z } from 'zod';
import { address, integer, type Kinds } from '../../control/config/kinds.ts';

/** `http`: the front door in plain HTTP. */
export const httpPart = () =>
  z.strictObject({
    listen: address().default({ host: '127.0.0.1', port: 8080 }),
    /** Requests of one account in progress at once; one more is answered 429. */
    maxConcurrentPerAccount: integer(1, 100_000).default(100),
  });

/** `https`: the front door in TLS, and the CONNECT proxy for unmodified applications. Either may be there alone. */
export const httpsPart = (kinds: Kinds) =>
  z
    .strictObject({
      listen: address().optional(),
      certificate: kinds.file().optional(),
      key: kinds.file().optional(),
      proxy: z.strictObject({ listen: address() }).optional(),
    })
    .superRefine((https, context) => {
      const given = (['listen', 'certificate', 'key'] as const).filter((key) => https[key] !== undefined);
      if (given.length === 0 && https.proxy === undefined) {
        context.addIssue({
          code: 'custom',
          message: 'expected listen, certificate and key, or proxy, or both',
        });
      } else if (given.length === 1 || given.length === 2) {
        context.addIssue({ code: 'custom', message: 'listen, certificate and key belong together' });
      }
    })
    .transform(({ listen, certificate, key, proxy }) => ({
      server:
        listen === undefined || certificate === undefined || key === undefined
          ? null
          : { listen, certificate, key },
      proxy: proxy ?? null,
    }));
