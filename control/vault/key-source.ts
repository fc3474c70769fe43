import { join } from 'node:path';
import { dataLayout } from '../config/layout.ts';
import type { Environment } from '../config/environment.ts';
import type { VaultConfig } from './config.ts';
import { readKeyFile } from './key-file.ts';

/** Where the seal key of a node is. The one place that knows. */
export interface KeySource {
  /** The file that it is read from. */
  readonly file: string;
  /** The service manager hands it over: it can be read here, but is kept elsewhere. */
  readonly lent: boolean;
  /** It lies in the data folder, where a backup takes it along. */
  readonly inData: boolean;
  /** The key, 32 bytes; undefined if it is not there. Throws, with the reason, if it cannot be read. */
  read(): Buffer | undefined;
}

/** What is asked of the configuration. */
export interface VaultPlace {
  readonly data: string;
  readonly vault?: VaultConfig | undefined;
}

/** The credential's name in a unit: `LoadCredential=strowger.seal-key`. */
const credential = 'strowger.seal-key';

/**
 * The key that systemd hands over (systemd.exec(5), LoadCredential=), else the file that `vault.key` names, else
 * `<data>/keys/seal.key`.
 */
export function keySource({ data, vault }: VaultPlace, environment: Environment): KeySource {
  const credentials = environment('CREDENTIALS_DIRECTORY');
  if (credentials !== undefined) {
    const file = join(credentials, credential);
    if (readKeyFile(file) !== undefined) return source(file, { lent: true, inData: false });
  }
  const named = vault?.key?.file;
  return named === undefined
    ? source(join(dataLayout(data).keys, 'seal.key'), { lent: false, inData: true })
    : source(named, { lent: false, inData: false });
}

const source = (file: string, kind: Pick<KeySource, 'lent' | 'inData'>): KeySource => ({
  file,
  ...kind,
  read: () => readKeyFile(file),
});
