import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { systemRandom } from '../../../control/base/random.ts';
import { Store } from '../../../control/store/store.ts';
import { openKeyFile, readKeyFile } from '../../../control/vault/key-file.ts';
import { keySource, type VaultPlace } from '../../../control/vault/key-source.ts';
import { Vault } from '../../../control/vault/vault.ts';
import { temporaryDirectory } from '../store/temporary.ts';

const vault = new Vault(Buffer.alloc(32, 7), systemRandom);
const draw = (): Buffer => systemRandom.bytes(32);

describe('seal key', () => {
  it('is made once, readable by its owner alone, and found again', () => {
    const path = join(temporaryDirectory(), 'keys', 'seal.key');
    const made = openKeyFile(path, systemRandom, draw);
    assert.equal(made.length, 32);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal(statSync(join(path, '..')).mode & 0o777, 0o700);
    assert.equal(readFileSync(path, 'latin1'), `${made.toString('hex')}\n`);
    assert.deepEqual(openKeyFile(path, systemRandom, draw), made);
    assert.deepEqual(readdirSync(join(path, '..')), ['seal.key']);
  });

  it('of whoever is first is everybody’s', () => {
    const path = join(temporaryDirectory(), 'seal.key');
    const first = Buffer.alloc(32, 9);
    const made = openKeyFile(path, systemRandom, () => {
      // Another process finishes while this one is still drawing its key.
      if (!existsSync(path)) writeFileSync(path, `${first.toString('hex')}\n`, { mode: 0o600 });
      return Buffer.alloc(32, 1);
    });
    assert.deepEqual(made, first);
  });

  it('refuses a file that holds no key', () => {
    const path = join(temporaryDirectory(), 'seal.key');
    writeFileSync(path, 'not a key');
    assert.throws(() => readKeyFile(path), /64 hex digits/);
  });

  it('is taken from the service manager, else from where the configuration says, else from the data folder', () => {
    const data = temporaryDirectory();
    const credentials = temporaryDirectory();
    const file = join(temporaryDirectory(), 'named.key');
    const environment = (name: string): string | undefined =>
      name === 'CREDENTIALS_DIRECTORY' ? credentials : undefined;
    const found = (place: Partial<VaultPlace>) => {
      const { file: path, lent, inData } = keySource({ data, ...place }, environment);
      return [path, lent, inData];
    };
    assert.deepEqual(found({}), [join(data, 'keys', 'seal.key'), false, true]);
    assert.deepEqual(found({ vault: { key: { file } } }), [file, false, false]);
    const lent = join(credentials, 'strowger.seal-key');
    writeFileSync(lent, `${draw().toString('hex')}\n`);
    assert.deepEqual(found({ vault: { key: { file } } }), [lent, true, false]);
  });
});

describe('Vault', () => {
  const stores: Store[] = [];
  const opened = (data: string): Store => {
    const store = new Store(data);
    stores.push(store);
    return store;
  };
  after(() => Promise.all(stores.map((store) => store.close())));
  const open = (data: string, store: Store): Vault =>
    Vault.open(
      keySource({ data }, () => undefined),
      store,
      systemRandom,
    );

  it('opens what it sealed, also when opened anew, whatever the secret', async () => {
    const data = temporaryDirectory();
    const store = opened(data);
    const first = open(data, store);
    await store.durable();
    const second = open(data, store);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (secret, context) => {
        assert.equal(second.unseal(first.seal(secret, context), context), secret);
        assert.ok(second.matches(secret, context, first.hash(secret, context)));
      }),
    );
  });

  it('says which key is missing, and makes none in its place', async () => {
    const data = temporaryDirectory();
    const store = opened(data);
    const { keyId } = open(data, store);
    await store.durable();
    const elsewhere = temporaryDirectory();
    assert.throws(() => open(elsewhere, store), new RegExp(`sealed with the key ${keyId}: put it at `));
    assert.equal(existsSync(join(elsewhere, 'keys')), false);
    mkdirSync(join(elsewhere, 'keys'));
    writeFileSync(join(elsewhere, 'keys', 'seal.key'), `${draw().toString('hex')}\n`);
    assert.throws(
      () => open(elsewhere, store),
      new RegExp(`sealed with the key ${keyId}, and .* holds [0-9a-f]{8}: put the right one there`),
    );
  });

  it('reads what an older build has sealed and hashed, which knew its file alone', () => {
    const data = temporaryDirectory();
    mkdirSync(join(data, 'keys'));
    writeFileSync(join(data, 'keys', 'seal.key'), `${Buffer.alloc(32, 7).toString('hex')}\n`);
    const anew = open(data, opened(data));
    assert.equal(anew.unseal(vault.seal('secret', 'AC1'), 'AC1'), 'secret');
    assert.ok(anew.matches('secret', 'AC1', vault.hash('secret', 'AC1')));
  });

  it('never seals alike', () => {
    const envelopes = Array.from({ length: 50 }, () => vault.seal('secret', 'x').toString('hex'));
    assert.equal(new Set(envelopes).size, 50);
    assert.ok(envelopes.every((envelope) => !envelope.includes(Buffer.from('secret').toString('hex'))));
  });

  it('refuses another context, another key, and any altered or shortened envelope', () => {
    const envelope = vault.seal('secret', 'AC1');
    assert.throws(() => vault.unseal(envelope, 'AC2'));
    assert.throws(() => new Vault(Buffer.alloc(32, 8), systemRandom).unseal(envelope, 'AC1'), /another key/);
    for (let at = 0; at < envelope.length; at++) {
      const altered = Buffer.from(envelope);
      altered[at] = (altered[at] ?? 0) ^ 1;
      assert.throws(() => vault.unseal(altered, 'AC1'), `byte ${at}`);
      assert.throws(() => vault.unseal(envelope.subarray(0, at), 'AC1'), `length ${at}`);
    }
  });

  it('recognises a secret by its hash, in its own context only', () => {
    const hash = vault.hash('secret', 'SK1');
    assert.equal(hash.length, 32);
    assert.equal(vault.matches('secret', 'SK1', hash), true);
    assert.equal(vault.matches('secreT', 'SK1', hash), false);
    assert.equal(vault.matches('secret', 'SK2', hash), false);
    assert.equal(vault.matches('secret', 'SK1', hash.subarray(1)), false);
    assert.equal(new Vault(Buffer.alloc(32, 8), systemRandom).matches('secret', 'SK1', hash), false);
  });
});
