import { ChunkedDecoder } from './chunked.ts';
import type { Encoding, PcmFormat } from './pcm.ts';
import { bytesOfEncoding } from './pcm.ts';
import type { SoundFault } from './sound-decoder.ts';

/** Format tags of RIFF's `fmt ` chunk (RFC 2361); extensible carries another one in its GUID. */
const tags = { pcm: 1, float: 3, alaw: 6, ulaw: 7, extensible: 0xfffe } as const;

/** By tag and octets of a sample. */
function encodingOf(tag: number, bytes: number): Encoding | undefined {
  const integers: readonly (Encoding | undefined)[] = [undefined, 'u8', 's16', 's24', 's32'];
  switch (tag) {
    case tags.pcm:
      return integers[bytes];
    case tags.float:
      return bytes === 4 ? 'f32' : bytes === 8 ? 'f64' : undefined;
    case tags.alaw:
      return 'alaw';
    case tags.ulaw:
      return 'ulaw';
    default:
      return undefined;
  }
}

function readFormat(body: DataView): PcmFormat | SoundFault {
  const tag = body.getUint16(0, true);
  const channels = body.getUint16(2, true);
  const rateHz = body.getUint32(4, true);
  const blockBytes = body.getUint16(12, true);
  const bits = body.getUint16(14, true);
  if (channels === 0 || rateHz === 0) return 'malformed';
  // The first octets of the extensible form's GUID are the tag that it stands for.
  const actual = tag === tags.extensible && body.byteLength >= 26 ? body.getUint16(24, true) : tag;
  const encoding = encodingOf(actual, Math.ceil(bits / 8));
  if (encoding === undefined) return 'unsupported';
  // Samples may sit in larger containers; that is rare, and not read.
  const packed = blockBytes === 0 || blockBytes === channels * bytesOfEncoding(encoding);
  return packed ? { encoding, littleEndian: true, channels, rateHz } : 'unsupported';
}

/** WAV (also RF64, whose lengths are all ones): PCM of 8, 16, 24 and 32 bits, floats, µ-law, A-law. */
export const wavDecoder = (): ChunkedDecoder =>
  new ChunkedDecoder({ littleEndian: true, formatId: 'fmt ', dataId: 'data', dataHead: 0, readFormat });
