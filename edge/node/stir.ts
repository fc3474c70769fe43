import { readFileSync } from 'node:fs';
import type { Clock } from '../../control/base/clock.ts';
import type { Random } from '../../control/base/random.ts';
import type { Owner } from '../../control/inventory/owners.ts';
import type { Config } from '../config.ts';
import { SignerKeys } from '../sip/identity/certificates.ts';
import { parseCertificates } from '../sip/identity/chain.ts';
import { identitySigner } from '../sip/identity/sign.ts';
import { verifyIdentity } from '../sip/identity/verify.ts';
import type { Stir } from '../voice/srf/stir.ts';
import type { WebhookClient } from '../webhook/client.ts';

type StirConfig = NonNullable<NonNullable<Config['sip']>['stir']>;

/** A certificate and its chain. */
const certificatesMaxBytes = 64 * 1024;
const fetchTimeoutMs = 2_500;
const anchorsMax = 1_000;

/** STIR/SHAKEN as it is configured; throws, with the reason, where a file cannot be used. */
export async function openStir(
  config: StirConfig,
  around: {
    readonly webhooks: WebhookClient;
    readonly clock: Clock;
    readonly random: Random;
    /** Whose a number is. */
    readonly ownerOf: (e164: string) => Owner | undefined;
  },
): Promise<Stir> {
  return { ...verifying(config, around), ...(await signing(config, around)) };
}

function verifying(
  { anchors }: StirConfig,
  { webhooks, clock }: { readonly webhooks: WebhookClient; readonly clock: Clock },
): Stir {
  if (anchors === undefined) return {};
  const trusted = parseCertificates(readFileSync(anchors, 'utf8'), anchorsMax);
  if (trusted === undefined) throw new Error(`sip.stir.anchors: ${anchors} holds no certificates`);
  const keys = new SignerKeys(
    async (url) => {
      const fetched = await webhooks.fetchMedia(url, {
        maxBytes: certificatesMaxBytes,
        timeoutMs: fetchTimeoutMs,
      });
      return fetched.ok ? fetched.value.bytes.toString('utf8') : undefined;
    },
    trusted,
    clock,
  );
  return { verify: (call) => verifyIdentity(call, keys, clock) };
}

async function signing(
  { key, certificateUrl }: StirConfig,
  { clock, random, ownerOf }: Parameters<typeof openStir>[1],
): Promise<Stir> {
  if (key === undefined || certificateUrl === undefined) return {};
  const signer = await identitySigner({ key: readFileSync(key, 'utf8'), certificateUrl, clock, random });
  return {
    async sign({ from, to, forwardedBy: by, passport }) {
      // The caller's own proof goes on with the call, as long as it is believed.
      const diverted = passport === '' ? undefined : await signer.divert({ passport, from, by, to });
      if (diverted?.ok === true) return diverted.value;
      // A number of ours is the caller's by right (A); another one a tenant of ours has verified, or brings along (B).
      const attest = ownerOf(from) === undefined ? 'B' : 'A';
      const signed = await signer.sign({ attest, from, to });
      return signed.ok ? [signed.value] : [];
    },
  };
}
