import { decodeAlaw, decodeUlaw } from '../g711.ts';
import { channelsMax, rateMaxHz, rateMinHz } from './sound-decoder.ts';
import type { Hear, SoundDecoder } from './sound-decoder.ts';

export type Encoding = 'u8' | 's8' | 's16' | 's24' | 's32' | 'f32' | 'f64' | 'ulaw' | 'alaw';

/** How uncompressed samples lie in a file: those of one moment side by side, one for each channel. */
export interface PcmFormat {
  readonly encoding: Encoding;
  readonly littleEndian: boolean;
  readonly channels: number;
  readonly rateHz: number;
}

type Read = (view: DataView, at: number, littleEndian: boolean) => number;

const every = Uint8Array.from({ length: 256 }, (_, octet) => octet);
function lawTable(decode: (octets: Uint8Array, into: Int16Array) => number): Float32Array {
  const samples = new Int16Array(256);
  decode(every, samples);
  return Float32Array.from(samples, (sample) => sample / 2 ** 15);
}
const ulaw = lawTable(decodeUlaw);
const alaw = lawTable(decodeAlaw);

/** A float may be anything: what is no number is silence, and what is far too loud is cut. */
const tame = (value: number): number => (value > 2 ? 2 : value < -2 ? -2 : Number.isNaN(value) ? 0 : value);

const encodings: Readonly<Record<Encoding, { readonly bytes: number; readonly read: Read }>> = {
  u8: { bytes: 1, read: (view, at) => (view.getUint8(at) - 128) / 2 ** 7 },
  s8: { bytes: 1, read: (view, at) => view.getInt8(at) / 2 ** 7 },
  s16: { bytes: 2, read: (view, at, little) => view.getInt16(at, little) / 2 ** 15 },
  s24: {
    bytes: 3,
    read: (view, at, little) =>
      (view.getInt8(little ? at + 2 : at) * 2 ** 16 + view.getUint16(little ? at : at + 1, little)) / 2 ** 23,
  },
  s32: { bytes: 4, read: (view, at, little) => view.getInt32(at, little) / 2 ** 31 },
  f32: { bytes: 4, read: (view, at, little) => tame(view.getFloat32(at, little)) },
  f64: { bytes: 8, read: (view, at, little) => tame(view.getFloat64(at, little)) },
  ulaw: { bytes: 1, read: (view, at) => ulaw[view.getUint8(at)] as number },
  alaw: { bytes: 1, read: (view, at) => alaw[view.getUint8(at)] as number },
};

export const bytesOfEncoding = (encoding: Encoding): number => encodings[encoding].bytes;

/** Whether this may be read here. */
export const isReadable = ({ channels, rateHz }: PcmFormat): boolean =>
  channels >= 1 && channels <= channelsMax && rateHz >= rateMinHz && rateHz <= rateMaxHz;

const blockSamples = 4_096;

/** Uncompressed samples of a known format to mono; several channels become their mean. */
export class PcmDecoder implements SoundDecoder {
  private readonly format: PcmFormat;
  private readonly frameBytes: number;
  private readonly out = new Float32Array(blockSamples);
  /** The start of a moment whose rest comes with the next bytes. */
  private readonly kept: Uint8Array;
  private keptBytes = 0;

  constructor(format: PcmFormat) {
    this.format = format;
    this.frameBytes = format.channels * bytesOfEncoding(format.encoding);
    this.kept = new Uint8Array(this.frameBytes);
  }

  push(bytes: Uint8Array, hear: Hear): undefined {
    let at = 0;
    if (this.keptBytes > 0) {
      at = Math.min(this.frameBytes - this.keptBytes, bytes.length);
      this.kept.set(bytes.subarray(0, at), this.keptBytes);
      this.keptBytes += at;
      if (this.keptBytes < this.frameBytes) return;
      this.keptBytes = 0;
      this.decode(this.kept, 0, 1, hear);
    }
    const whole = Math.floor((bytes.length - at) / this.frameBytes);
    for (let done = 0; done < whole; done += blockSamples)
      this.decode(bytes, at + done * this.frameBytes, Math.min(blockSamples, whole - done), hear);
    const rest = bytes.subarray(at + whole * this.frameBytes);
    this.kept.set(rest);
    this.keptBytes = rest.length;
  }

  end(): undefined {
    // A last moment that is not whole is left out.
  }

  close(): void {
    this.keptBytes = 0;
  }

  private decode(bytes: Uint8Array, from: number, count: number, hear: Hear): void {
    const { channels, littleEndian, encoding, rateHz } = this.format;
    const { bytes: size, read } = encodings[encoding];
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = from;
    for (let i = 0; i < count; i++) {
      let sum = 0;
      for (let channel = 0; channel < channels; channel++) {
        sum += read(view, at, littleEndian);
        at += size;
      }
      this.out[i] = sum / channels;
    }
    hear(this.out.subarray(0, count), rateHz);
  }
}
