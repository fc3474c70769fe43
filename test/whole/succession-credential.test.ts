import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { basic, EdgeProcess, until, type Credentials } from './edge-process.ts';

describe('a successor of an edge whose seal key the service manager lent', { timeout: 120_000 }, () => {
  let edge: EdgeProcess;
  let account: Credentials;
  let keyFile: string;

  before(async () => {
    edge = await EdgeProcess.create((folder) => [
      'http: { listen: 127.0.0.1:0 }',
      `vault: { key: { file: ${join(folder, 'credstore', 'strowger.seal-key')} } }`,
    ]);
    keyFile = join(edge.folder, 'credstore', 'strowger.seal-key');
    // The first command makes the key, as root does on a node.
    account = await edge.account([]);
    const credentials = join(edge.folder, 'credentials');
    mkdirSync(credentials);
    copyFileSync(keyFile, join(credentials, 'strowger.seal-key'));
    edge.environment['CREDENTIALS_DIRECTORY'] = credentials;
    await edge.start();
  });
  after(() => edge.remove());

  const answers = async (): Promise<number> => {
    const { api } = JSON.parse(edge.readyLine.slice('ready '.length)) as { api: string };
    const url = `${api}/2010-04-01/Accounts/${account.sid}.json`;
    return (await fetch(url, { headers: { authorization: basic(account) } })).status;
  };

  it('opens the store with the key that was exchanged meanwhile, and so does the next', async () => {
    const { from, to, file } = (await edge.done('seal', 'rotate', '--json')) as Record<string, string>;
    assert.notEqual(to, from);
    assert.equal(file, keyFile);
    for (let generation = 0; generation < 2; generation++) {
      await edge.succeed();
      assert.equal(await answers(), 200);
    }
    const { keyId } = (await edge.done('seal', 'show', '--json')) as { keyId: string };
    assert.equal(keyId, to);
    // It takes part in the next exchange, although it has never read a key.
    const again = (await edge.done('seal', 'rotate', '--json')) as Record<string, string>;
    assert.equal(again['from'], to);
    assert.equal(await answers(), 200);
  });

  it('leaves the work to the one before where it fails, which opens the store once more', async () => {
    const good = readFileSync(edge.config, 'utf8');
    // An address that is no interface's: it is bound when all has been handed over.
    writeFileSync(edge.config, good.replace(/^metrics: .*$/m, 'metrics: { listen: 192.0.2.1:9 }'));
    await edge.beginSuccession();
    await until('the edge takes it up again', () => edge.log.includes('takes the work up again'));
    assert.equal(await answers(), 200);
    writeFileSync(edge.config, good);
    await edge.succeed();
    assert.equal(await answers(), 200);
  });
});
