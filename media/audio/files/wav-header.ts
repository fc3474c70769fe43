import { sampleRateHz } from '../frame.ts';

/** Octets before the samples: RIFF, a 16-octet `fmt `, `data`. */
export const wavHeaderBytes = 44;
/** A length that is not known yet. Readers take it for "until the end of the file". */
export const unknownLength = 0xffff_ffff;

/** What a recording of ours may have. */
export type Channels = 1 | 2;

/** The header of a WAV file of 16-bit samples at 8 kHz. `dataBytes`: of samples, or `unknownLength`. */
export function wavHeader(channels: Channels, dataBytes: number): Buffer {
  const header = Buffer.alloc(wavHeaderBytes);
  const frameBytes = 2 * channels;
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(Math.min(unknownLength, dataBytes + wavHeaderBytes - 8), 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(sampleRateHz, 24);
  header.writeUInt32LE(sampleRateHz * frameBytes, 28);
  header.writeUInt16LE(frameBytes, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(dataBytes, 40);
  return header;
}

/** The channels of a header that `wavHeader` made, whatever lengths it says; undefined for any other. */
export function ownHeader(found: Buffer): Channels | undefined {
  if (found.length < wavHeaderBytes) return undefined;
  const channels = found.readUInt16LE(22);
  if (channels !== 1 && channels !== 2) return undefined;
  const own = wavHeader(channels, 0);
  const same = (from: number, to: number): boolean => found.subarray(from, to).equals(own.subarray(from, to));
  return same(0, 4) && same(8, 40) ? channels : undefined;
}
