import { ChunkedDecoder, letters } from './chunked.ts';
import type { Encoding, PcmFormat } from './pcm.ts';
import type { SoundFault } from './sound-decoder.ts';

const integers: readonly (Encoding | undefined)[] = [undefined, 's8', 's16', 's24', 's32'];

/** AIFF-C's compression types that are none, by the bytes of an integer sample. */
function encodingOf(type: string, bytes: number): Encoding | undefined {
  switch (type.toLowerCase()) {
    case 'none':
    case 'twos':
    case 'sowt':
      return integers[bytes];
    case 'fl32':
      return 'f32';
    case 'fl64':
      return 'f64';
    case 'ulaw':
      return 'ulaw';
    case 'alaw':
      return 'alaw';
    default:
      return undefined;
  }
}

/** IEEE 754's 80-bit number: sign and exponent in 2 octets, 64 bits of mantissa with its leading one. */
function extended(view: DataView, at: number): number {
  const exponent = view.getUint16(at) & 0x7fff;
  return view.getUint32(at + 2) * 2 ** (exponent - 16_383 - 31);
}

function readFormat(body: DataView, form: string): PcmFormat | SoundFault {
  if (body.byteLength < 18) return 'malformed';
  const channels = body.getUint16(0);
  const bits = body.getUint16(6);
  const rateHz = Math.round(extended(body, 8));
  if (channels === 0 || rateHz === 0) return 'malformed';
  const type = form === 'AIFC' && body.byteLength >= 22 ? letters(body, 18) : 'NONE';
  const encoding = encodingOf(type, Math.ceil(bits / 8));
  return encoding === undefined
    ? 'unsupported'
    : { encoding, littleEndian: type === 'sowt', channels, rateHz };
}

/** AIFF, and AIFF-C where it is not compressed beyond G.711. Its sound chunk has an offset and a block size in front. */
export const aiffDecoder = (): ChunkedDecoder =>
  new ChunkedDecoder({ littleEndian: false, formatId: 'COMM', dataId: 'SSND', dataHead: 8, readFormat });
