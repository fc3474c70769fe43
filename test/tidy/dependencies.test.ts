import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { root } from '../support/root.ts';
import { dependencyFaults, type Lock, type Manifest } from './dependencies.ts';

const read = (name: string): string => readFileSync(join(root, name), 'utf8');
const manifest = JSON.parse(read('package.json')) as Manifest;
const lock = JSON.parse(read('package-lock.json')) as Lock;
const npmrc = read('.npmrc');
const architecture = read('ARCHITECTURE.md');

const judge = (name: string, locked: Lock['packages'][string]): readonly string[] =>
  dependencyFaults(
    manifest,
    { lockfileVersion: 3, packages: { [`node_modules/${name}`]: locked } },
    npmrc,
    architecture,
  );

describe('dependencies', () => {
  it('are pinned by version and content, from the registry, under licences on the list, each with a reason', () => {
    assert.ok(Object.keys(lock.packages).length > 100);
    assert.deepEqual(dependencyFaults(manifest, lock, npmrc, architecture), []);
  });

  it('are found out where they are not', () => {
    const good = { version: '1.0.0', license: 'MIT', integrity: `sha512-${'A'.repeat(86)}==` };
    assert.deepEqual(judge('x', good), []);
    assert.match(judge('x', { ...good, version: '^1.0.0' }).join(), /exact version/);
    assert.match(judge('x', { ...good, integrity: 'sha1-AAAA' }).join(), /SHA-512/);
    assert.match(judge('x', { ...good, resolved: 'git+ssh://git@example.com/x.git' }).join(), /not from the/);
    assert.match(
      judge('x', { ...good, resolved: 'http://example.com/x.tgz' }).join(),
      /not from the registry/,
    );
    assert.match(judge('x', { ...good, license: 'AGPL-3.0' }).join(), /AGPL/);
    assert.match(judge('x', { version: '1.0.0', integrity: good.integrity }).join(), /licence is none/);
    assert.match(judge('x', { ...good, link: true }).join(), /link/);
    assert.match(judge('x', { ...good, hasInstallScript: true }).join(), /scripts/);
    assert.deepEqual(judge('a/node_modules/pcap', { ...good, hasInstallScript: true }), []);
    const drifting = { ...manifest, dependencies: { unheard: '~1.2.3' } };
    const faults = dependencyFaults(drifting, { lockfileVersion: 3, packages: {} }, '', architecture);
    assert.deepEqual(faults, [
      'package.json: unheard is ~1.2.3, not one exact version',
      'ARCHITECTURE.md does not say why unheard is here',
      '.npmrc: ignore-scripts=true is missing',
    ]);
  });
});
