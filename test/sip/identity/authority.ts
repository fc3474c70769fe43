import '../../../edge/http/reflect.ts';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(webcrypto);
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** A certificate with its key, both PEM. */
export interface Issued {
  readonly certificate: string;
  readonly key: string;
}

export interface IssueOptions {
  /** Default 24 h ago and in 24 h. */
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** Whether the certificate has a TNAuthList; default yes. */
  readonly authority?: boolean;
  readonly curve?: 'P-256' | 'P-384';
}

/** A certificate authority for PASSporTs: a root, an intermediate, and what they issue. */
export interface TestAuthority {
  readonly root: string;
  readonly intermediate: string;
  issue(options?: IssueOptions): Promise<Issued>;
}

/** TNAuthList with one service provider code (RFC 8226 §9). */
const tnAuthList = Buffer.from('3008a006160431323334', 'hex');

export async function testAuthority(nowMs: number): Promise<TestAuthority> {
  const notBefore = new Date(nowMs - 86_400_000);
  const notAfter = new Date(nowMs + 86_400_000);
  const keysOf = (namedCurve: string): Promise<webcrypto.CryptoKeyPair> =>
    webcrypto.subtle.generateKey({ ...algorithm, namedCurve }, true, ['sign', 'verify']);
  const rootKeys = await keysOf('P-256');
  const middleKeys = await keysOf('P-256');
  const ca = new x509.BasicConstraintsExtension(true, undefined, true);
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Root',
    notBefore,
    notAfter,
    signingAlgorithm: algorithm,
    keys: rootKeys,
    extensions: [ca],
  });
  const middle = await x509.X509CertificateGenerator.create({
    subject: 'CN=Intermediate',
    issuer: root.subject,
    notBefore,
    notAfter,
    signingAlgorithm: algorithm,
    publicKey: middleKeys.publicKey,
    signingKey: rootKeys.privateKey,
    extensions: [ca],
  });
  return {
    root: root.toString('pem'),
    intermediate: middle.toString('pem'),
    async issue(options = {}) {
      const keys = await keysOf(options.curve ?? 'P-256');
      const leaf = await x509.X509CertificateGenerator.create({
        subject: 'CN=SHAKEN 1234',
        issuer: middle.subject,
        notBefore: options.notBefore ?? notBefore,
        notAfter: options.notAfter ?? notAfter,
        signingAlgorithm: algorithm,
        publicKey: keys.publicKey,
        signingKey: middleKeys.privateKey,
        extensions:
          options.authority === false ? [] : [new x509.Extension('1.3.6.1.5.5.7.1.26', false, tnAuthList)],
      });
      const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
      return { certificate: leaf.toString('pem'), key: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY') };
    },
  };
}
