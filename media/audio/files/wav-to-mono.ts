import { open, unlink } from 'node:fs/promises';
import { fail, ok } from '../../../control/base/result.ts';
import type { Result } from '../../../control/base/result.ts';
import { sampleRateHz } from '../frame.ts';
import { ownHeader, wavHeader, wavHeaderBytes } from './wav-header.ts';

/** Mixed at once: a second. */
const blockFrames = sampleRateHz;

/** Mixes both channels of a recording of ours (see `WavWriter`) into one file. Of a refused one no file is left. */
export async function wavToMono(
  wav: string,
  mono: string,
): Promise<Result<{ readonly bytes: number }, 'unreadable' | 'foreign'>> {
  try {
    const input = await open(wav, 'r');
    try {
      const header = Buffer.alloc(wavHeaderBytes);
      await input.read(header, 0, wavHeaderBytes, 0);
      if (ownHeader(header) !== 2) return fail('foreign');
      const { size } = await input.stat();
      const dataBytes = 2 * Math.floor((size - wavHeaderBytes) / 4);
      return ok({
        bytes: await mix(mono, dataBytes, async (into, position) => {
          const { bytesRead } = await input.read(into, 0, into.length, wavHeaderBytes + position);
          return bytesRead;
        }),
      });
    } finally {
      await input.close();
    }
  } catch {
    await unlink(mono).catch(() => undefined);
    return fail('unreadable');
  }
}

async function mix(
  path: string,
  dataBytes: number,
  read: (into: Uint8Array, position: number) => Promise<number>,
): Promise<number> {
  const pairs = new Int16Array(2 * blockFrames);
  const block = new Uint8Array(pairs.buffer);
  const mixed = new Int16Array(blockFrames);
  const output = await open(path, 'w');
  try {
    await output.write(wavHeader(1, dataBytes), 0, wavHeaderBytes, 0);
    for (let written = 0; written < dataBytes;) {
      const frames = Math.min(Math.floor((await read(block, 2 * written)) / 4), (dataBytes - written) / 2);
      if (frames === 0) throw new Error('the recording is shorter than it was');
      for (let i = 0; i < frames; i++) {
        const sum = (pairs[2 * i] as number) + (pairs[2 * i + 1] as number);
        mixed[i] = Math.max(-32_768, Math.min(32_767, sum));
      }
      await output.write(
        new Uint8Array(mixed.buffer, 0, 2 * frames),
        0,
        2 * frames,
        wavHeaderBytes + written,
      );
      written += 2 * frames;
    }
    return wavHeaderBytes + dataBytes;
  } finally {
    await output.close();
  }
}
