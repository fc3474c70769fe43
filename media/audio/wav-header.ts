import { sampleRateHz } from './frame.ts';

/** Octets before the samples: RIFF, a 16-octet `fmt `, `data`. */
export const wavHeaderBytes = 44;
/** A length that is not known yet. Readers take it for "until the end of the file". */
export const unknownLength = 0xffff_ffff;

/** The header of a WAV file of 16-bit samples at 8 kHz. `dataBytes`: of samples, or `unknownLength`. */
export function wavHeader(channels: number, dataBytes: number): Buffer {
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
