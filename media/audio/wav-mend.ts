import { open } from 'node:fs/promises';
import { fail, ok } from '../../control/base/result.ts';
import type { Result } from '../../control/base/result.ts';
import { sampleRateHz } from './frame.ts';
import { wavHeader, wavHeaderBytes } from './wav-header.ts';

export interface MendedWav {
  readonly durationMs: number;
  readonly bytes: number;
}

/**
 * Mends the header of a recording that a crash has left (see `WavWriter`) by the length of its file. One that is whole
 * stays as it is. `foreign`: not written by us.
 */
export async function mendWav(path: string): Promise<Result<MendedWav, 'unreadable' | 'foreign'>> {
  try {
    const file = await open(path, 'r+');
    try {
      const found = Buffer.alloc(wavHeaderBytes);
      await file.read(found, 0, wavHeaderBytes, 0);
      const { size } = await file.stat();
      const channels = found.readUInt16LE(22);
      const frameBytes = 2 * channels;
      const frames = Math.max(0, Math.floor((size - wavHeaderBytes) / frameBytes));
      const header = wavHeader(channels, frames * frameBytes);
      const isOurs = (channels === 1 || channels === 2) && sameFormat(found, header);
      if (!isOurs) return fail('foreign');
      if (!found.equals(header)) {
        await file.write(header, 0, wavHeaderBytes, 0);
        await file.truncate(wavHeaderBytes + frames * frameBytes);
        await file.datasync();
      }
      const bytes = wavHeaderBytes + frames * frameBytes;
      return ok({ durationMs: Math.floor((frames * 1_000) / sampleRateHz), bytes });
    } finally {
      await file.close();
    }
  } catch {
    return fail('unreadable');
  }
}

/** Everything but the two lengths. */
const sameFormat = (one: Buffer, other: Buffer): boolean =>
  one.subarray(0, 4).equals(other.subarray(0, 4)) && one.subarray(8, 40).equals(other.subarray(8, 40));
