/** Sound inside this room and everywhere in `media/`: 8 kHz, mono, signed 16-bit, in frames of 20 ms. */
export const sampleRateHz = 8_000;
export const frameMs = 20;
export const frameSamples = 160;
/** Samples in a millisecond. */
export const samplesPerMs = sampleRateHz / 1_000;

/**
 * What a read gave.
 * `frame`: `into` holds 160 samples; the last of a source may be padded with zeros.
 * `silence`: `into` holds 160 zeros: a pause, or what should be here has not come. The caller may leave the packet out.
 * `ended`: `into` is untouched, and every later read says the same.
 */
export type FrameRead = 'frame' | 'silence' | 'ended';

/**
 * Sound that is asked for, once a tick. A read never waits, never throws and allocates nothing; a source that gets its
 * sound from elsewhere reads ahead.
 */
export interface FrameSource {
  read(into: Int16Array): FrameRead;
  /** Gives back what it holds (files, buffers). Twice is once. Reads say `ended` afterwards. */
  close(): void;
}

/** Sound that is given, once a tick. */
export interface FrameSink {
  /** `frame` is the caller's again after the call: a sink that keeps it copies it. */
  write(frame: Int16Array): void;
}

export const newFrame = (): Int16Array => new Int16Array(frameSamples);

/** 160 zeros, shared; not to be written to. */
export const silentFrame: Int16Array = newFrame();

/** Frames in so many milliseconds, the last one begun counted whole. */
export const framesIn = (durationMs: number): number => Math.ceil(durationMs / frameMs);

/** The nearest 16-bit sample; what is beyond the range is cut. */
export const saturate = (value: number): number =>
  value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : Math.round(value);
