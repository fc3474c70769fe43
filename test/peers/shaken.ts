import { execFileSync } from 'node:child_process';
import { createPrivateKey, randomUUID, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const openssl = (...args: string[]): void => void execFileSync('openssl', args, { stdio: 'ignore' });
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];

/** A TNAuthList (RFC 8226 section 9) with the service provider code 1234. */
const tnAuthList = '1.3.6.1.5.5.7.1.26=DER:30:08:A0:06:16:04:31:32:33:34';

/** A certificate authority of openssl's for callers, one certificate of its, and the web server that shows it. */
export class Shaken {
  /** The files of the root certificate, and of the signer's private key (PKCS #8). */
  readonly anchors: string;
  readonly key: string;
  /** Of the web server, whose own certificate is in the file `webAuthority`. */
  readonly certificateUrl: string;
  readonly webAuthority: string;
  private readonly server: Server;

  private constructor(folder: string, server: Server) {
    this.anchors = join(folder, 'root.pem');
    this.key = join(folder, 'signer.key');
    this.webAuthority = join(folder, 'web.pem');
    this.server = server;
    this.certificateUrl = `https://127.0.0.1:${(server.address() as AddressInfo).port}/signer.pem`;
  }

  /** Writes its files into `folder`. */
  static async open(folder: string): Promise<Shaken> {
    const file = (name: string): string => join(folder, name);
    openssl(
      'req',
      '-x509',
      ...newKey,
      '-subj',
      '/CN=Root',
      '-keyout',
      file('root.key'),
      '-out',
      file('root.pem'),
    );
    openssl(
      ...['req', '-x509', ...newKey, '-CA', file('root.pem'), '-CAkey', file('root.key')],
      ...['-subj', '/CN=SHAKEN 1234', '-addext', 'basicConstraints=critical,CA:FALSE', '-addext', tnAuthList],
      ...['-keyout', file('signer.key'), '-out', file('signer.pem')],
    );
    openssl(
      ...['req', '-x509', ...newKey, '-subj', '/CN=web', '-addext', 'subjectAltName=IP:127.0.0.1'],
      ...['-keyout', file('web.key'), '-out', file('web.pem')],
    );
    const read = (name: string): string => readFileSync(file(name), 'utf8');
    const server = createServer({ cert: read('web.pem'), key: read('web.key') }, (_request, response) => {
      response
        .writeHead(200, { 'content-type': 'application/pem-certificate-chain' })
        .end(read('signer.pem'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Shaken(folder, server);
  }

  /** An Identity value (RFC 8224, RFC 8588) of a carrier; numbers in E.164. */
  identity(attest: string, from: string, to: string, atMs = Date.now()): string {
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const head = { alg: 'ES256', ppt: 'shaken', typ: 'passport', x5u: this.certificateUrl };
    const claims = {
      attest,
      dest: { tn: [to.slice(1)] },
      iat: Math.floor(atMs / 1_000),
      orig: { tn: from.slice(1) },
      origid: randomUUID(),
    };
    const signed = `${part(head)}.${part(claims)}`;
    const key = createPrivateKey(readFileSync(this.key));
    const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' });
    return `${signed}.${signature.toString('base64url')};info=<${this.certificateUrl}>;alg=ES256;ppt=shaken`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
