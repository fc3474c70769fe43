import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { fail, ok } from '../../../control/base/result.ts';
import type { FetchSound, SoundAnswer, SoundRequest } from '../../../media/sounds/fetch.ts';
import { Sounds, type Prepared, type SoundsOptions } from '../../../media/sounds/sounds.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { sine, wavOf } from './files.ts';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const url = 'https://example.com/hello.wav';
const minuteMs = 60_000;

describe('sounds', () => {
  let folder: string;
  let sounds: Sounds;
  let clock: FakeClock;
  let asked: SoundRequest[];
  let answer: (request: SoundRequest) => SoundAnswer | Promise<SoundAnswer>;
  const fetchSound: FetchSound = async (request) => {
    asked.push(request);
    return answer(request);
  };
  const open = (options: Partial<SoundsOptions> = {}) =>
    Sounds.open({ clock, folder, fetchSound, cacheMaxBytes: 1_000_000, decoders: 1, ...options });
  const wav = (frequencyHz = 440, revalidation = {}): SoundAnswer => ({
    kind: 'sound',
    bytes: wavOf(sine(frequencyHz, 500)),
    contentType: 'audio/wav',
    freshness: { freshUntilMs: clock.now() + minuteMs, revalidation },
  });
  const fileOf = (prepared: Prepared): string => {
    assert.ok(prepared.ok, JSON.stringify(prepared));
    return prepared.value.file;
  };
  const why = (prepared: Prepared): string => (prepared.ok ? 'none' : prepared.error.why);

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sounds-'));
    clock = new FakeClock();
    asked = [];
    answer = () => wav();
    sounds = await open();
  });
  afterEach(async () => {
    await sounds.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('are samples in a file', async () => {
    const prepared = await sounds.fromBytes(wavOf(sine(440, 500)), 'audio/wav');
    const bytes = readFileSync(fileOf(prepared));
    const samples = new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    assert.equal(prepared.ok && prepared.value.durationMs, 500);
    assert.deepEqual(samples, sine(440, 500));
  });

  it('of one content are one file, after a restart too', async () => {
    const first = await sounds.fromBytes(wavOf(sine(440, 500)), 'audio/wav');
    await sounds.close();
    sounds = await open();
    assert.deepEqual(await sounds.fromBytes(wavOf(sine(440, 500)), 'audio/wav'), first);
    assert.equal(sounds.size.sounds, 1);
  });

  it('leave the memory of others alone', async () => {
    const pool = Buffer.concat([Buffer.from('before'), wavOf(sine(440, 500))]);
    assert.ok((await sounds.fromBytes(pool.subarray(6), 'audio/wav')).ok);
    assert.equal(pool.toString('latin1', 0, 10), 'beforeRIFF');
  });

  it('are fetched once while they are fresh', async () => {
    const first = await sounds.fromUrl('AC1', url);
    clock.advance(minuteMs - 1);
    assert.deepEqual(await sounds.fromUrl('AC1', url), first);
    assert.equal(asked.length, 1);
    clock.advance(1);
    assert.deepEqual(await sounds.fromUrl('AC1', url), first);
    assert.equal(asked.length, 2);
  });

  it('are asked after when they are stale, and stay when they have not changed', async () => {
    answer = () => wav(440, { 'if-none-match': '"1"' });
    const first = await sounds.fromUrl('AC1', url);
    clock.advance(minuteMs);
    answer = () => ({
      kind: 'unchanged',
      freshness: { freshUntilMs: clock.now() + minuteMs, revalidation: { 'if-none-match': '"1"' } },
    });
    assert.deepEqual(await sounds.fromUrl('AC1', url), first);
    assert.deepEqual(asked[1]?.revalidation, { 'if-none-match': '"1"' });
    assert.deepEqual(await sounds.fromUrl('AC1', url), first);
    assert.equal(asked.length, 2);
  });

  it('are new when they have changed', async () => {
    const first = await sounds.fromUrl('AC1', url);
    clock.advance(minuteMs);
    answer = () => wav(880);
    assert.notDeepEqual(await sounds.fromUrl('AC1', url), first);
  });

  it('that must not be kept are fetched each time', async () => {
    answer = () => ({ kind: 'sound', bytes: wavOf(sine(440, 20)), contentType: 'audio/wav' });
    await sounds.fromUrl('AC1', url);
    await sounds.fromUrl('AC1', url);
    assert.equal(asked.length, 2);
  });

  it('are not asked after when their file is gone', async () => {
    await sounds.close();
    sounds = await open({ cacheMaxBytes: 8_000 });
    answer = ({ url: asked }) => wav(asked === url ? 440 : 880, { 'if-none-match': '"1"' });
    await sounds.fromUrl('AC1', url);
    await sounds.fromUrl('AC1', 'https://example.com/other.wav');
    assert.ok((await sounds.fromUrl('AC1', url)).ok);
    assert.deepEqual(asked[2]?.revalidation, {});
  });

  it('are fetched and decoded once for several calls that ask at once', async () => {
    const releases: (() => void)[] = [];
    answer = async () => {
      await new Promise<void>((resolve) => releases.push(resolve));
      return wav();
    };
    const all = Array.from({ length: 20 }, () => sounds.fromUrl('AC1', url));
    all.push(sounds.fromUrl('AC2', url));
    await settle();
    assert.equal(asked.length, 2);
    for (const release of releases) release();
    assert.equal(new Set((await Promise.all(all)).map(fileOf)).size, 1);
    assert.equal(asked.length, 2);
  });

  it('of one tenant do not wait for those of another', async () => {
    let waiting = 0;
    const never = new Promise<SoundAnswer>(() => undefined);
    answer = ({ url: which }) => {
      if (!which.startsWith('https://slow.')) return wav();
      waiting++;
      return never;
    };
    for (let i = 0; i < 50; i++) void sounds.fromUrl('AC1', `https://slow.example.com/${i}.wav`);
    assert.ok((await sounds.fromUrl('AC2', url)).ok);
    assert.equal(waiting, 8);
  });

  it('say why there is none', async () => {
    answer = () => ({ kind: 'refused', fault: { why: 'not-found', detail: 'HTTP 404', code: 11200 } });
    assert.deepEqual(
      await sounds.fromUrl('AC1', url),
      fail({ why: 'not-found', detail: 'HTTP 404', code: 11200 }),
    );
    answer = () => ({ kind: 'unchanged', freshness: { freshUntilMs: 0, revalidation: {} } });
    assert.equal(why(await sounds.fromUrl('AC1', url)), 'unreachable');
    assert.equal(why(await sounds.fromBytes(new TextEncoder().encode('<html>'), 'text/html')), 'unsupported');
    assert.equal(why(await sounds.fromBytes(new Uint8Array(0), 'audio/wav')), 'damaged');
    await sounds.close();
    sounds = await open({ soundMaxBytes: 5_000, durationMaxMs: 100 });
    assert.equal(why(await sounds.fromBytes(wavOf(sine(440, 500)), 'audio/wav')), 'too-large');
    assert.equal(why(await sounds.fromBytes(wavOf(sine(440, 200)), 'audio/wav')), 'too-long');
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith('unfinished')),
      [],
    );
  });

  it('cannot be written without their folder', async () => {
    rmSync(folder, { recursive: true, force: true });
    assert.equal(why(await sounds.fromBytes(wavOf(sine(440, 20)), 'audio/wav')), 'disk');
  });

  it('with a name are made once', async () => {
    let made = 0;
    const make = async () => {
      made++;
      await settle();
      return ok({ bytes: wavOf(sine(440, 20)), contentType: 'audio/wav' });
    };
    const [first, second] = await Promise.all([
      sounds.named(['a', 'b'], make),
      sounds.named(['a', 'b'], make),
    ]);
    assert.deepEqual(first, second);
    assert.deepEqual(await sounds.named(['a', 'b'], make), first);
    assert.equal(made, 1);
    assert.notDeepEqual(await sounds.named(['ab', ''], make), first);
    assert.deepEqual(
      await sounds.named(['c'], async () => Promise.resolve(fail({ why: 'timeout', detail: 'x' }))),
      fail({ why: 'timeout', detail: 'x' }),
    );
    assert.equal(made, 2);
  });

  it('stay while they are held', async () => {
    await sounds.close();
    sounds = await open({ cacheMaxBytes: 8_000 });
    const music = await sounds.fromBytes(wavOf(sine(440, 500)), 'audio/wav');
    assert.ok(music.ok);
    const release = sounds.hold(music.value);
    const other = await sounds.fromBytes(wavOf(sine(880, 500)), 'audio/wav');
    assert.ok(readFileSync(fileOf(music)).length > 0);
    release();
    await sounds.fromBytes(wavOf(sine(660, 500)), 'audio/wav');
    assert.throws(() => readFileSync(fileOf(music)), /ENOENT/);
    assert.throws(() => readFileSync(fileOf(other)), /ENOENT/);
  });

  it('of our own making are made once, and stay', async () => {
    await sounds.close();
    sounds = await open({ cacheMaxBytes: 100_000 });
    const [music, same] = await Promise.all([sounds.music(), sounds.music()]);
    assert.equal(fileOf(music), fileOf(same));
    assert.equal(music.ok && music.value.durationMs, 51_200);
    await sounds.fromBytes(wavOf(sine(440, 500)), 'audio/wav');
    assert.equal(readFileSync(fileOf(await sounds.music())).length, 51_200 * 16);
    assert.equal(asked.length, 0);
  });
});
