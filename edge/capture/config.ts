import { z } from 'zod';
import type { ConfigOf } from '../../control/config/load.ts';
import { address, choice, integer, textKind, type Kinds } from '../../control/config/kinds.ts';

/** As Linux names them (IFNAMSIZ: at most 15 octets), or `any` for all of them. */
const networkInterface = () =>
  textKind('the name of a network interface, or any', (name) =>
    /^[A-Za-z0-9][A-Za-z0-9_.:@-]{0,14}$/.test(name) ? name : undefined,
  );

/** `capture`: packets of carriers and tenants, kept for a while so that `strowger trace` can show them. Absent: none are. */
export const capturePart = (kinds: Kinds) =>
  z.strictObject({
    interfaces: z
      .array(networkInterface())
      .min(1, 'expected at least one interface')
      .max(16)
      .default(['any']),
    /** The ring holds no more than this, and nothing older than that. */
    ringMegabytes: integer(8, 1_000_000).default(256),
    ringMinutes: integer(1, 44_640).default(60),
    /** Sound besides signalling: `headers` tell loss and jitter and let nobody listen. */
    rtp: choice('none', 'headers', 'whole').default('none'),
    /** What TLS hides in the packets the edge itself tells of its own connections, less passwords and keys. */
    tls: choice('shown', 'hidden').default('shown'),
    /** Sends each SIP message and RTCP report to Homer, or whatever takes HEP3 over UDP. */
    hep: z
      .strictObject({
        address: address(),
        /** The capture agent's number. */
        id: integer(0, 0xffff_ffff).default(2001),
        password: kinds.secret().optional(),
        /** The number under which SMPP PDUs go there, too, for it has none of its own; 0: they do not. */
        smppProtocol: integer(0, 255).default(0),
      })
      .optional()
      .transform((hep) => hep ?? null),
  });

export type CaptureConfig = ConfigOf<typeof capturePart>;
