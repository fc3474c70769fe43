import { MPEGDecoder } from 'mpg123-decoder';
import { rateMaxHz, rateMinHz } from './sound-decoder.ts';
import type { Hear, SoundDecoder, SoundFault } from './sound-decoder.ts';

/** An array of the decoder's that lies in its own memory. */
interface Shared<T> {
  readonly ptr: number;
  readonly len: number;
  readonly buf: T;
}

/**
 * What `MPEGDecoder` keeps to itself. Its own loop repeats a read that fails for as long as it fails, and tells the
 * console of each; here the same calls are made with bounds. The package's version is fixed.
 */
interface Internals {
  readonly _common: {
    readonly wasm: {
      mpeg_decoder_feed(decoder: number, input: number, length: number): number;
      mpeg_decoder_read(
        decoder: number,
        output: number,
        length: number,
        samples: number,
        rate: number,
        error: number,
      ): number;
    };
  };
  readonly _decoder: number;
  readonly _input: Shared<Uint8Array>;
  readonly _output: Shared<Float32Array>;
  readonly _samplesDecodedPtr: Shared<Uint32Array>;
  readonly _sampleRatePtr: Shared<Uint32Array>;
  readonly _errorStringPtr: Shared<Uint32Array>;
}

/** libmpg123's codes. */
const needMore = -10;
const newFormat = -11;

/** Fed at once: 16 KB hold at most 16 s of sound, so that a caller may stop in time. */
const pieceBytes = 16_384;
/** Of one piece: far more than its sound needs. */
const readsMax = 200;
/** Of one file: some resynchronise after damage, but noise is no MP3. */
const faultsMax = 64;

/** MPEG audio, layers I to III, to mono. */
export class Mp3Decoder implements SoundDecoder {
  private readonly decoder: MPEGDecoder;
  private readonly inner: Internals;
  private readonly mono: Float32Array;
  private faults = 0;
  private sounded = false;
  private closed = false;

  private constructor(decoder: MPEGDecoder) {
    this.decoder = decoder;
    this.inner = decoder as unknown as Internals;
    this.mono = new Float32Array(this.inner._output.len / 2);
  }

  static async open(): Promise<Mp3Decoder> {
    const decoder = new MPEGDecoder();
    await decoder.ready;
    return new Mp3Decoder(decoder);
  }

  push(bytes: Uint8Array, hear: Hear): SoundFault | undefined {
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      const fault = this.decode(bytes.subarray(at, at + pieceBytes), hear);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  end(): SoundFault | undefined {
    return this.sounded ? undefined : 'malformed';
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.decoder.free();
  }

  private decode(piece: Uint8Array, hear: Hear): SoundFault | undefined {
    const { _common: common, _decoder: decoder, _input: input } = this.inner;
    if (this.closed) return 'malformed';
    input.buf.set(piece);
    if (common.wasm.mpeg_decoder_feed(decoder, input.ptr, piece.length) === needMore) return undefined;
    for (let reads = 0; reads < readsMax; reads++) {
      const code = this.read(hear);
      if (code === needMore) return undefined;
      if (code !== 0 && code !== newFormat && ++this.faults > faultsMax) return 'malformed';
    }
    return 'malformed';
  }

  private read(hear: Hear): number {
    const { _output: output, _samplesDecodedPtr: samples, _sampleRatePtr: rate } = this.inner;
    samples.buf[0] = 0;
    const code = this.inner._common.wasm.mpeg_decoder_read(
      this.inner._decoder,
      output.ptr,
      output.len,
      samples.ptr,
      rate.ptr,
      this.inner._errorStringPtr.ptr,
    );
    const count = Math.min(samples.buf[0], this.mono.length);
    const rateHz = rate.buf[0] ?? 0;
    if (count > 0 && rateHz >= rateMinHz && rateHz <= rateMaxHz) {
      // The left channel lies before the right one; of mono, both are the same.
      for (let i = 0; i < count; i++)
        this.mono[i] = ((output.buf[i] as number) + (output.buf[count + i] as number)) / 2;
      this.sounded = true;
      hear(this.mono.subarray(0, count), rateHz);
    }
    return code;
  }
}
