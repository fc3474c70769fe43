import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, it } from 'node:test';
import { root } from '../support/root.ts';

/** The floor of each room; imports go down, or stay within the room. See ARCHITECTURE.md. */
const floors: readonly (readonly [prefix: string, floor: number])[] = [
  ['edge/http/config.ts', 1],
  ['edge/messaging/config.ts', 1],
  ['edge/http/', 4],
  ['edge/console/', 4],
  ['edge/api/', 3],
  ['edge/messaging/', 2],
  ['edge/loopback/', 2],
  ['edge/capture/', 2],
  ['edge/trials/', 2],
  ['edge/smpp/', 1],
  ['edge/sip/', 1],
  ['edge/voice/', 2],
  ['edge/twiml/', 1],
  ['edge/webhook/', 1],
  ['edge/', 5],
  ['control/base/', 0],
  ['control/', 1],
  ['media/', 1],
];

const sources = execFileSync('git', ['ls-files', '--', 'edge', 'control', 'media'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'));

const floorOf = (file: string): number => floors.find(([prefix]) => file.startsWith(prefix))?.[1] ?? 0;

/** The room a file belongs to: its plane and folder. */
const roomOf = (file: string): string => file.split('/').slice(0, 2).join('/');

function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return Array.from(text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g), ([, path = '']) =>
    normalize(join(dirname(file), path)),
  );
}

const graph = new Map(sources.map((file) => [file, importsOf(file)]));

describe('the house', () => {
  it('imports only downward', () => {
    const climbing: string[] = [];
    for (const [file, imports] of graph) {
      for (const imported of imports) {
        if (floorOf(imported) > floorOf(file)) climbing.push(`${file} imports ${imported}`);
      }
    }
    assert.deepEqual(climbing, []);
  });

  it('keeps protocol rooms apart', () => {
    const protocols = new Set(['edge/smpp', 'edge/sip', 'edge/twiml', 'edge/webhook']);
    const meeting: string[] = [];
    for (const [file, imports] of graph) {
      for (const imported of imports) {
        const [from, to] = [roomOf(file), roomOf(imported)];
        if (protocols.has(from) && protocols.has(to) && from !== to)
          meeting.push(`${file} imports ${imported}`);
      }
    }
    assert.deepEqual(meeting, []);
  });

  it('goes in no circles', () => {
    const state = new Map<string, 'open' | 'done'>();
    const circles: string[] = [];
    const visit = (file: string, path: readonly string[]): void => {
      if (state.get(file) === 'done') return;
      if (state.get(file) === 'open') {
        circles.push([...path.slice(path.indexOf(file)), file].join(' > '));
        return;
      }
      state.set(file, 'open');
      for (const imported of graph.get(file) ?? []) if (graph.has(imported)) visit(imported, [...path, file]);
      state.set(file, 'done');
    };
    for (const file of sources) visit(file, []);
    assert.deepEqual(circles, []);
  });

  it('reads the environment in one file', () => {
    const readers = sources.filter((file) => /process\.env\b/.test(readFileSync(join(root, file), 'utf8')));
    assert.deepEqual(readers, ['control/config/environment.ts']);
  });

  it('imports uWebSockets.js, pcap, unix-dgram and lmdb in one place each', () => {
    const importers = (name: string): string[] =>
      sources.filter((file) => readFileSync(join(root, file), 'utf8').includes(`from '${name}'`));
    assert.deepEqual(importers('uWebSockets.js'), ['edge/http/uws.ts']);
    assert.deepEqual(importers('pcap'), ['edge/capture/process/sniffer.ts']);
    assert.deepEqual(importers('unix-dgram'), ['control/systemd/datagram.ts']);
    assert.deepEqual(importers('lmdb'), [
      'control/store/group-commit.ts',
      'control/store/store.ts',
      'control/store/table.ts',
    ]);
  });

  it('keeps files small', () => {
    const tables = new Set(['control/metrics/definitions.ts']);
    const large = sources.filter(
      (file) => !tables.has(file) && readFileSync(join(root, file), 'utf8').split('\n').length > 350,
    );
    assert.deepEqual(large, []);
  });
});
