import { open } from 'node:fs/promises';
import { fail, ok } from '../../../control/base/result.ts';
import type { Result } from '../../../control/base/result.ts';
import { sampleRateHz } from '../frame.ts';
import { ownHeader, wavHeader, wavHeaderBytes } from './wav-header.ts';

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
      const { bytesRead } = await file.read(found, 0, wavHeaderBytes, 0);
      const channels = ownHeader(found.subarray(0, bytesRead));
      if (channels === undefined) return fail('foreign');
      const { size } = await file.stat();
      const frames = Math.floor((size - wavHeaderBytes) / (2 * channels));
      const dataBytes = frames * 2 * channels;
      const header = wavHeader(channels, dataBytes);
      const bytes = wavHeaderBytes + dataBytes;
      if (!found.equals(header)) {
        await file.write(header, 0, wavHeaderBytes, 0);
        await file.truncate(bytes);
        await file.datasync();
      }
      return ok({ durationMs: Math.floor((frames * 1_000) / sampleRateHz), bytes });
    } finally {
      await file.close();
    }
  } catch {
    return fail('unreadable');
  }
}
