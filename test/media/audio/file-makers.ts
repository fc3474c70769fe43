import type { Encoding } from '../../../media/audio/files/pcm.ts';
import { encodeAlaw, encodeUlaw } from '../../../media/audio/g711.ts';

/** Writes one sample of ±1. */
const writers: Readonly<
  Record<
    Encoding,
    { readonly bytes: number; write: (b: Buffer, v: number, at: number, little: boolean) => void }
  >
> = {
  u8: { bytes: 1, write: (b, v, at) => b.writeUInt8(Math.round(v * 127) + 128, at) },
  s8: { bytes: 1, write: (b, v, at) => b.writeInt8(Math.round(v * 127), at) },
  s16: {
    bytes: 2,
    write: (b, v, at, little) => {
      const value = Math.round(v * 32_767);
      return little ? b.writeInt16LE(value, at) : b.writeInt16BE(value, at);
    },
  },
  s24: {
    bytes: 3,
    write: (b, v, at, little) => {
      const value = Math.round(v * 8_388_607);
      return little ? b.writeIntLE(value, at, 3) : b.writeIntBE(value, at, 3);
    },
  },
  s32: {
    bytes: 4,
    write: (b, v, at, little) => {
      const value = Math.round(v * 2_147_483_647);
      return little ? b.writeInt32LE(value, at) : b.writeInt32BE(value, at);
    },
  },
  f32: { bytes: 4, write: (b, v, at, little) => (little ? b.writeFloatLE(v, at) : b.writeFloatBE(v, at)) },
  f64: { bytes: 8, write: (b, v, at, little) => (little ? b.writeDoubleLE(v, at) : b.writeDoubleBE(v, at)) },
  ulaw: { bytes: 1, write: (b, v, at) => void (b[at] = law(encodeUlaw, v)) },
  alaw: { bytes: 1, write: (b, v, at) => void (b[at] = law(encodeAlaw, v)) },
};

function law(encode: (samples: Int16Array, into: Uint8Array) => number, value: number): number {
  const octet = new Uint8Array(1);
  encode(Int16Array.of(Math.round(value * 32_767)), octet);
  return octet[0] ?? 0;
}

/** Samples of each channel, side by side. */
export function body(encoding: Encoding, channels: readonly Float32Array[], little: boolean): Buffer {
  const { bytes, write } = writers[encoding];
  const frames = channels[0]?.length ?? 0;
  const out = Buffer.alloc(frames * channels.length * bytes);
  for (let i = 0; i < frames; i++)
    channels.forEach((channel, c) => write(out, channel[i] ?? 0, (i * channels.length + c) * bytes, little));
  return out;
}

export function chunk(id: string, content: Buffer, little = true, claimed = content.length): Buffer {
  const head = Buffer.alloc(8);
  head.write(id, 0, 'latin1');
  if (little) head.writeUInt32LE(claimed, 4);
  else head.writeUInt32BE(claimed, 4);
  return Buffer.concat([head, content, Buffer.alloc(content.length & 1)]);
}

export interface WavShape {
  readonly encoding: Encoding;
  readonly rateHz: number;
  readonly extensible?: boolean;
  readonly before?: readonly Buffer[];
  readonly claimedBytes?: number;
}

export function wav(channels: readonly Float32Array[], shape: WavShape): Buffer {
  const { encoding, rateHz, extensible = false, before = [], claimedBytes } = shape;
  const { bytes } = writers[encoding];
  const tag = encoding.startsWith('f') ? 3 : encoding === 'alaw' ? 6 : encoding === 'ulaw' ? 7 : 1;
  const format = Buffer.alloc(extensible ? 40 : 16);
  format.writeUInt16LE(extensible ? 0xfffe : tag, 0);
  format.writeUInt16LE(channels.length, 2);
  format.writeUInt32LE(rateHz, 4);
  format.writeUInt32LE(rateHz * bytes * channels.length, 8);
  format.writeUInt16LE(bytes * channels.length, 12);
  format.writeUInt16LE(bytes * 8, 14);
  if (extensible) {
    format.writeUInt16LE(22, 16);
    format.writeUInt16LE(bytes * 8, 18);
    format.writeUInt16LE(tag, 24);
    Buffer.from('000000001000800000aa00389b71', 'hex').copy(format, 26);
  }
  const data = body(encoding, channels, true);
  const chunks = [...before, chunk('fmt ', format), chunk('data', data, true, claimedBytes)];
  return Buffer.concat([chunk('RIFF', Buffer.concat([Buffer.from('WAVE'), ...chunks]))]);
}

/** `type`: AIFF-C's compression type; without it plain AIFF. */
export function aiff(
  channels: readonly Float32Array[],
  encoding: Encoding,
  rateHz: number,
  type?: string,
): Buffer {
  const common = Buffer.alloc(type === undefined ? 18 : 24);
  common.writeUInt16BE(channels.length, 0);
  common.writeUInt32BE(channels[0]?.length ?? 0, 2);
  common.writeUInt16BE(writers[encoding].bytes * 8, 6);
  const exponent = Math.floor(Math.log2(rateHz));
  common.writeUInt16BE(16_383 + exponent, 8);
  common.writeUInt32BE(Math.floor(rateHz * 2 ** (31 - exponent)), 10);
  if (type !== undefined) common.write(type, 18, 'latin1');
  const data = Buffer.concat([Buffer.alloc(8), body(encoding, channels, type === 'sowt')]);
  const chunks = [chunk('COMM', common, false), chunk('SSND', data, false)];
  const form = Buffer.from(type === undefined ? 'AIFF' : 'AIFC');
  return chunk('FORM', Buffer.concat([form, ...chunks]), false);
}

export function au(
  channels: readonly Float32Array[],
  code: number,
  encoding: Encoding,
  rateHz: number,
): Buffer {
  const head = Buffer.alloc(28);
  head.write('.snd', 0, 'latin1');
  head.writeUInt32BE(28, 4);
  head.writeUInt32BE(0xffff_ffff, 8);
  head.writeUInt32BE(code, 12);
  head.writeUInt32BE(rateHz, 16);
  head.writeUInt32BE(channels.length, 20);
  return Buffer.concat([head, body(encoding, channels, false)]);
}
