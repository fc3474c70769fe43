import { X509Certificate } from 'node:crypto';

/** When the first certificate of a chain in PEM is over, in milliseconds since 1970; undefined if it cannot be read. */
export function expiryMs(certificate: string): number | undefined {
  try {
    return Date.parse(new X509Certificate(certificate).validTo);
  } catch {
    return undefined;
  }
}
