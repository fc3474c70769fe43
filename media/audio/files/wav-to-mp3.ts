import { open, unlink } from 'node:fs/promises';
import { createMp3Encoder } from 'wasm-media-encoders';
import { fail, ok } from '../../../control/base/result.ts';
import type { Result } from '../../../control/base/result.ts';
import { sampleRateHz } from '../frame.ts';
import { ownHeader, wavHeaderBytes } from './wav-header.ts';
import type { Channels } from './wav-header.ts';

/** MPEG-2's lowest rate: 8 kHz would be the unofficial MPEG 2.5, which not every player knows. */
const outputSampleRate = 16_000;
const bitrates: Readonly<Record<Channels, 32 | 64>> = { 1: 32, 2: 64 };
/** Encoded at once: a second. */
const blockFrames = sampleRateHz;

/**
 * Makes an MP3 of a recording of ours (see `WavWriter`), 32 kbit/s for each channel. It takes about 0.3 % of the
 * recording's time of its thread's CPU: not for a thread in which calls have their sound. Of a refused one no file is
 * left.
 */
export async function wavToMp3(
  wav: string,
  mp3: string,
): Promise<Result<{ readonly bytes: number }, 'unreadable' | 'foreign' | 'unwritable'>> {
  try {
    const input = await open(wav, 'r');
    try {
      const header = Buffer.alloc(wavHeaderBytes);
      await input.read(header, 0, wavHeaderBytes, 0);
      const channels = ownHeader(header);
      if (channels === undefined) return fail('foreign');
      const bytes = await encode(channels, mp3, async (into, position) => {
        const { bytesRead } = await input.read(into, 0, into.length, wavHeaderBytes + position);
        return bytesRead;
      });
      return bytes === undefined ? fail('unwritable') : ok({ bytes });
    } finally {
      await input.close();
    }
  } catch {
    return fail('unreadable');
  }
}

/** Encodes what `read` gives into a file; undefined where that cannot be written. Refusals of `read` are passed on. */
async function encode(
  channels: Channels,
  path: string,
  read: (into: Uint8Array, position: number) => Promise<number>,
): Promise<number | undefined> {
  const encoder = await createMp3Encoder();
  encoder.configure({ sampleRate: sampleRateHz, channels, bitrate: bitrates[channels], outputSampleRate });
  const samples = new Int16Array(blockFrames * channels);
  const block = new Uint8Array(samples.buffer);
  const planes = Array.from({ length: channels }, () => new Float32Array(blockFrames));
  const output = await open(path, 'w').catch(() => undefined);
  if (output === undefined) return undefined;
  let bytes = 0;
  let done = false;
  try {
    // What the encoder gives is its own memory, and must be written before it is called again.
    const write = async (encoded: Uint8Array): Promise<boolean> => {
      bytes += encoded.length;
      return output.writeFile(encoded).then(
        () => true,
        () => false,
      );
    };
    for (let position = 0; ;) {
      const bytesRead = await read(block, position);
      const frames = Math.floor(bytesRead / (2 * channels));
      if (frames === 0) break;
      position += frames * 2 * channels;
      split(samples, planes, frames);
      if (!(await write(encoder.encode(planes.map((plane) => plane.subarray(0, frames)))))) return undefined;
    }
    done = await write(encoder.finalize());
    return done ? bytes : undefined;
  } finally {
    await output.close().catch(() => undefined);
    if (!done) await unlink(path).catch(() => undefined);
  }
}

/** Samples side by side to planes of ±1. */
function split(samples: Int16Array, planes: readonly Float32Array[], frames: number): void {
  planes.forEach((plane, channel) => {
    for (let i = 0; i < frames; i++) plane[i] = (samples[i * planes.length + channel] as number) / 32_768;
  });
}
