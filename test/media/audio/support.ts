import { frameSamples, newFrame, sampleRateHz } from '../../../media/audio/frame.ts';
import type { FrameSource } from '../../../media/audio/frame.ts';
import { sinePeak } from '../../../media/audio/level.ts';
import { dice } from '../../fuzz/fuzzer.ts';

export const samplesIn = (ms: number): number => Math.round((ms * sampleRateHz) / 1_000);

export const silence = (ms: number): Int16Array => new Int16Array(samplesIn(ms));

/** Sines together, each of `dbm0`. */
export function sines(hz: readonly number[], ms: number, dbm0 = -13, rateHz = sampleRateHz): Int16Array {
  const peak = sinePeak(dbm0);
  return Int16Array.from({ length: Math.round((ms * rateHz) / 1_000) }, (_, n) =>
    Math.round(hz.reduce((sum, each) => sum + peak * Math.sin((2 * Math.PI * each * n) / rateHz), 0)),
  );
}

/** White noise of so many dBm0, the same for the same seed. */
export function noise(ms: number, dbm0: number, seed = 1): Int16Array {
  const chance = dice(seed);
  const peak = sinePeak(dbm0) * Math.sqrt(1.5);
  return Int16Array.from({ length: samplesIn(ms) }, () =>
    Math.round((chance.int(65_536) / 32_768 - 1) * peak),
  );
}

/**
 * Sound with the properties of a voice that detectors go by: a wandering pitch with harmonics, syllables of 180 ms
 * with gaps of 60 ms.
 */
export function babble(ms: number, dbm0 = -15): Int16Array {
  const peak = sinePeak(dbm0);
  let phase = 0;
  return Int16Array.from({ length: samplesIn(ms) }, (_, n) => {
    const t = n / sampleRateHz;
    phase += (2 * Math.PI * (140 + 30 * Math.sin(2 * Math.PI * 3 * t))) / sampleRateHz;
    const within = (t % 0.24) / 0.18;
    const envelope = within < 1 ? Math.sin(Math.PI * within) : 0;
    let sum = 0;
    for (let harmonic = 1; harmonic <= 12; harmonic++)
      sum += Math.sin(harmonic * phase) / Math.sqrt(harmonic);
    return Math.round((envelope * peak * sum) / 2);
  });
}

export function join(...parts: readonly Int16Array[]): Int16Array {
  const whole = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** One upon the other. */
export const mixed = (one: Int16Array, other: Int16Array): Int16Array =>
  one.map((sample, i) => sample + (other[i] ?? 0));

/** Cut into frames, the last one padded. */
export function frames(samples: Int16Array): Int16Array[] {
  return Array.from({ length: Math.ceil(samples.length / frameSamples) }, (_, i) => {
    const frame = newFrame();
    frame.set(samples.subarray(i * frameSamples, (i + 1) * frameSamples));
    return frame;
  });
}

/** Everything that a source gives, at most `mostFrames`. */
export function drain(source: FrameSource, mostFrames = 10_000): Int16Array {
  const parts: Int16Array[] = [];
  for (let i = 0; i < mostFrames; i++) {
    const frame = newFrame();
    if (source.read(frame) === 'ended') break;
    parts.push(frame);
  }
  return join(...parts);
}

/** The level of one frequency in dBm0, by correlation over all samples. */
export function levelAt(samples: Int16Array, hz: number, rateHz = sampleRateHz): number {
  let [re, im] = [0, 0];
  samples.forEach((sample, n) => {
    re += sample * Math.cos((2 * Math.PI * hz * n) / rateHz);
    im += sample * Math.sin((2 * Math.PI * hz * n) / rateHz);
  });
  const peak = (2 * Math.hypot(re, im)) / samples.length;
  return 20 * Math.log10(Math.max(peak, 1e-9) / sinePeak(0));
}
