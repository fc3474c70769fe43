import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { choice, integer, rate, textKind, transportAddress, type Kinds } from '../../control/config/kinds.ts';

/** `192.0.2.0/24`, or one address. */
const network = () =>
  textKind('a network such as 192.0.2.0/24, or an address', (text) =>
    ipaddr.isValidCIDR(text) || ipaddr.isValid(text) ? text : undefined,
  );

/** `carriers[].sip`: a trunk. */
export const carrierSipPart = () =>
  z.strictObject({
    proxy: textKind('a SIP URI such as sip:192.0.2.20:5060;transport=udp', (text) =>
      /^sips?:[^\s@]+$/.test(text) ? text : undefined,
    ),
    /** Where calls may come from; default nowhere. */
    accept: z.array(network()).default([]),
    cps: rate().default(50),
    channels: integer(1, 1_000_000).default(1_000),
    codecs: z.array(choice('PCMU', 'PCMA')).min(1, 'expected at least one codec').default(['PCMU', 'PCMA']),
  });

/** The transports that this edge speaks SIP over. */
export const isSipTransport = (transport: string): transport is 'udp' | 'tcp' | 'tls' =>
  transport === 'udp' || transport === 'tcp' || transport === 'tls';

/** `sip`: where carriers and endpoints reach us. `server` is `embedded`, or the URL of a drachtio-server. */
export const sipPart = (kinds: Kinds) =>
  z.strictObject({
    listen: z
      .array(
        transportAddress().refine(
          ({ transport }) => isSipTransport(transport),
          'expected udp:, tcp: or tls: and an address',
        ),
      )
      .min(1, 'expected at least one address')
      .default([
        { transport: 'udp', host: '0.0.0.0', port: 5060 },
        { transport: 'tcp', host: '0.0.0.0', port: 5060 },
      ]),
    /** For `tls` listeners: PEM files. */
    tls: z
      .strictObject({ certificate: kinds.file(), key: kinds.file() })
      .optional()
      .transform((tls) => tls ?? null),
    /** STIR/SHAKEN: `anchors` to verify callers, `key` and `certificateUrl` to sign ours. PEM files. */
    stir: z
      .strictObject({
        anchors: kinds.file().optional(),
        key: kinds.file().optional(),
        certificateUrl: textKind('an https:// URL', (text) =>
          URL.canParse(text) && new URL(text).protocol === 'https:' ? text : undefined,
        ).optional(),
      })
      .refine(
        ({ key, certificateUrl }) => (key === undefined) === (certificateUrl === undefined),
        'key and certificateUrl go together',
      )
      .optional()
      .transform((stir) => stir ?? null),
    server: kinds
      .secret()
      .refine(
        (value) => value === 'embedded' || /^drachtio:\/\/(:[^@\s]*@)?[^@\s:]+(:\d{1,5})?$/.test(value),
        'expected embedded, or drachtio://:secret@host:9022',
      )
      .default('embedded'),
  });
