import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, describe, it } from 'node:test';
import { systemRandom } from '../../control/base/random.ts';
import { Store } from '../../control/store/store.ts';
import { keySource } from '../../control/vault/key-source.ts';
import { keyIdOf } from '../../control/vault/seal-key.ts';
import { Vault } from '../../control/vault/vault.ts';
import { sealedTables } from '../../edge/node/sealed.ts';
import { basic, EdgeProcess, type Credentials, type Ready } from './edge-process.ts';
import { steps } from './seal-saboteur.ts';

const isSource = import.meta.url.endsWith('.ts');
const saboteur = new URL(`./seal-saboteur.${isSource ? 'ts' : 'js'}`, import.meta.url).href;
const accountsMade = 2;

describe('kill -9 while the seal key is exchanged', { timeout: 180_000 }, () => {
  let edge: EdgeProcess;
  let ready: Ready;
  const accounts: Credentials[] = [];

  before(async () => {
    edge = await EdgeProcess.create(() => ['http: { listen: 127.0.0.1:0 }']);
    for (let made = 0; made < accountsMade; made++) accounts.push(await edge.account([]));
    ready = await edge.start();
  });
  after(() => edge.remove());

  /** Has the key exchanged, by a command that ends itself at a step; gives its exit status. */
  async function rotate(killedAt: string): Promise<number> {
    const { NODE_OPTIONS: options } = process.env;
    const loaders = [...(isSource ? [import.meta.resolve('tsx')] : []), saboteur];
    process.env['NODE_OPTIONS'] = [options ?? '', ...loaders.map((url) => `--import ${url}`)].join(' ');
    process.env['SEAL_KILLED_AT'] = killedAt;
    try {
      return (await edge.run('seal', 'rotate', '--json')).status;
    } finally {
      if (options === undefined) delete process.env['NODE_OPTIONS'];
      else process.env['NODE_OPTIONS'] = options;
      delete process.env['SEAL_KILLED_AT'];
    }
  }

  /** Each account logs in, by a hash, and is shown its token, which has to be opened for that. */
  async function serves(): Promise<void> {
    for (const account of accounts) {
      const reply = await fetch(`${ready.api}/2010-04-01/Accounts/${account.sid}.json`, {
        headers: { authorization: basic(account) },
      });
      assert.equal(reply.status, 200);
      assert.equal(((await reply.json()) as { auth_token: string }).auth_token, account.token);
    }
  }

  const shown = async (): Promise<{ keyId: string; before: string | null }> =>
    (await edge.done('seal', 'show', '--json')) as { keyId: string; before: string | null };

  it('loses nothing, whichever step is its last, and whoever is killed', async () => {
    const first = await shown();
    for (const [index, step] of steps.entries()) {
      assert.equal(await rotate(step), -1, `killed when ${step}`);
      await serves();
      // Every second time the edge is killed, too, and reads the keys as the command has left them.
      if (index % 2 === 0) continue;
      await edge.stop('SIGKILL');
      ready = await edge.start();
      await serves();
    }
    // Killed while the command waits for it.
    assert.equal((await shown()).before, first.keyId);
    const last = rotate('never');
    await edge.stop('SIGKILL');
    assert.equal(await last, 0);
    ready = await edge.start();
    await serves();
    const now = await shown();
    assert.equal(now.before, null);
    assert.notEqual(now.keyId, first.keyId);
  });

  it('leaves everything sealed with the key that is kept, and with no other', async () => {
    const { keyId } = await shown();
    assert.equal(await edge.stop(), 0);
    const data = join(edge.folder, 'data');
    const source = keySource({ data }, () => undefined);
    const store = new Store(data);
    const vault = Vault.open(source, store, systemRandom);
    let opened = 0;
    for (const { spec, reseal } of sealedTables)
      for (const [key, row] of store.table(spec).entries())
        reseal(
          row,
          (envelope, context) => {
            assert.equal(keyIdOf(envelope), keyId);
            assert.notEqual(vault.unseal(envelope, context), '');
            opened++;
            return envelope;
          },
          key,
        );
    await store.close();
    // A token each, and one for tests.
    assert.equal(opened, 2 * accountsMade);
    assert.match(readFileSync(source.file, 'utf8'), /^[0-9a-f]{64}\s*$/);
  });
});
