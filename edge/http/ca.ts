import './reflect.ts';
import { webcrypto, X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext, type SecureContext } from 'node:tls';
import * as x509 from '@peculiar/x509';
import type { Clock } from '../../control/base/clock.ts';
import { tlsDefaults } from '../../control/certificates/tls-defaults.ts';

const { subtle } = webcrypto;
x509.cryptoProvider.set(webcrypto);

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const dayMs = 86_400_000;
const authorityValidMs = 3650 * dayMs;
/** Clients' clocks may be behind ours. */
const skewMs = dayMs;
const leafValidMs = 30 * dayMs;
const leafReissueMs = 7 * dayMs;
const leafsMax = 256;

/** The edge's own certificate authority; clients of the SDK proxy trust it by NODE_EXTRA_CA_CERTS. */
export interface CertificateAuthority {
  /** The certificate in PEM, for clients to trust. */
  readonly certificatePath: string;
  /** What a TLS server needs to be `host`, a DNS name. Issued when first asked for, then remembered for a while. */
  contextFor(host: string): Promise<SecureContext>;
}

interface Authority {
  readonly certificate: x509.X509Certificate;
  readonly key: webcrypto.CryptoKey;
}

/**
 * The authority kept in `directory` (key 0600, certificate 0644), made there the first time. Throws where the files
 * cannot be read or written, or are not what we wrote: an operator's trust is not replaced by accident.
 */
export async function openAuthority(directory: string, clock: Clock): Promise<CertificateAuthority> {
  const certificatePath = join(directory, 'ca.pem');
  const keyPath = join(directory, 'ca-key.pem');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (!readable(certificatePath)) await create(certificatePath, keyPath, clock);
  const authority = await load(certificatePath, keyPath);
  const leafKeys = await generate();
  const leafKey = pem('PRIVATE KEY', await subtle.exportKey('pkcs8', leafKeys.privateKey));
  const contexts = new Map<string, { readonly context: Promise<SecureContext>; readonly issuedMs: number }>();
  return {
    certificatePath,
    contextFor(host) {
      const known = contexts.get(host);
      if (known !== undefined && clock.now() - known.issuedMs < leafReissueMs) return known.context;
      contexts.delete(host);
      const oldest = contexts.keys().next();
      if (contexts.size >= leafsMax && oldest.done !== true) contexts.delete(oldest.value);
      const context = issue(authority, leafKeys, host, clock).then((leaf) =>
        createSecureContext({
          key: leafKey,
          cert: `${leaf.toString('pem')}\n${authority.certificate.toString('pem')}\n`,
          ...tlsDefaults,
        }),
      );
      contexts.set(host, { context, issuedMs: clock.now() });
      return context;
    },
  };
}

const generate = (): Promise<webcrypto.CryptoKeyPair> =>
  subtle.generateKey(algorithm, true, ['sign', 'verify']);

function readable(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}

/** The key first: a certificate on disk means that its key is there, too, whatever happens in between. */
async function create(certificatePath: string, keyPath: string, clock: Clock): Promise<void> {
  const keys = await generate();
  const nowMs = clock.now();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Strowger SDK proxy',
    notBefore: new Date(nowMs - skewMs),
    notAfter: new Date(nowMs + authorityValidMs),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  write(keyPath, pem('PRIVATE KEY', await subtle.exportKey('pkcs8', keys.privateKey)), 0o600);
  write(certificatePath, `${certificate.toString('pem')}\n`, 0o644);
}

function write(path: string, text: string, mode: number): void {
  const draft = `${path}.new`;
  writeFileSync(draft, text, { mode });
  renameSync(draft, path);
}

async function load(certificatePath: string, keyPath: string): Promise<Authority> {
  const certificatePem = readFileSync(certificatePath, 'utf8');
  const keyPem = readFileSync(keyPath, 'utf8');
  // Throws if the key is not this certificate's.
  createSecureContext({ cert: certificatePem, key: keyPem });
  const key = await subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(keyPem), algorithm, false, [
    'sign',
  ]);
  return { certificate: new x509.X509Certificate(new X509Certificate(certificatePem).raw), key };
}

async function issue(
  authority: Authority,
  leafKeys: webcrypto.CryptoKeyPair,
  host: string,
  clock: Clock,
): Promise<x509.X509Certificate> {
  const nowMs = clock.now();
  return x509.X509CertificateGenerator.create({
    // A common name is at most 64 characters; clients look at the alternative name alone (RFC 9525 section 6.3).
    subject: 'CN=Strowger',
    issuer: authority.certificate.subject,
    notBefore: new Date(nowMs - skewMs),
    notAfter: new Date(nowMs + leafValidMs),
    signingAlgorithm: algorithm,
    publicKey: leafKeys.publicKey,
    signingKey: authority.key,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: host }]),
      await x509.AuthorityKeyIdentifierExtension.create(authority.certificate),
    ],
  });
}

const pem = (tag: string, bytes: ArrayBuffer): string => `${x509.PemConverter.encode(bytes, tag)}\n`;
