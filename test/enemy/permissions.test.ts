import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { describe, it } from 'node:test';
import { systemRandom } from '../../control/base/random.ts';
import { keySource } from '../../control/vault/key-source.ts';
import { Vault } from '../../control/vault/vault.ts';
import { temporaryDirectory, temporaryStore } from '../control/store/temporary.ts';
import { root } from '../support/root.ts';

/** The settings of a unit file; of one that is there twice, all values. */
function settings(file: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of readFileSync(join(root, file), 'utf8').split('\n')) {
    const [, name = '', value = ''] = /^([A-Z][A-Za-z]+)=(.*)$/.exec(line) ?? [];
    if (name !== '') found.set(name, found.has(name) ? `${found.get(name) ?? ''} ${value}` : value);
  }
  return found;
}

describe('the unit', () => {
  const unit = settings('systemd/debian/strowger.service');

  it('gives the edge a user of its own, no capability but that for low ports, and no way to gain another', () => {
    assert.deepEqual(
      ['User', 'CapabilityBoundingSet', 'AmbientCapabilities', 'NoNewPrivileges', 'RestrictSUIDSGID'].map(
        (name) => unit.get(name),
      ),
      ['strowger', 'CAP_NET_BIND_SERVICE', 'CAP_NET_BIND_SERVICE', 'yes', 'yes'],
    );
  });

  it('shows it no more of the machine than it needs, and leaves nothing of its memory behind', () => {
    for (const name of [
      'ProtectHome',
      'PrivateTmp',
      'PrivateDevices',
      'ProtectClock',
      'ProtectHostname',
      'ProtectControlGroups',
      'ProtectKernelLogs',
      'ProtectKernelModules',
      'ProtectKernelTunables',
      'RestrictNamespaces',
      'RestrictRealtime',
      'LockPersonality',
      'RemoveIPC',
    ])
      assert.equal(unit.get(name), 'yes', name);
    assert.equal(unit.get('ProtectSystem'), 'strict');
    assert.equal(unit.get('ProtectProc'), 'invisible');
    assert.equal(unit.get('LimitCORE'), '0');
    assert.match(unit.get('SystemCallFilter') ?? '', /~.*@privileged.*@debug/);
  });

  it('keeps its files from others', () => {
    assert.equal(unit.get('UMask'), '0027');
    assert.equal(unit.get('StateDirectoryMode'), '0750');
  });
});

describe('the data folder', () => {
  it('is closed to others, and its keys to the group, whatever the umask', () => {
    const before = process.umask(0);
    try {
      const directory = join(temporaryDirectory(), 'data');
      const source = keySource({ data: directory }, () => undefined);
      Vault.open(source, temporaryStore(directory), systemRandom);
      const mode = (name: string): string => (statSync(join(directory, name)).mode & 0o777).toString(8);
      assert.deepEqual([mode('.'), mode('keys'), mode('keys/seal.key')], ['750', '700', '600']);
    } finally {
      process.umask(before);
    }
  });
});
