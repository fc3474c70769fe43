/**
 * Why the bytes are not taken. `unsupported`: a kind of sound, or a variety of one, that is not read here.
 * `malformed`: they are not what they claim to be.
 */
export type SoundFault = 'unsupported' | 'malformed';

/** Mono samples, full scale ±1, valid only during the call. The rate may change between calls (in MP3). */
export type Hear = (samples: Float32Array, rateHz: number) => void;

/** Bytes of a sound file, in pieces of any length, to samples. After a fault nothing more is to be pushed. */
export interface SoundDecoder {
  push(bytes: Uint8Array, hear: Hear): SoundFault | undefined;
  /** No more bytes come. */
  end(hear: Hear): SoundFault | undefined;
  /** Gives its memory back. */
  close(): void;
}

/** Below 4 kHz there is no voice, above 192 kHz no recorder. */
export const rateMinHz = 4_000;
export const rateMaxHz = 192_000;
export const channelsMax = 32;
