import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as path } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createMp3Encoder } from 'wasm-media-encoders';
import { decodeSound, decodeSoundToFile } from '../../../media/audio/files/decode-sound.ts';
import type { DecodeOptions, SoundRefusal } from '../../../media/audio/files/decode-sound.ts';
import type { Encoding } from '../../../media/audio/files/pcm.ts';
import { soundKind } from '../../../media/audio/files/sniff.ts';
import { wavHeader } from '../../../media/audio/files/wav-header.ts';
import { wavToMp3 } from '../../../media/audio/files/wav-to-mp3.ts';
import { aiff, au, body, chunk, wav } from './file-makers.ts';
import { bytesOf } from './disk.ts';
import { join, levelAt, sines } from './support.ts';

const bounds: DecodeOptions = { maxDurationMs: 60_000, maxInputBytes: 10_000_000 };

/** A sine of half of full scale. */
const sine = (hz: number, rateHz: number, ms = 500): Float32Array =>
  Float32Array.from(
    { length: Math.round((ms * rateHz) / 1_000) },
    (_, n) => 0.5 * Math.sin((2 * Math.PI * hz * n) / rateHz),
  );

/** In pieces of any size. */
function* cut(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function decoded(
  bytes: Uint8Array,
  options: Partial<DecodeOptions> = {},
  size = 5_000,
): Promise<Int16Array | SoundRefusal> {
  const blocks: Int16Array[] = [];
  const result = await decodeSound(cut(bytes, size), { ...bounds, ...options }, (block) => {
    blocks.push(block.slice());
  });
  if (!result.ok) return result.error;
  const samples = join(...blocks);
  assert.equal(result.value.samples, samples.length);
  return samples;
}

/** Half of full scale is −6 dB; the level of a sine at this frequency, relative to that, in the middle of a sound. */
function error(samples: Int16Array | SoundRefusal, hz: number): number {
  assert.ok(typeof samples !== 'string', `refused: ${samples as string}`);
  const middle = samples.subarray(400, samples.length - 400);
  return levelAt(middle, hz) - levelAt(sines([hz], 400, 0), hz) - 20 * Math.log10(16_384 / 22_302);
}

async function mp3(hz: number, rateHz: number, channels: 1 | 2, ms = 3_000): Promise<Buffer> {
  const encoder = await createMp3Encoder();
  encoder.configure({ sampleRate: rateHz, channels, bitrate: 64 });
  const plane = sine(hz, rateHz, ms);
  const frames = Buffer.from(encoder.encode(channels === 2 ? [plane, plane] : [plane]));
  return Buffer.concat([frames, Buffer.from(encoder.finalize())]);
}

/** A sweep from 300 to 2,500 Hz of 0.24 s in GSM full rate, and the SHA-256 of what libgsm makes of it. */
const gsmSweep = {
  base64:
    '0bLkbeNQVX+ZBd2rXCuEkpLY2rRnNsBTexriJRm+rRCT0jPsbeNawv8RLusbZUMA5+wZfFDhgS6FXVmSoYClqWyI0nbsLaLl' +
    'RDadiU/Q44aX+wZ8gmakfoGaFSykQwN0KtZe0rjr6aLi5kjc0Svq26WDew/Qb1SjUCeKVqW6AmIuZsR/0vjsKaPwQoWaMjBt' +
    't2KFIZGtClvHyR1qdidb6IfYvI1C07jsKetcyHZusj7MiukBqZVMlcYkcPGYvF+UyRsNhsGo1Hnj6ezkqLiuriEqhMt2q3VY' +
    'q1CljJ1VvDSPKaykWMo61TzDbipQ6FGYh3LijSp+cqo1jlSnCKR1U8aU6Cpyp4401b6ELVFcp4o4aqMcpIcecaq442nGnHpx' +
    '1Ydb6WWHONaw1r2scRFxKJdNjbCxhMv045FVG2NnHg82Dp5p6sPTjda41/29MNJVLTkokbMj4SyJIpFI3JToqWN6NXBXpvyi' +
    'uCvY2XytEOpfzGbYjWcbdKn03K3FZLjoNxKy5tDta8bzkVkf',
  sha256: 'b2c20e180011e2d744421014c1dda0e55f2f2ca49711795511b669895b881641',
};

const encodings: readonly Encoding[] = ['u8', 's16', 's24', 's32', 'f32', 'f64', 'ulaw', 'alaw'];

describe('decodeSound', () => {
  for (const encoding of encodings) {
    it(`reads WAV of ${encoding}, extensible or not, mono and more`, async () => {
      for (const rateHz of [4_000, 8_000, 11_025, 44_100, 48_000, 192_000]) {
        for (const channels of [1, 2, 5]) {
          const planes = Array<Float32Array>(channels).fill(sine(700, rateHz));
          const file = wav(planes, { encoding, rateHz, extensible: channels > 1 });
          const samples = await decoded(file, {}, 977);
          assert.ok(Math.abs(error(samples, 700)) < 0.15, `${rateHz} Hz: ${error(samples, 700)} dB`);
          assert.equal(samples.length, Math.ceil((planes[0]!.length * 8_000) / rateHz), `${rateHz}`);
        }
      }
    });
  }

  it('gives samples of 16 bits at 8 kHz as they are, however they are cut', async () => {
    const sound = sines([440, 1_300], 300);
    const file = Buffer.concat([wavHeader(1, sound.length * 2), bytesOf(sound)]);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 500 }), async (size) => {
        assert.deepEqual(await decoded(file, {}, size), sound);
      }),
      { numRuns: 15 },
    );
  });

  it('passes over chunks it does not know, and lengths that lie', async () => {
    const plane = sine(700, 8_000);
    const junk = chunk('LIST', Buffer.alloc(301, 0x41));
    const plain = await decoded(wav([plane], { encoding: 's16', rateHz: 8_000 }));
    const odd = [
      wav([plane], { encoding: 's16', rateHz: 8_000, before: [junk, chunk('bext', Buffer.alloc(900))] }),
      ...[0, 0xffff_ffff, 1_000_000].map((claimedBytes) =>
        wav([plane], { encoding: 's16', rateHz: 8_000, claimedBytes }),
      ),
    ];
    for (const file of odd) assert.deepEqual(await decoded(file), plain);
    const shorter = await decoded(wav([plane], { encoding: 's16', rateHz: 8_000, claimedBytes: 2_000 }));
    assert.equal(shorter.length, 1_000);
    // A stretch after the samples is not sound.
    const trailing = Buffer.concat([wav([plane], { encoding: 's16', rateHz: 8_000 }), junk]);
    assert.deepEqual(await decoded(trailing), plain);
  });

  it('reads AIFF and AIFF-C', async () => {
    const plane = sine(700, 22_050);
    for (const [encoding, type] of [
      ['s8'],
      ['s16'],
      ['s24'],
      ['s32'],
      ['s16', 'sowt'],
      ['f32', 'fl32'],
      ['ulaw', 'ulaw'],
      ['alaw', 'ALAW'],
    ] as const) {
      const samples = await decoded(aiff([plane, plane], encoding, 22_050, type));
      assert.ok(Math.abs(error(samples, 700)) < 0.15, `${encoding} ${type}`);
    }
  });

  it("reads Sun's files and bare µ-law", async () => {
    const plane = sine(700, 8_000);
    for (const [code, encoding] of [
      [1, 'ulaw'],
      [3, 's16'],
      [6, 'f32'],
      [27, 'alaw'],
    ] as const)
      assert.ok(Math.abs(error(await decoded(au([plane], code, encoding, 8_000)), 700)) < 0.15);
    for (const contentType of ['audio/basic', 'AUDIO/x-mulaw; rate=8000'])
      assert.ok(Math.abs(error(await decoded(body('ulaw', [plane], true), { contentType }), 700)) < 0.15);
  });

  it('reads GSM to the last bit', async () => {
    const bytes = Buffer.from(gsmSweep.base64, 'base64');
    for (const size of [7, 33, 400]) {
      const samples = await decoded(bytes, { contentType: 'audio/x-gsm' }, size);
      assert.ok(typeof samples !== 'string');
      assert.equal(createHash('sha256').update(bytesOf(samples)).digest('hex'), gsmSweep.sha256);
    }
    bytes[33] = 0;
    assert.equal(await decoded(bytes, { contentType: 'audio/gsm' }), 'malformed');
  });

  it('reads MP3 of any rate, mono and stereo, with a tag in front', async () => {
    const tag = Buffer.concat([Buffer.from('ID3\x04\0\0\0\0\x07\x68', 'latin1'), Buffer.alloc(1_000)]);
    for (const rateHz of [8_000, 16_000, 22_050, 44_100, 48_000]) {
      for (const channels of [1, 2] as const) {
        const file = await mp3(700, rateHz, channels);
        for (const bytes of [file, Buffer.concat([tag, file])]) {
          const samples = await decoded(bytes);
          // The encoder puts silence at both ends, and lowers the sound by up to 1 dB.
          assert.ok(
            Math.abs(error(samples.slice(4_000, 20_000) as Int16Array, 700)) < 1,
            `${rateHz} Hz: ${error(samples, 700)} dB`,
          );
        }
      }
    }
  });

  it('leaves nothing of what is above 4 kHz', async () => {
    const samples = await decoded(wav([sine(5_000, 44_100)], { encoding: 's16', rateHz: 44_100 }));
    assert.ok(typeof samples !== 'string');
    assert.ok(samples.subarray(200, -200).every((sample) => Math.abs(sample) <= 2));
  });

  it('cuts what is louder than full scale', async () => {
    const loud = sine(700, 8_000).map((value) => (value === 0 ? Number.NaN : value * 1e30));
    const samples = await decoded(wav([loud], { encoding: 'f32', rateHz: 8_000 }));
    assert.ok(typeof samples !== 'string');
    assert.deepEqual([Math.max(...samples), Math.min(...samples)], [32_767, -32_768]);
  });

  it('refuses what it does not read, and says why', async () => {
    const good = wav([sine(700, 8_000)], { encoding: 's16', rateHz: 8_000 });
    const changed = (at: number, ...octets: number[]): Buffer => {
      const bytes = Buffer.from(good);
      bytes.set(octets, at);
      return bytes;
    };
    const cases: readonly (readonly [Uint8Array, SoundRefusal, Partial<DecodeOptions>?])[] = [
      [Buffer.alloc(0), 'empty'],
      [Buffer.from('RIFF'), 'unsupported'],
      [Buffer.from('<html>There is no sound here</html>'), 'unsupported', { contentType: 'audio/wav' }],
      [Buffer.from('<html>There is no sound here</html>'), 'malformed', { contentType: 'audio/mpeg' }],
      [Buffer.alloc(200_000, 0x55), 'malformed', { contentType: 'audio/mpeg' }],
      [good.subarray(0, 40), 'malformed'],
      [good.subarray(0, 44), 'empty'],
      [changed(20, 2), 'unsupported'],
      [changed(22, 0, 0), 'malformed'],
      [changed(22, 64, 0), 'unsupported'],
      [changed(24, 0, 1, 0, 0), 'unsupported'],
      [changed(12, 0x58), 'malformed'],
      [good, 'too-long', { maxDurationMs: 499 }],
      [good, 'too-large', { maxInputBytes: good.length - 1 }],
    ];
    for (const [bytes, refusal, options] of cases) assert.equal(await decoded(bytes, options), refusal);
  });

  it('stops early where the sound is longer than allowed', async () => {
    const endless = function* (): Generator<Uint8Array> {
      yield wavHeader(1, 0xffff_ffff);
      for (;;) yield new Uint8Array(8_000);
    };
    const result = await decodeSound(endless(), bounds, () => undefined);
    assert.deepEqual(result, { ok: false, error: 'too-long' });
  });

  it('says when the input breaks off or the output cannot be written', async () => {
    const good = wav([sine(700, 8_000, 3_000)], { encoding: 's16', rateHz: 8_000 });
    const breaking = function* (): Generator<Uint8Array> {
      yield good.subarray(0, 1_000);
      throw new Error('the connection was lost');
    };
    assert.deepEqual(await decodeSound(breaking(), bounds, () => undefined), {
      ok: false,
      error: 'unreadable',
    });
    const full = (): Promise<void> => Promise.reject(new Error('no space'));
    assert.deepEqual(await decodeSound([good], bounds, full), { ok: false, error: 'unwritable' });
  });

  it('writes prepared files, and leaves none of what is refused', async () => {
    const folder = await mkdtemp(path(tmpdir(), 'strowger-sound-'));
    try {
      const sound = sines([440], 2_500);
      const file = Buffer.concat([wavHeader(1, sound.length * 2), bytesOf(sound)]);
      const made = await decodeSoundToFile([file], path(folder, 'a'), bounds);
      assert.deepEqual(made, { ok: true, value: { samples: 20_000, durationMs: 2_500 } });
      assert.deepEqual(await readFile(path(folder, 'a')), Buffer.from(bytesOf(sound)));
      const refused = await decodeSoundToFile([file], path(folder, 'b'), { ...bounds, maxDurationMs: 2_000 });
      assert.deepEqual(refused, { ok: false, error: 'too-long' });
      assert.deepEqual(await readdir(folder), ['a']);
      const nowhere = await decodeSoundToFile([file], path(folder, 'no', 'c'), bounds);
      assert.deepEqual(nowhere, { ok: false, error: 'unwritable' });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('soundKind', () => {
  it('believes the bytes before the type', () => {
    const wave = Buffer.from('RIFF\0\0\0\0WAVE');
    assert.equal(soundKind(wave, 'audio/mpeg'), 'wav');
    assert.equal(soundKind(Buffer.from('ID3\x04'), 'text/plain'), 'mp3');
    assert.equal(soundKind(Uint8Array.of(0xff, 0xfb, 0x90, 0), undefined), 'mp3');
    assert.equal(soundKind(new Uint8Array(12).fill(0xff), 'audio/basic'), 'ulaw');
    assert.equal(soundKind(new Uint8Array(12).fill(0xff), undefined), undefined);
    assert.equal(soundKind(Buffer.from('{"error":1}'), 'application/json'), undefined);
  });
});

describe('wavToMp3', () => {
  it('keeps the sound of a recording, of each channel its own', async () => {
    const folder = await mkdtemp(path(tmpdir(), 'strowger-mp3-'));
    try {
      const [wavFile, mp3File] = [path(folder, 'r.wav'), path(folder, 'r.mp3')];
      const [left, right] = [sines([600], 3_100, -9), sines([1_500], 3_100, -9)];
      const both = Int16Array.from({ length: left.length * 2 }, (_, i) => (i & 1 ? right : left)[i >> 1]!);
      for (const [channels, sound] of [[1, left] as const, [2, both] as const]) {
        await writeFile(wavFile, Buffer.concat([wavHeader(channels, sound.length * 2), bytesOf(sound)]));
        const made = await wavToMp3(wavFile, mp3File);
        const bytes = await readFile(mp3File);
        assert.deepEqual(made, { ok: true, value: { bytes: bytes.length } });
        const samples = await decoded(bytes);
        assert.ok(typeof samples !== 'string');
        assert.ok(samples.length > 24_800 && samples.length < 26_500, `${samples.length}`);
        // The mean of two channels halves each.
        const lost = channels === 2 ? 6 : 0;
        assert.ok(Math.abs(levelAt(samples.subarray(2_000, 22_000), 600) + 9 + lost) < 0.7);
        if (channels === 2) assert.ok(Math.abs(levelAt(samples.subarray(2_000, 22_000), 1_500) + 15) < 0.7);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('refuses what is no recording of ours', async () => {
    const folder = await mkdtemp(path(tmpdir(), 'strowger-mp3-'));
    try {
      const file = path(folder, 'x.wav');
      assert.deepEqual(await wavToMp3(file, path(folder, 'x.mp3')), { ok: false, error: 'unreadable' });
      await writeFile(file, wav([sine(700, 44_100)], { encoding: 's16', rateHz: 44_100 }));
      assert.deepEqual(await wavToMp3(file, path(folder, 'x.mp3')), { ok: false, error: 'foreign' });
      await writeFile(file, wavHeader(1, 0));
      assert.deepEqual(await wavToMp3(file, path(folder, 'no', 'x.mp3')), { ok: false, error: 'unwritable' });
      assert.deepEqual(await readdir(folder), ['x.wav']);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
