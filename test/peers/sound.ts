import { execFileSync } from 'node:child_process';
import { toneShare, type HeardPacket } from './rtp-phone.ts';

/** A WAV file of one tone: 16-bit PCM, mono. */
export function toneWav(hz: number, durationMs: number, rateHz = 8_000): Buffer {
  const samples = Int16Array.from(
    { length: (durationMs * rateHz) / 1_000 },
    (_, i) => 10_000 * Math.sin((2 * Math.PI * hz * i) / rateHz),
  );
  return wavOf(samples, rateHz);
}

/** Samples as a WAV file. */
export function wavOf(samples: Int16Array, rateHz: number): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.byteLength, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rateHz, 24);
  header.writeUInt32LE(rateHz * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.byteLength, 40);
  return Buffer.concat([header, Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)]);
}

/** A WAV file of 16-bit PCM, channel by channel. */
export function readWav(bytes: Buffer): {
  readonly rateHz: number;
  readonly channels: readonly Int16Array[];
} {
  let at = 12;
  let [count, rateHz, bits] = [1, 8_000, 16];
  while (at + 8 <= bytes.length) {
    const [name, size] = [bytes.toString('latin1', at, at + 4), bytes.readUInt32LE(at + 4)];
    const begin = at + 8;
    if (name === 'fmt ') {
      count = bytes.readUInt16LE(begin + 2);
      rateHz = bytes.readUInt32LE(begin + 4);
      bits = bytes.readUInt16LE(begin + 14);
    } else if (name === 'data') {
      if (bits !== 16) throw new Error(`${bits} bits a sample`);
      const frames = Math.floor(Math.min(size, bytes.length - begin) / (2 * count));
      const channels = Array.from({ length: count }, (_, channel) =>
        Int16Array.from({ length: frames }, (__, i) => bytes.readInt16LE(begin + 2 * (i * count + channel))),
      );
      return { rateHz, channels };
    }
    at = begin + size + (size % 2);
  }
  throw new Error('a WAV file without data');
}

/** The level of each 20 ms, as RMS. */
export function levelsOf(samples: Int16Array, rateHz = 8_000): readonly number[] {
  const length = rateHz / 50;
  return Array.from({ length: Math.floor(samples.length / length) }, (_, frame) => {
    const begin = Math.round(frame * length);
    let energy = 0;
    for (let i = begin; i < begin + length; i++) energy += (samples[i] ?? 0) ** 2;
    return Math.sqrt(energy / length);
  });
}

/** How alike two courses of levels are, where one is laid best along the other: 1 is the same. */
export function likeness(pattern: readonly number[], heard: readonly number[]): number {
  let best = 0;
  for (let shift = -100; shift <= Math.max(0, heard.length - pattern.length) + 100; shift++) {
    const under = pattern.map((_, i) => heard[i + shift] ?? 0);
    best = Math.max(best, correlation(pattern, under));
  }
  return best;
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (all: readonly number[]): number => all.reduce((sum, one) => sum + one, 0) / all.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [together, ofA, ofB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [da, db] = [(a[i] ?? 0) - meanA, (b[i] ?? 0) - meanB];
    together += da * db;
    ofA += da * da;
    ofB += db * db;
  }
  return ofA === 0 || ofB === 0 ? 0 : together / Math.sqrt(ofA * ofB);
}

/** What was heard, laid out by the time stamps of its packets: where nothing came there is silence. */
export function inTime(packets: readonly HeardPacket[], samples: Int16Array): Int16Array {
  const sound = packets.filter(({ payloadType }) => payloadType === 0 || payloadType === 8);
  const first = sound[0]?.timestamp ?? 0;
  const last = sound.at(-1)?.timestamp ?? 0;
  const laid = new Int16Array(((last - first) >>> 0) + 160);
  for (const [i, { timestamp }] of sound.entries())
    laid.set(samples.subarray(160 * i, 160 * (i + 1)), (timestamp - first) >>> 0);
  return laid;
}

/** A tone's part of each 20 ms. Phases may jump between them: a phone's clock and the edge's are not the same. */
const sharesOf = (samples: Int16Array, hz: number): readonly number[] =>
  Array.from({ length: Math.floor(samples.length / 160) }, (_, frame) =>
    toneShare(samples.subarray(frame * 160, frame * 160 + 160), hz),
  );

/** Two bursts with less between them are one. */
const gapMaxMs = 60;

/** Where a tone is. */
export function burstsOf(
  samples: Int16Array,
  hz: number,
): readonly { readonly atMs: number; readonly lastsMs: number }[] {
  const bursts: { atMs: number; lastsMs: number }[] = [];
  for (const [frame, share] of sharesOf(samples, hz).entries()) {
    if (share < 0.8) continue;
    const last = bursts.at(-1);
    const atMs = frame * 20;
    if (last !== undefined && atMs - last.atMs - last.lastsMs <= gapMaxMs)
      last.lastsMs = atMs + 20 - last.atMs;
    else bursts.push({ atMs, lastsMs: 20 });
  }
  return bursts;
}

/** How long a tone is there, gaps left out. */
export const lengthOf = (samples: Int16Array | undefined, hz: number): number =>
  20 * sharesOf(samples ?? new Int16Array(), hz).filter((share) => share >= 0.8).length;

/** A tone's part of what is there, in the middle half: neither beginning nor end disturb. */
export function presence(samples: Int16Array | undefined, hz: number): number {
  const shares = sharesOf(samples ?? new Int16Array(), hz);
  const middle = shares.slice(shares.length >> 2, shares.length - (shares.length >> 2));
  return middle.reduce((sum, share) => sum + share, 0) / Math.max(1, middle.length);
}

/** What espeak-ng says, as levels of 20 ms. */
export function spoken(text: string): readonly number[] {
  const words = execFileSync('espeak-ng', ['-v', 'en-us', '-s', '160', '--stdout', text], {
    maxBuffer: 2 ** 24,
  });
  const { rateHz, channels } = readWav(words);
  return levelsOf(channels[0] ?? new Int16Array(), rateHz);
}
