import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { systemRandom } from '../base/random.ts';
import { giveToOwner } from '../cli/ownership.ts';
import type { Environment } from '../config/environment.ts';
import { dataLayout } from '../config/layout.ts';
import { Store } from '../store/store.ts';
import { KeyRows } from '../vault/key-row.ts';
import { keySource, type KeySource, type VaultPlace } from '../vault/key-source.ts';
import { Vault } from '../vault/vault.ts';
import { advice, well, wrong, type Finding } from './finding.ts';

const subject = 'seal key';
const remedy = 'bring the key of this store: the edge cannot start without it';

/** Whether the key that the secrets are sealed with is where it is looked for, and nowhere else. */
export async function sealKeyFinding(place: VaultPlace, environment: Environment): Promise<Finding> {
  let source: KeySource;
  try {
    source = keySource(place, environment);
    // Whether it can be read at all: what it opens is seen next.
    source.read();
  } catch (error) {
    return process.getuid?.() === 0
      ? wrong(subject, reasonOf(error), remedy)
      : advice(subject, reasonOf(error), 'run strowger doctor as root, whom the key belongs to');
  }
  const { storeDirectory, storeFile, keys } = dataLayout(place.data);
  if (!existsSync(storeFile)) return well(subject, 'there is no store yet that it would seal');
  const store = new Store(storeDirectory);
  try {
    if (new KeyRows(store).get() === undefined) return well(subject, 'nothing is sealed yet');
    const { keyId } = Vault.open(source, store, systemRandom);
    const left = join(keys, 'seal.key');
    if (source.inData) return well(subject, `${keyId}, in ${source.file}, which backups hold, too`);
    if (existsSync(left))
      return advice(
        subject,
        `the one in use is in ${source.file}, yet ${left} is there, too, and goes into each backup`,
        `strowger seal show; older backups may need it: keep it apart from them, then rm ${left}`,
      );
    return well(subject, `${keyId}, in ${source.file}, which backups do not hold`);
  } catch (error) {
    return wrong(subject, reasonOf(error), remedy);
  } finally {
    await store.close();
    for (const path of [storeFile, `${storeFile}-lock`]) giveToOwner(place.data, path);
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
