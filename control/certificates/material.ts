import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';

/** The files that one side of TLS may be given, all PEM. */
export interface TlsFiles {
  /** Our own certificate, with the chain that leads to its authority; goes with `key`. */
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  /** Certificates of the authorities to trust, in place of the system's. */
  readonly ca?: string | undefined;
}

/** What is in those files. */
export interface Material {
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  readonly authorities?: string | undefined;
}

/** Reads the files; why not, in words, if one cannot be read. */
export function readMaterial({ certificate, key, ca }: TlsFiles): Material | string {
  const text = (file: string | undefined): string | undefined =>
    file === undefined ? undefined : readFileSync(file, 'utf8');
  try {
    return { certificate: text(certificate), key: text(key), authorities: text(ca) };
  } catch (error) {
    return error instanceof Error ? error.message : 'cannot be read';
  }
}

/** Why what was read cannot be used, in words; undefined if it can. */
export function faultOf({ certificate, key, authorities }: Material): string | undefined {
  try {
    createSecureContext({ cert: certificate, key });
    // The library takes a list of authorities that holds none without a word.
    if (authorities !== undefined) new X509Certificate(authorities);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : 'not a certificate and its key';
  }
}
