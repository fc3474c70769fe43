import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { isHost } from '../../control/config/address.ts';
import {
  choice,
  host,
  integer,
  rate,
  text,
  textKind,
  transportAddress,
  type Kinds,
} from '../../control/config/kinds.ts';

/** A domain as certificates name it, in lower case. */
const hostName = () =>
  textKind('a domain such as sbc.carrier.example', (value) =>
    isHost(value) && !ipaddr.isValid(value) ? value.toLowerCase() : undefined,
  );

/** `192.0.2.0/24`, or one address. */
const network = () =>
  textKind('a network such as 192.0.2.0/24, or an address', (value) =>
    ipaddr.isValidCIDR(value) || ipaddr.isValid(value) ? value : undefined,
  );

/** A SIP URI of a server: without a user. */
const serverUri = () =>
  textKind('a SIP URI such as sip:192.0.2.20:5060;transport=udp', (value) =>
    /^sips?:[^\s@]+$/.test(value) ? value : undefined,
  );

/** `register`: null for `false`, everything at its default for `true`. */
const registerPart = () =>
  z
    .preprocess(
      (value) => (value === true ? {} : value === false ? null : value),
      z
        .strictObject({
          /** Default: the trunk's proxy. */
          registrar: serverUri().optional(),
          expiresSeconds: integer(60, 86_400).default(3_600),
        })
        .nullable(),
    )
    .default(null);

/** `carriers[].sip.tls`: what is not given is as `sip.tls` has it. PEM files. */
const trunkTlsPart = (kinds: Kinds) =>
  z
    .strictObject({
      /** Whom to trust when we connect to it. */
      ca: kinds.file().optional(),
      /** What it is shown. */
      certificate: kinds.file().optional(),
      key: kinds.file().optional(),
      /** The name that its certificate must show, where it is not the host of `proxy`. */
      servername: host().optional(),
      /** Domains, one of which its certificate must name when it calls us (RFC 5922), wherever it comes from. */
      subjects: z.array(hostName()).default([]),
    })
    .refine(({ certificate, key }) => (certificate === undefined) === (key === undefined), {
      path: ['key'],
      message: 'certificate and key go together',
    });

/** `carriers[].sip`: a trunk. */
export const carrierSipPart = (kinds: Kinds) =>
  z
    .strictObject({
      proxy: serverUri(),
      /** Where calls may come from; default nowhere. */
      accept: z.array(network()).default([]),
      cps: rate().default(50),
      channels: integer(1, 1_000_000).default(1_000),
      codecs: z.array(choice('PCMU', 'PCMA')).min(1, 'expected at least one codec').default(['PCMU', 'PCMA']),
      /** SRTP with keys in SDP (RFC 4568): `require` offers and takes it alone, `accept` takes it where it is offered. */
      srtp: choice('accept', 'require').default('accept'),
      /** For carriers that ask who we are (digest authentication). */
      username: text(128).optional(),
      password: kinds.secret().optional(),
      register: registerPart(),
      tls: trunkTlsPart(kinds).optional(),
    })
    .refine(({ username, password }) => (username === undefined) === (password === undefined), {
      path: ['password'],
      message: 'username and password go together',
    })
    .refine(({ username, register }) => register === null || username !== undefined, {
      path: ['register'],
      message: 'to register, a username and a password are needed',
    });

/** The transports that this edge speaks SIP over. */
export const isSipTransport = (transport: string): transport is 'udp' | 'tcp' | 'tls' =>
  transport === 'udp' || transport === 'tcp' || transport === 'tls';

/** `sip`: where carriers and endpoints reach us. `server` is `embedded`, or the URL of a drachtio-server. */
export const sipPart = (kinds: Kinds) =>
  z
    .strictObject({
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
      /** For `tls` listeners, and for the connections that we make: PEM files. */
      tls: z
        .strictObject({
          certificate: kinds.file(),
          key: kinds.file(),
          /** Whom to trust when we connect, instead of the system's authorities. */
          ca: kinds.file().optional(),
          /** Who connects is asked for a certificate of these, which may name a trunk: see `carriers[].sip.tls.subjects`. */
          clientCa: kinds.file().optional(),
        })
        .optional()
        .transform((tls) => tls ?? null),
      /** STIR/SHAKEN: `anchors` to verify callers, `key` and `certificateUrl` to sign ours. PEM files. */
      stir: z
        .strictObject({
          anchors: kinds.file().optional(),
          key: kinds.file().optional(),
          certificateUrl: textKind('an https:// URL', (value) =>
            URL.canParse(value) && new URL(value).protocol === 'https:' ? value : undefined,
          ).optional(),
        })
        .refine(
          ({ key, certificateUrl }) => (key === undefined) === (certificateUrl === undefined),
          'key and certificateUrl go together',
        )
        .optional()
        .transform((stir) => stir ?? null),
      /**
       * What endpoints of SIP Domains are challenged with, best first. RFC 8760 lets a server ask for several at once;
       * baresip 1.0 and others of its time give up on the first that they do not know, and need `[MD5]`.
       */
      digest: z
        .array(choice('SHA-256', 'MD5'))
        .min(1, 'expected at least one algorithm')
        .default(['SHA-256', 'MD5']),
      server: kinds
        .secret()
        .refine(
          (value) => value === 'embedded' || /^drachtio:\/\/(:[^@\s]*@)?[^@\s:]+(:\d{1,5})?$/.test(value),
          'expected embedded, or drachtio://:secret@host:9022',
        )
        .default('embedded'),
    })
    .refine(({ listen, tls }) => tls !== null || !listen.some(({ transport }) => transport === 'tls'), {
      path: ['listen'],
      message: 'for tls, sip.tls must name a certificate and a key',
    });

/** What `carriers[].sip.tls` lacks in `sip`, in words; undefined if nothing. */
export function trunkTlsFault(
  { subjects }: z.output<ReturnType<typeof trunkTlsPart>>,
  sip: z.output<ReturnType<typeof sipPart>> | undefined,
): string | undefined {
  if (sip === undefined || sip.tls === null || sip.server !== 'embedded')
    return 'it needs the embedded SIP server with a tls listener and sip.tls';
  if (subjects.length > 0 && sip.tls.clientCa === undefined)
    return 'for subjects, sip.tls.clientCa must name the authorities of those certificates';
  return undefined;
}
