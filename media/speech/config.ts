import { z } from 'zod';
import { integer, text, textKind, type Kinds } from '../../control/config/kinds.ts';

const httpUrl = () =>
  textKind('an http:// or https:// URL', (value) =>
    URL.canParse(value) && /^https?:$/.test(new URL(value).protocol) ? value : undefined,
  );

/** `speech`: who speaks and who listens. */
export const speechPart = (kinds: Kinds) =>
  z.strictObject({
    /** Synthesisers behind HTTP, asked in this order before espeak-ng, which speaks what they do not. */
    voices: z
      .array(
        z.strictObject({
          name: textKind('a name of lower-case letters, digits and dashes', (value) =>
            /^[a-z0-9][a-z0-9-]{0,31}$/.test(value) && value !== 'espeak-ng' ? value : undefined,
          ),
          url: httpUrl(),
          /** The whole Authorization header. */
          authorization: kinds.secret().optional(),
          /** Twilio's names of voices, `*` for any ending. */
          voices: z.array(text(100)).min(1, 'expected at least one voice').default(['*']),
          languages: z.array(text(35)).default([]),
          timeoutMs: integer(100, 60_000).default(10_000),
          /** Requests at once. */
          parallel: integer(1, 1_000).default(8),
        }),
      )
      .default([]),
    /** Processes of espeak-ng at once. */
    synthesisers: integer(1, 256).default(2),
    /** Callers who are listened to at once. */
    recognisers: integer(1, 1_000).default(4),
    /** Prepared sounds, spoken and played, on disk. */
    cacheMaxMegabytes: integer(64, 10_000_000).default(1_024),
  });
