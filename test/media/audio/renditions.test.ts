import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { Renditions } from '../../../media/audio/files/renditions.ts';
import { wavHeader, wavHeaderBytes } from '../../../media/audio/files/wav-header.ts';

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A recording of these samples, both channels side by side. */
function recording(channels: 1 | 2, samples: readonly number[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'strowger-renditions-'));
  folders.push(folder);
  const file = join(folder, 'RE1.wav');
  const data = Buffer.from(new Int16Array(samples).buffer);
  writeFileSync(file, Buffer.concat([wavHeader(channels, data.length), data]));
  return file;
}

const samplesOf = (file: string): number[] => {
  const data = readFileSync(file).subarray(wavHeaderBytes);
  return Array.from({ length: data.length / 2 }, (_, i) => data.readInt16LE(2 * i));
};

describe('renditions of a recording', () => {
  it('are the recording itself where nothing else is asked for', async () => {
    const wav = recording(1, [1, 2, 3]);
    const file = await new Renditions().file(wav, { format: 'wav', mono: false });
    assert.deepEqual(file, { path: wav, bytes: wavHeaderBytes + 6 });
  });

  it('mix two channels without overflow', async () => {
    const pairs = [1, 2, -3, 5, 30_000, 30_000, -30_000, -30_000];
    const many = Array.from({ length: 20_000 }, (_, i) => i % 100);
    const wav = recording(2, [...pairs, ...many]);
    const file = await new Renditions().file(wav, { format: 'wav', mono: true });
    const mixed = samplesOf(file!.path);
    assert.deepEqual(mixed.slice(0, 4), [3, 2, 32_767, -32_768]);
    assert.equal(mixed.length, (pairs.length + many.length) / 2);
    assert.deepEqual(
      mixed.slice(4),
      Array.from({ length: 10_000 }, (_, i) => ((2 * i) % 100) + ((2 * i + 1) % 100)),
    );
    assert.deepEqual(readFileSync(file!.path).subarray(0, wavHeaderBytes), wavHeader(1, 2 * mixed.length));
  });

  it('are made once, as MP3 of one channel or two', async () => {
    const wav = recording(
      2,
      Array.from({ length: 16_000 }, (_, i) => Math.round(8_000 * Math.sin(i / 5))),
    );
    const renditions = new Renditions();
    const asked = [
      { format: 'mp3', mono: false },
      { format: 'mp3', mono: false },
      { format: 'mp3', mono: true },
    ] as const;
    const [one, again, mono] = await Promise.all(asked.map((each) => renditions.file(wav, each)));
    assert.deepEqual(one, again);
    for (const { path, bytes } of [one!, mono!]) {
      const data = readFileSync(path);
      assert.equal(data.length, bytes);
      // The eleven set bits that every frame of an MP3 begins with.
      assert.equal(data.readUInt16BE(0) & 0xffe0, 0xffe0);
    }
    assert.ok(mono!.bytes < one!.bytes);
  });

  it('are refused of what is no recording of ours, leaving nothing', async () => {
    const wav = recording(1, [1, 2, 3]);
    const renditions = new Renditions();
    assert.equal(await renditions.file(wav, { format: 'wav', mono: true }), undefined);
    writeFileSync(wav, 'no sound at all, but longer than the header of a WAV file would be');
    assert.equal(await renditions.file(wav, { format: 'mp3', mono: false }), undefined);
    assert.equal(await renditions.file(`${wav}.gone.wav`, { format: 'mp3', mono: true }), undefined);
    assert.deepEqual(readdirSync(join(wav, '..')), ['RE1.wav']);
  });

  it('go with the recording, also those that are being made', async () => {
    const wav = recording(
      2,
      Array.from({ length: 16_000 }, () => 1),
    );
    const renditions = new Renditions();
    await renditions.file(wav, { format: 'wav', mono: true });
    const making = renditions.file(wav, { format: 'mp3', mono: true });
    await renditions.remove(wav);
    await making;
    assert.equal(existsSync(wav), false);
    assert.deepEqual(readdirSync(join(wav, '..')), []);
  });
});
