import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { systemClock } from '../../../control/base/clock.ts';
import { systemRandom } from '../../../control/base/random.ts';
import { ImageWatch } from '../../../control/prefixes/image-watch.ts';
import { readImage, section, writeImage } from '../../../control/prefixes/image.ts';
import { Images } from '../../../control/prefixes/images.ts';
import { Store } from '../../../control/store/store.ts';

const folder = mkdtempSync(join(tmpdir(), 'strowger-images-'));
const store = new Store(folder);
after(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});
const images = new Images({ store, clock: systemClock, random: systemRandom });

const bytesOf = async (name: string): Promise<Buffer | undefined> => {
  const head = images.head(name);
  const bytes = head === undefined ? undefined : await images.read(name, head);
  return bytes === undefined ? undefined : Buffer.from(bytes);
};

describe('Images', () => {
  it('keep bytes of many chunks, and put a new version in the place of the old one', async () => {
    const large = systemRandom.bytes(5_000_000);
    await images.write('large', large);
    const old = images.head('large');
    assert.equal(large.equals((await bytesOf('large')) ?? Buffer.alloc(0)), true);
    await images.write('large', Buffer.from('small'));
    assert.equal((await bytesOf('large'))?.toString(), 'small');
    assert.equal(
      await images.read('large', old!),
      undefined,
      'the old version is gone, not mixed with the new one',
    );
  });

  it('are gone when they are removed', async () => {
    await images.write('brief', Buffer.from('here'));
    assert.equal(await images.remove('brief'), true);
    assert.equal(await bytesOf('brief'), undefined);
    assert.equal(await images.remove('brief'), false);
  });

  it('let one of two writers at once win whole', async () => {
    const settled = await Promise.allSettled(
      ['a', 'b'].map((letter) => images.write('contested', Buffer.alloc(9_000_000, letter))),
    );
    assert.equal(
      settled.some(({ status }) => status === 'fulfilled'),
      true,
    );
    const kept = await bytesOf('contested');
    assert.equal(new Set(kept).size, 1, 'of one writer alone');
  });
});

describe('writeImage', () => {
  it('makes bytes of arrays, and readImage arrays of them', () => {
    const sections = {
      keys: Float64Array.of(1.5, 2 ** 52),
      odd: Uint8Array.of(1, 2, 3),
      parents: Int32Array.of(-1, 7),
      small: Uint16Array.of(65_535),
      starts: Uint32Array.of(4_000_000_000),
    };
    const bytes = writeImage({ header: { words: ['ü'] }, sections });
    const image = readImage(new Uint8Array(bytes).buffer);
    assert.deepEqual(image, { header: { words: ['ü'] }, sections });
    assert.throws(() => section(image, 'u8', 'keys'), /no section keys/);
  });
});

describe('ImageWatch', () => {
  it('hands over what is new, and says what is gone', async () => {
    const seen: (readonly [string, string | undefined])[] = [];
    const watch = new ImageWatch(
      { images, clock: systemClock },
      'watched/',
      (name, bytes) =>
        void seen.push([name, bytes === undefined ? undefined : Buffer.from(bytes).toString()]),
      (name, reason) => assert.fail(`${name}: ${reason}`),
    );
    await images.write('watched/a', Buffer.from('one'));
    await images.write('other', Buffer.from('not watched'));
    await watch.look();
    await watch.look();
    await images.write('watched/a', Buffer.from('two'));
    await watch.look();
    await images.remove('watched/a');
    await watch.look();
    assert.deepEqual(seen, [
      ['watched/a', 'one'],
      ['watched/a', 'two'],
      ['watched/a', undefined],
    ]);
  });

  it('goes on after an image that cannot be used, and tries it again', async () => {
    await images.write('bad/a', Buffer.from('a'));
    const troubles: string[] = [];
    let works = false;
    const watch = new ImageWatch(
      { images, clock: systemClock },
      'bad/',
      () => {
        if (!works) throw new Error('of a newer build');
      },
      (name, reason) => void troubles.push(`${name} ${reason}`),
    );
    await watch.look();
    assert.deepEqual(troubles, ['bad/a Error: of a newer build']);
    works = true;
    await watch.look();
    assert.equal(troubles.length, 1);
  });
});
