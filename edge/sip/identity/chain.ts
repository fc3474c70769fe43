import { X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

const chainMax = 6;
const pemMax = 64 * 1024;

/** id-pe-TNAuthList (RFC 8226 §9), as it stands in a certificate. */
const tnAuthList = Buffer.from('06082b0601050507011a', 'hex');

/** The certificates of a PEM text; undefined if there are none, too many, or one cannot be read. */
export function parseCertificates(pem: string, max = chainMax): readonly X509Certificate[] | undefined {
  if (pem.length > pemMax) return undefined;
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0 || blocks.length > max) return undefined;
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    return undefined;
  }
}

/**
 * The key of the first certificate, if it may sign PASSporTs: a P-256 key and an authority over numbers (RFC 8226 §9),
 * and a chain of valid certificates to one of the anchors. undefined otherwise.
 */
export function trustedKey(
  chain: readonly X509Certificate[],
  anchors: readonly X509Certificate[],
  nowMs: number,
): KeyObject | undefined {
  const [leaf, ...others] = chain;
  if (leaf === undefined || leaf.ca || !leaf.raw.includes(tnAuthList)) return undefined;
  const key = leaf.publicKey;
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') return undefined;
  return leadsToAnchor(leaf, others, anchors, nowMs) ? key : undefined;
}

function leadsToAnchor(
  leaf: X509Certificate,
  others: readonly X509Certificate[],
  anchors: readonly X509Certificate[],
  nowMs: number,
): boolean {
  let current = leaf;
  for (let step = 0; step < chainMax; step++) {
    if (!isValid(current, nowMs)) return false;
    if (
      anchors.some(
        (anchor) => isValid(anchor, nowMs) && (anchor.raw.equals(current.raw) || issued(anchor, current)),
      )
    )
      return true;
    const issuer = others.find((other) => !other.raw.equals(current.raw) && issued(other, current));
    if (issuer === undefined) return false;
    current = issuer;
  }
  return false;
}

const issued = (issuer: X509Certificate, subject: X509Certificate): boolean =>
  issuer.ca && subject.checkIssued(issuer) && subject.verify(issuer.publicKey);

const isValid = (certificate: X509Certificate, nowMs: number): boolean =>
  Date.parse(certificate.validFrom) <= nowMs && nowMs <= Date.parse(certificate.validTo);
