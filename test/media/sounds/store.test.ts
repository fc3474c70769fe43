import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { SoundStore } from '../../../media/sounds/store.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const key = (n: number): string => n.toString(16).padStart(64, '0');

describe('the store of prepared sounds', () => {
  let folder: string;
  const clock = new FakeClock();
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sounds-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const open = (maxBytes = 10_000) => SoundStore.open(folder, maxBytes, clock);
  const put = (store: SoundStore, n: number, bytes = 3_200) => {
    const file = store.unfinishedFile();
    writeFileSync(file, Buffer.alloc(bytes));
    return store.adopt(key(n), file);
  };

  it('gives back what was put in, with its duration', async () => {
    const store = await open();
    const sound = await put(store, 1);
    assert.deepEqual(store.find(key(1)), sound);
    assert.equal(sound.durationMs, 200);
    assert.deepEqual(readdirSync(folder), [`${key(1)}.s16`]);
  });

  it('removes the least recently used when there is too much', async () => {
    const store = await open();
    await put(store, 1);
    await put(store, 2);
    await put(store, 3);
    store.find(key(1));
    await put(store, 4);
    assert.equal(store.find(key(2)), undefined);
    assert.deepEqual(store.size, { sounds: 3, bytes: 9_600 });
    assert.deepEqual(
      readdirSync(folder).sort(),
      [1, 3, 4].map((n) => `${key(n)}.s16`),
    );
  });

  it('keeps what is held', async () => {
    const store = await open();
    const { file } = await put(store, 1);
    const release = store.hold(file);
    for (const n of [2, 3, 4, 5]) await put(store, n);
    assert.ok(existsSync(file));
    release();
    release();
    await put(store, 6);
    assert.ok(!existsSync(file));
    store.hold('/elsewhere')();
  });

  it('takes a sound that alone is larger than the bound', async () => {
    const store = await open();
    await put(store, 1);
    const { file } = await put(store, 2, 20_000);
    assert.ok(existsSync(file));
    assert.equal(store.find(key(1)), undefined);
  });

  it('replaces a sound by the same', async () => {
    const store = await open();
    await put(store, 1);
    await put(store, 1);
    assert.deepEqual(store.size, { sounds: 1, bytes: 3_200 });
  });

  it('finds everything again after a restart, in the order of its use, and sweeps what was not finished', async () => {
    const first = await open();
    for (const n of [1, 2, 3]) {
      const { file } = await put(first, n);
      utimesSync(file, n, n);
    }
    writeFileSync(first.unfinishedFile(), 'half a soun');
    writeFileSync(join(folder, `${key(9)}.s16`), 'odd');
    const second = await open(7_000);
    assert.equal(second.find(key(1)), undefined);
    assert.ok(second.find(key(2)));
    assert.deepEqual(second.size, { sounds: 2, bytes: 6_400 });
    assert.deepEqual(
      readdirSync(folder).sort(),
      [2, 3].map((n) => `${key(n)}.s16`),
    );
  });
});
