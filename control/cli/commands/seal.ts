import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { systemClock } from '../../base/clock.ts';
import { systemRandom } from '../../base/random.ts';
import type { CoreConfig } from '../../config/core.ts';
import { processEnvironment } from '../../config/environment.ts';
import { dataLayout } from '../../config/layout.ts';
import { askEdge } from '../../events/client.ts';
import { sealQuestion } from '../../vault/edge-question.ts';
import { replaceKeyFile } from '../../vault/key-file.ts';
import { KeyRows } from '../../vault/key-row.ts';
import { keySource, type KeySource } from '../../vault/key-source.ts';
import { rotate } from '../../vault/rotation.ts';
import type { AnySealedTable } from '../../vault/sealed.ts';
import { Vault } from '../../vault/vault.ts';
import { Store } from '../../store/store.ts';
import { done, refused, textOption, type Command, type Outcome } from '../command.ts';
import { giveToOwner } from '../ownership.ts';

/** A store with its vault, for what is done to the vault itself: nothing here is a change that audit would tell of. */
async function withVault(
  config: CoreConfig,
  use: (store: Store, vault: Vault, source: KeySource) => Promise<Outcome>,
): Promise<Outcome> {
  const { storeDirectory, storeFile, keys } = dataLayout(config.data);
  if (!existsSync(storeFile)) return refused(`there is no store in ${config.data}`);
  const source = keySource(config, processEnvironment);
  const store = new Store(storeDirectory);
  try {
    return await use(store, Vault.open(source, store, systemRandom), source);
  } finally {
    await store.close();
    for (const path of [storeFile, `${storeFile}-lock`, keys]) giveToOwner(config.data, path);
  }
}

const show: Command<CoreConfig> = {
  name: 'seal show',
  summary: 'which key seals the secrets, and where it is',
  needs: 'config',
  run: (_call, config) =>
    withVault(config, (store, vault, { file, inData }) => {
      const before = new KeyRows(store).get()?.handover?.from ?? null;
      const { keyId } = vault;
      const words =
        before === null ? '' : `; the key ${before} is being exchanged for it: run strowger seal rotate`;
      const place = inData ? `${file}, which backups hold, too` : `${file}, which backups do not hold`;
      return Promise.resolve(done({ keyId, file, inData, before }, `${keyId}${words}\nkey kept at ${place}`));
    }),
};

const rotateCommand = (tables: readonly AnySealedTable[]): Command<CoreConfig> => ({
  name: 'seal rotate',
  summary:
    'exchange the key that seals the secrets, also while the edge runs; goes on where it was broken off',
  options: [
    { flags: '--to <file>', summary: 'where the new key is to be (default: in place of the old one)' },
  ],
  needs: 'config',
  run: (call, config) =>
    withVault(config, async (store, vault, source) => {
      const to = textOption(call, 'to');
      if (to === undefined && source.lent)
        return refused('the service manager hands the key over: say where the new one is to be (--to FILE)');
      const file = to === undefined ? source.file : resolve(to);
      const rotated = await rotate({
        store,
        vault,
        source,
        clock: systemClock,
        random: systemRandom,
        tables,
        keep: (key) => replaceKeyFile(file, key, systemRandom),
        awaitEdge: (keyId) => edgeFault(config.data, keyId),
      });
      if (rotated.kind === 'unfinished')
        return refused(
          `${rotated.reason}: both keys are needed until strowger seal rotate has been run again`,
        );
      const { from, to: keyId, resealed } = rotated;
      return done(
        { from, to: keyId, resealed, file },
        `${keyId} seals in place of ${from}: ${resealed} rows sealed anew, key kept at ${file}\n` +
          'older backups still need the key before',
      );
    }),
});

/** Why a running edge does not have the key yet; undefined if it has, or none runs. */
async function edgeFault(data: string, keyId: string): Promise<string | undefined> {
  const answer = await askEdge(dataLayout(data).controlSocket, sealQuestion);
  if (answer.ok) return answer.value === keyId ? undefined : 'the running edge has not taken the new key';
  return answer.error.kind === 'notRunning' ? undefined : `the running edge: ${answer.error.reason}`;
}

/** Commands about the seal key. `tables` are all that have sealed columns. */
export const sealCommands = (tables: readonly AnySealedTable[]): readonly Command<CoreConfig>[] => [
  show,
  rotateCommand(tables),
];
