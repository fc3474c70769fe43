import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { dispensable, openArchive, pointsOf, type Point } from '../../../control/backup/archive.ts';
import { DamagedBackup } from '../../../control/backup/blocks.ts';
import { rebuild } from '../../../control/backup/rebuild.ts';
import { takePoint } from '../../../control/backup/take.ts';
import { textKey } from '../../../control/store/keys.ts';
import { Store } from '../../../control/store/store.ts';
import type { Table, TableSpec } from '../../../control/store/table.ts';

const folder = mkdtempSync(join(tmpdir(), 'strowger-archive-'));
after(() => rmSync(folder, { recursive: true, force: true }));

interface Row {
  readonly value: string;
}
const left: TableSpec<string, Row> = { name: 'left', key: textKey, version: 1 };
const right: TableSpec<string, Row> = { ...left, name: 'right' };

const hourMs = 3_600_000;
const filler = 'x'.repeat(300);

/** A data folder with a store, an archive, and a clock that goes an hour with each point. */
function world(name: string) {
  const data = join(folder, name, 'data');
  const archive = join(folder, name, 'archive');
  mkdirSync(join(data, 'media'), { recursive: true });
  const store = new Store(data);
  let nowMs = Date.UTC(2026, 0, 1);
  const lefts: Table<string, Row> = store.table(left);
  const rights: Table<string, Row> = store.table(right);
  return {
    data,
    archive,
    store,
    lefts,
    rights,
    point: async (fullEveryMs = 24 * hourMs): Promise<Point> => {
      await openArchive(archive);
      nowMs += hourMs;
      return takePoint({ data, folders: ['media'], archive, nowMs, fullEveryMs });
    },
    rebuilt: async (point: Point) => {
      const to = mkdtempSync(join(folder, 'rebuilt-'));
      await rebuild(archive, await pointsOf(archive), point, {
        data: to,
        storeFile: join(to, 'store.lmdb'),
      });
      return to;
    },
  };
}

/** Everything in two tables of the store in this folder. */
async function contents(data: string): Promise<string> {
  const store = new Store(data);
  try {
    return JSON.stringify([left, right].map((spec) => Array.from(store.table(spec).entries())));
  } finally {
    await store.close();
  }
}

