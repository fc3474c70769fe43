import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { systemRandom } from '../../../control/base/random.ts';
import { loadSealKey } from '../../../control/vault/seal-key.ts';
import { Vault } from '../../../control/vault/vault.ts';
import { temporaryDirectory } from '../store/temporary.ts';

const vault = new Vault(Buffer.alloc(32, 7), systemRandom);

describe('seal key', () => {
  it('is made once, readable by its owner alone, and found again', () => {
    const directory = temporaryDirectory();
    const made = loadSealKey(directory, systemRandom);
    const path = join(directory, 'keys', 'seal.key');
    assert.equal(made.length, 32);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal(readFileSync(path, 'latin1'), `${made.toString('hex')}\n`);
    assert.deepEqual(loadSealKey(directory, systemRandom), made);
    assert.deepEqual(readdirSync(join(directory, 'keys')), ['seal.key']);
  });

  it('of whoever is first is everybody’s', () => {
    const directory = temporaryDirectory();
    const first = Buffer.alloc(32, 9);
    const path = join(directory, 'keys', 'seal.key');
    const made = loadSealKey(directory, {
      fraction: () => 0,
      bytes(length) {
        // Another process finishes while this one is still drawing its key.
        if (!existsSync(path)) writeFileSync(path, `${first.toString('hex')}\n`, { mode: 0o600 });
        return Buffer.alloc(length, 1);
      },
    });
    assert.deepEqual(made, first);
  });

  it('refuses a file that holds no key', () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'keys'));
    writeFileSync(join(directory, 'keys', 'seal.key'), 'not a key');
    assert.throws(() => loadSealKey(directory, systemRandom), /64 hex digits/);
  });
});

describe('Vault', () => {
  it('opens what it sealed, also when opened anew, whatever the secret', () => {
    const directory = temporaryDirectory();
    const first = Vault.open(directory, systemRandom);
    const second = Vault.open(directory, systemRandom);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (secret, context) => {
        assert.equal(second.unseal(first.seal(secret, context), context), secret);
      }),
    );
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
