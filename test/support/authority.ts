import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { note } from './evidence.ts';

/** A certificate and its key, PEM. */
export interface Issued {
  readonly cert: string;
  readonly key: string;
}

/** An authority of one test's own. */
export interface Authority {
  readonly cert: string;
  /** `names` as openssl writes subjectAltName: `DNS:a.example`, `IP:127.0.0.1`, `URI:sip:a.example`. */
  issue(commonName: string, names: readonly string[], options?: IssueOptions): Issued;
}

export interface IssueOptions {
  /** Default 2. */
  readonly days?: number;
  /** Default EC, on P-256. */
  readonly rsa?: boolean;
}

const newKey = (rsa = false): string =>
  `req -newkey ${rsa ? 'rsa:2048' : 'ec -pkeyopt ec_paramgen_curve:P-256'} -nodes -keyout key.pem`;

/** Makes an authority whose certificates are made by openssl. */
export function authority(name: string): Authority {
  const made = inFolder((openssl) => {
    openssl(`${newKey()} -x509 -days 30 -out cert.pem`, '-subj', `/CN=${name}`);
  });
  return {
    cert: made.cert,
    issue: (commonName, names, { days = 2, rsa } = {}) =>
      inFolder((openssl, folder) => {
        writeFileSync(join(folder, 'ca.pem'), made.cert);
        writeFileSync(join(folder, 'ca-key.pem'), made.key);
        const extensions = names.length === 0 ? '' : `subjectAltName=${names.join()}\n`;
        writeFileSync(join(folder, 'extensions'), `basicConstraints=CA:FALSE\n${extensions}`);
        openssl(`${newKey(rsa)} -out request.pem`, '-subj', `/CN=${commonName}`);
        openssl(
          `x509 -req -in request.pem -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days ${days}` +
            ' -extfile extensions -out cert.pem',
        );
      }),
  };
}

/** What `make` leaves as cert.pem and key.pem in a folder of its own. */
function inFolder(
  make: (openssl: (line: string, ...more: string[]) => void, folder: string) => void,
): Issued {
  const folder = mkdtempSync(join(tmpdir(), 'strowger-authority-'));
  const openssl = (line: string, ...more: string[]): void =>
    void execFileSync('openssl', [...line.split(' '), ...more], { cwd: folder, stdio: 'ignore' });
  try {
    make(openssl, folder);
    const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
    const issued = { cert: read('cert.pem'), key: read('key.pem') };
    note('TLS key', issued.key.split('\n')[1] ?? '');
    return issued;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
