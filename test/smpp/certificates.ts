import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A self-signed certificate for `name` (and for `others`, such as `IP:127.0.0.1`) and its key, PEM, made for one test run. */
export function selfSigned(name: string, ...others: readonly string[]): { cert: string; key: string } {
  const directory = mkdtempSync(join(tmpdir(), 'smpp-certificate-'));
  const cert = join(directory, 'cert.pem');
  const key = join(directory, 'key.pem');
  try {
    const made = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout ${key} -out ${cert}`;
    execFileSync(
      'openssl',
      [
        ...made.split(' '),
        '-subj',
        `/CN=${name}`,
        '-addext',
        `subjectAltName=${[`DNS:${name}`, ...others].join()}`,
      ],
      { stdio: 'ignore' },
    );
    return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
