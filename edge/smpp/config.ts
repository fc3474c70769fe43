import { z } from 'zod';
import {
  address,
  choice,
  flag,
  host,
  integer,
  kind,
  rate,
  text,
  type Kinds,
} from '../../control/config/kinds.ts';
import { parseSmppUrl } from './url.ts';

const timeoutMs = () => integer(100, 86_400_000);

/** Types of number and numbering plans (SMPP 3.4 sections 5.2.5 and 5.2.6); null leaves them to the address itself. */
const addressing = () =>
  z
    .strictObject({
      ton: integer(0, 255).nullable().default(null),
      npi: integer(0, 255).nullable().default(null),
    })
    .prefault({});

/** An optional parameter of the carrier's own (SMPP 3.4 section 5.3). */
export interface ExtraTlv {
  readonly tag: number;
  readonly value: Uint8Array;
}

/** `{ 0x1401: "text", 0x1402: { hex: "0a0b" } }`, set on every submit_sm. */
const tlvs = () =>
  kind<readonly ExtraTlv[]>('a mapping of tags (0x0001 to 0xffff) to text or { hex: DIGITS }', (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const found: ExtraTlv[] = [];
    for (const [key, item] of Object.entries(value)) {
      const tag = /^(0x[0-9a-f]{1,4}|\d{1,5})$/i.test(key) ? Number(key) : 0;
      const octets = tlvValue(item);
      if (tag < 1 || tag > 0xffff || octets === undefined) return undefined;
      found.push({ tag, value: octets });
    }
    return found;
  }).default([]);

function tlvValue(item: unknown): Uint8Array | undefined {
  if (typeof item === 'string') return item.length <= 1024 ? Buffer.from(item, 'utf8') : undefined;
  if (typeof item !== 'object' || item === null || Object.keys(item).length !== 1 || !('hex' in item)) {
    return undefined;
  }
  const { hex } = item;
  return typeof hex === 'string' && /^([0-9a-f]{2}){0,1024}$/i.test(hex)
    ? Buffer.from(hex, 'hex')
    : undefined;
}

/** `carriers[].smpp`: our bind to a carrier's SMSC. */
export const carrierSmppPart = (kinds: Kinds) =>
  z
    .strictObject({
      /** A secret as a whole, for it holds a password. */
      url: kinds.secret().transform((value, context) => {
        const url = parseSmppUrl(value);
        if (url !== undefined) return url;
        context.addIssue({
          code: 'custom',
          message: 'expected smpp:// or smpps:// URL, such as smpp://user:secret@192.0.2.10:2775',
        });
        return z.NEVER;
      }),
      /** Instead of the one in the URL. */
      password: kinds.secret().optional(),
      /** `pair`: a transmitter and a receiver. */
      bind: choice('transceiver', 'pair', 'transmitter', 'receiver').default('transceiver'),
      version: choice('3.4', '5.0').default('3.4'),
      systemType: text(12).default(''),
      /** Requests without a response yet, for each session. */
      window: integer(1, 10_000).default(10),
      /** Most submit_sm a second, over all sessions of the link. */
      throughput: rate().default(100),
      sessions: integer(1, 64).default(1),
      tls: z
        .strictObject({
          /** Certificate authorities to trust instead of the system's, PEM. */
          ca: kinds.file().optional(),
          /** The name that the certificate must bear, where it is not the URL's host. */
          servername: host().optional(),
          /** Accepts any certificate. */
          insecure: flag().default(false),
          /** Ours, for carriers that ask who we are. */
          certificate: kinds.file().optional(),
          key: kinds.file().optional(),
        })
        .refine(({ certificate, key }) => (certificate === undefined) === (key === undefined), {
          path: ['key'],
          message: 'certificate and key go together',
        })
        .prefault({}),
      timers: z
        .strictObject({
          /** A connection is made and bound within this time. */
          sessionInitMs: timeoutMs().default(10_000),
          responseMs: timeoutMs().default(10_000),
          enquireLinkMs: timeoutMs().default(30_000),
          /** 0 never. */
          inactivityMs: integer(0, 86_400_000).default(0),
          reconnectMinMs: timeoutMs().default(1_000),
          reconnectMaxMs: timeoutMs().default(60_000),
        })
        .prefault({}),
      /** What this carrier means by data_coding 0. */
      defaultAlphabet: choice('gsm7', 'latin1', 'ascii').default('gsm7'),
      /** How the ids in receipts relate to those in submit_sm_resp; `auto` tries each. */
      messageIds: choice('auto', 'as-is', 'hex', 'decimal').default('auto'),
      longMessages: choice('udh', 'sar', 'payload').default('udh'),
      /** Whether the carrier takes media messages. */
      mms: flag().default(false),
      addressing: z.strictObject({ source: addressing(), destination: addressing() }).prefault({}),
      tlvs: tlvs(),
    })
    .transform(({ password, url, ...rest }) => ({
      ...rest,
      url: password === undefined ? url : { ...url, password },
    }));

/** `smpp`: where tenants bind to us. */
export const smppServerPart = (kinds: Kinds) =>
  z.strictObject({
    listen: address(),
    /** Given alone it makes `listen` speak TLS; with a `listen` of its own, both are open. */
    tls: z
      .strictObject({
        listen: address().optional(),
        certificate: kinds.file(),
        key: kinds.file(),
        /** Whoever connects must show a certificate of these authorities. Default: nobody has to show any. */
        clientCa: kinds.file().optional(),
      })
      .optional(),
    window: integer(1, 10_000).default(100),
    maxSessions: integer(1, 65_535).default(1_000),
    maxSessionsPerAccount: integer(1, 65_535).default(20),
  });
