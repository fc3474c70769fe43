const rate = 8_000;
const headerBytes = 44;

/** 440 Hz as 16-bit samples, 8 kHz mono, at a quarter of full scale. */
export function toneSamples(durationMs: number): Buffer {
  const samples = Math.round((durationMs * rate) / 1000);
  const bytes = Buffer.alloc(samples * 2);
  for (let i = 0; i < samples; i++) {
    bytes.writeInt16LE(Math.round(8_192 * Math.sin((2 * Math.PI * 440 * i) / rate)), i * 2);
  }
  return bytes;
}

/** The same as a WAV file. */
export function toneWav(durationMs: number): Buffer {
  const samples = toneSamples(durationMs);
  const header = Buffer.alloc(headerBytes);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(headerBytes - 8 + samples.length, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(samples.length, 40);
  return Buffer.concat([header, samples]);
}
