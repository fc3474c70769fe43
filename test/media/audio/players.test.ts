import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { newFrame } from '../../../media/audio/frame.ts';
import type { FrameSource } from '../../../media/audio/frame.ts';
import { Playlist } from '../../../media/audio/playlist.ts';
import { SoundShelf } from '../../../media/audio/sound-shelf.ts';
import type { Playable } from '../../../media/media.ts';
import { bytesOf, FakeDisk, settle } from './disk.ts';
import { drain, join, samplesIn, silence } from './support.ts';

const ramp = (ms: number, from = 1): Int16Array =>
  Int16Array.from({ length: samplesIn(ms) }, (_, i) => ((i + from) % 30_000) + 1);

function diskWith(files: Readonly<Record<string, Int16Array>>): FakeDisk {
  const disk = new FakeDisk();
  for (const [name, samples] of Object.entries(files)) disk.files.set(name, bytesOf(samples));
  return disk;
}

const file = (name: string): Playable => ({ kind: 'file', file: name });

/** Reads to the end, letting the disk work between the frames. */
async function drainSlowly(source: FrameSource): Promise<Int16Array> {
  const parts: Int16Array[] = [];
  for (;;) {
    const frame = newFrame();
    if (source.read(frame) === 'ended') return join(...parts);
    parts.push(frame);
    await settle();
  }
}

describe('SoundShelf', () => {
  it('plays a short file whole, after silence while it is read', async () => {
    const shelf = new SoundShelf({ disk: diskWith({ a: ramp(50) }) });
    const source = shelf.open('a');
    assert.equal(source.read(newFrame()), 'silence');
    await settle();
    assert.deepEqual(drain(source), join(ramp(50), silence(10)));
    assert.equal(source.unreadable, false);
  });

  it('reads a short file once for all who play it', async () => {
    const disk = diskWith({ a: ramp(40) });
    const shelf = new SoundShelf({ disk });
    const sources = [shelf.open('a'), shelf.open('a')];
    await settle();
    sources.push(shelf.open('a'));
    for (const source of sources) assert.deepEqual(drain(source), ramp(40));
    assert.deepEqual([disk.reads, disk.openFiles, shelf.cachedBytes], [1, 0, 640]);
  });

  it('forgets the least recently opened, within its bound', async () => {
    const disk = diskWith({ a: ramp(40), b: ramp(40, 7), c: ramp(40, 9) });
    const shelf = new SoundShelf({ disk, cacheMaxBytes: 1_300 });
    for (const name of ['a', 'b', 'a', 'c']) {
      shelf.open(name);
      await settle();
    }
    assert.equal(shelf.cachedBytes, 1_280);
    assert.equal(disk.reads, 3);
    assert.deepEqual(drain(shelf.open('a')), ramp(40));
    const b = shelf.open('b');
    await settle();
    assert.deepEqual([drain(b), disk.reads], [ramp(40, 7), 4]);
  });

  it('reads a long file while it is played, and closes it', async () => {
    const disk = diskWith({ long: ramp(7_330) });
    const shelf = new SoundShelf({ disk, wholeMaxBytes: 1_000 });
    const source = shelf.open('long');
    await settle();
    const heard = await drainSlowly(source);
    assert.deepEqual(heard.subarray(0, samplesIn(7_330)), ramp(7_330));
    assert.ok(heard.subarray(samplesIn(7_330)).every((sample) => sample === 0));
    await settle();
    assert.deepEqual([disk.openFiles, shelf.starvedFrames, shelf.cachedBytes], [0, 0, 0]);
  });

  it('is silent while the disk is late, counts it, and goes on where it was', async () => {
    const disk = diskWith({ long: ramp(4_000) });
    const shelf = new SoundShelf({ disk, wholeMaxBytes: 1_000 });
    const source = shelf.open('long');
    await settle();
    disk.held = true;
    const before = drain(source, 130);
    assert.equal(shelf.starvedFrames, 30);
    disk.held = false;
    await settle();
    const after = await drainSlowly(source);
    assert.deepEqual(join(before.subarray(0, samplesIn(2_000)), after), ramp(4_000));
  });

  it('says what is not there, and what breaks while it is read', async () => {
    const disk = diskWith({ long: ramp(4_000) });
    const shelf = new SoundShelf({ disk, wholeMaxBytes: 1_000 });
    const [missing, breaking] = [shelf.open('missing'), shelf.open('long')];
    await settle();
    assert.equal(missing.read(newFrame()), 'ended');
    assert.equal(missing.unreadable, true);
    disk.broken = true;
    await drainSlowly(breaking);
    assert.equal(breaking.unreadable, true);
    await settle();
    assert.equal(disk.openFiles, 0);
  });

  it('closes what is closed before it has been opened', async () => {
    const disk = diskWith({ long: ramp(4_000) });
    const shelf = new SoundShelf({ disk, wholeMaxBytes: 1_000 });
    const source = shelf.open('long');
    source.close();
    await settle();
    assert.equal(source.read(newFrame()), 'ended');
    assert.equal(disk.openFiles, 0);
  });
});

describe('Playlist', () => {
  const disk = diskWith({ a: ramp(40), b: ramp(60, 500), empty: new Int16Array(0) });

  async function shelfWith(): Promise<SoundShelf> {
    const shelf = new SoundShelf({ disk });
    for (const name of ['a', 'b', 'empty']) shelf.open(name);
    await settle();
    return shelf;
  }

  it('plays one after another without a gap, as often as it is told', async () => {
    const shelf = await shelfWith();
    const items: Playable[] = [file('a'), { kind: 'silence', durationMs: 100 }, file('b')];
    const once = join(ramp(40), silence(100), ramp(60, 500));
    assert.deepEqual(drain(new Playlist(items, shelf)), once);
    assert.deepEqual(drain(new Playlist(items, shelf, 3)), join(once, once, once));
    assert.deepEqual(drain(new Playlist(items, shelf, 0), 1_000).length, 160_000);
  });

  it('plays tones', async () => {
    const tone: Playable = { kind: 'tone', tone: 'busy', durationMs: 1_500 };
    assert.equal(drain(new Playlist([tone], await shelfWith())).length, samplesIn(1_500));
  });

  it('passes over what cannot be read, and says so', async () => {
    const list = new Playlist([file('missing'), file('a')], await shelfWith());
    const heard = await drainSlowly(list);
    assert.deepEqual(heard.subarray(-samplesIn(40)), ramp(40));
    assert.equal(list.unreadable, true);
  });

  it('ends where a round gives no sound, however often it is to be repeated', async () => {
    const shelf = await shelfWith();
    for (const items of [[], [file('empty')], [file('empty'), file('empty')]])
      assert.equal(drain(new Playlist(items, shelf, 0)).length, 0);
    const missing = new Playlist([file('missing')], shelf, 0);
    await drainSlowly(missing);
    assert.equal(missing.unreadable, true);
  });

  it('closes what it had opened', async () => {
    const long = diskWith({ x: ramp(4_000), y: ramp(4_000) });
    const list = new Playlist([file('x'), file('y')], new SoundShelf({ disk: long, wholeMaxBytes: 1_000 }));
    await settle();
    drain(list, 10);
    assert.equal(long.openFiles, 2);
    list.close();
    await settle();
    assert.deepEqual([long.openFiles, list.read(newFrame())], [0, 'ended']);
  });
});