describe('an archive of points', () => {
  it('gives back each point as it was, and stores what has changed alone', async () => {
    const { data, store, lefts, rights, point, rebuilt, archive } = world('points');
    for (let i = 0; i < 20_000; i++) lefts.put(`row-${i}`, { value: `${i} ${filler}` });
    await store.durable();
    const taken: { readonly point: Point; readonly rows: string; readonly files: readonly string[] }[] = [];
    for (let round = 0; round < 4; round++) {
      for (let i = 0; i < 50; i++) lefts.put(`row-${i * 7 + round}`, { value: `round ${round}` });
      rights.put(`only-${round}`, { value: 'here' });
      lefts.remove(`row-${19_000 + round}`);
      await store.durable();
      writeFileSync(join(data, 'media', `file-${round}`), `file ${round}`);
      if (round === 2) rmSync(join(data, 'media', 'file-0'));
      if (round === 3) writeFileSync(join(data, 'media', 'file-1'), 'it has grown');
      taken.push({
        point: await point(),
        rows: await contents(data),
        files: readdirSync(join(data, 'media')).sort(),
      });
    }
    for (const { point: wanted, rows, files } of taken) {
      const to = await rebuilt(wanted);
      assert.equal(await contents(to), rows);
      assert.deepEqual(readdirSync(join(to, 'media')).sort(), files);
    }
    assert.equal(
      readFileSync(join(await rebuilt(taken[2]!.point), 'media', 'file-1'), 'utf8'),
      'file 1',
      'as it was at that point',
    );
    const [full, ...increments] = await pointsOf(archive);
    assert.equal(full?.previous, null);
    for (const increment of increments) {
      assert.ok(increment.changedBlocks > 0 && increment.changedBlocks < full.changedBlocks / 2);
      assert.deepEqual(
        readdirSync(join(archive, increment.name, 'files', 'media')).length <= 2,
        true,
        'files that have not changed are not copied again',
      );
    }
    await store.close();
  });

  it('is consistent while writers go on', async () => {
    const { store, lefts, rights, point, rebuilt } = world('busy');
    let writing = true;
    let written = 0;
    const writer = (async () => {
      while (writing) {
        written++;
        lefts.put('both', { value: String(written) });
        rights.put('both', { value: String(written) });
        lefts.put(`log-${written % 500}`, { value: filler });
        await store.durable();
      }
    })();
    const points: Point[] = [];
    for (let i = 0; i < 3; i++) points.push(await point());
    writing = false;
    await writer;
    let last = 0;
    for (const each of points) {
      const copy = new Store(await rebuilt(each));
      const one = copy.table(left).get('both');
      const other = copy.table(right).get('both');
      assert.deepEqual(one, other, 'what was committed together is there together');
      assert.ok(Number(one?.value) >= last);
      last = Number(one?.value);
      await copy.close();
    }
    assert.ok(written > last);
    await store.close();
  });

  it('begins anew with everything once the full point is old', async () => {
    const { store, lefts, point } = world('anew');
    lefts.put('a', { value: 'b' });
    await store.durable();
    const kinds = [];
    for (let i = 0; i < 5; i++) kinds.push((await point(3 * hourMs)).previous === null);
    assert.deepEqual(kinds, [true, false, false, true, false]);
    await store.close();
  });

  it('refuses what was damaged or tampered with', async () => {
    const { data, store, lefts, point, rebuilt, archive } = world('damage');
    lefts.put('a', { value: 'b' });
    await store.durable();
    writeFileSync(join(data, 'media', 'picture'), 'a picture');
    const first = await point();
    const part = (name: string) => join(archive, first.name, name);
    const spoil = async (file: string, change: (bytes: Buffer) => Buffer): Promise<void> => {
      const whole = readFileSync(file);
      writeFileSync(file, change(Buffer.from(whole)));
      await assert.rejects(rebuilt(first), DamagedBackup, file);
      writeFileSync(file, whole);
    };
    await spoil(part('store.blocks'), (bytes) => bytes.subarray(0, bytes.length - 20));
    await spoil(part('store.blocks'), (bytes) => {
      bytes[bytes.length >> 1]! ^= 1;
      return bytes;
    });
    await spoil(part('store.digests'), (bytes) => bytes.subarray(32));
    await spoil(part('files/media/picture'), () => Buffer.from('another'));
    await spoil(part('files.jsonl'), (bytes) =>
      Buffer.from(bytes.toString().replace('media/picture', '../../picture')),
    );
    await rebuilt(first);
    await store.close();
  });

  it('takes no draft for a point, and clears old ones away', async () => {
    const { store, lefts, point, archive } = world('drafts');
    lefts.put('a', { value: 'b' });
    await store.durable();
    await point();
    const [old, recent] = [join(archive, '.draft-old'), join(archive, '.draft-recent')];
    for (const draft of [old, recent]) mkdirSync(draft);
    const longAgo = Date.UTC(2025, 11, 1) / 1000;
    utimesSync(old, longAgo, longAgo);
    await point();
    assert.equal((await pointsOf(archive)).length, 2);
    assert.deepEqual(
      readdirSync(archive).filter((name) => name.startsWith('.draft')),
      ['.draft-recent'],
    );
    assert.equal(statSync(archive).mode & 0o077, 0, 'it holds the seal key');
    await store.close();
  });
});

describe('points that no moment needs any more', () => {
  const hours = (...made: readonly [number, number | null][]): readonly Point[] =>
    made.map(([hour, previous]) => ({
      name: String(hour),
      madeAtMs: hour,
      previous: previous === null ? null : String(previous),
      storeBytes: 1,
      changedBlocks: 1,
    }));
  const points = hours([1, null], [2, 1], [3, 2], [10, null], [11, 10], [12, 11]);
  const gone = (cutoff: number): readonly string[] => dispensable(points, cutoff).map(({ name }) => name);

  it('go, but never what a kept point builds on, nor what the data was like at the cutoff', () => {
    assert.deepEqual(gone(0), []);
    assert.deepEqual(gone(2), []);
    assert.deepEqual(gone(9), [], 'at 9 the data was as at 3');
    assert.deepEqual(gone(10), ['1', '2', '3']);
    assert.deepEqual(gone(100), ['1', '2', '3'], 'the newest point stays, with what it builds on');
    assert.deepEqual(gone(-Infinity), []);
  });
});
