import { isReadable, PcmDecoder } from './pcm.ts';
import type { Encoding } from './pcm.ts';
import type { Hear, SoundDecoder, SoundFault } from './sound-decoder.ts';

const encodings: Readonly<Record<number, Encoding>> = {
  1: 'ulaw',
  2: 's8',
  3: 's16',
  4: 's24',
  5: 's32',
  6: 'f32',
  7: 'f64',
  27: 'alaw',
};

const headBytes = 24;

/** Sun's audio file: `.snd`, where the samples begin, their length, encoding, rate and channels, all big-endian. */
export class AuDecoder implements SoundDecoder {
  private readonly head = new Uint8Array(headBytes);
  private headFilled = 0;
  /** Octets of annotation before the samples. */
  private skip = 0;
  private decoder: PcmDecoder | undefined;

  push(bytes: Uint8Array, hear: Hear): SoundFault | undefined {
    let at = 0;
    if (this.decoder === undefined) {
      at = Math.min(headBytes - this.headFilled, bytes.length);
      this.head.set(bytes.subarray(0, at), this.headFilled);
      this.headFilled += at;
      if (this.headFilled < headBytes) return undefined;
      const fault = this.readHead();
      if (fault !== undefined) return fault;
    }
    const skipped = Math.min(this.skip, bytes.length - at);
    this.skip -= skipped;
    // What follows the samples is unheard of, so their length, often unknown, is not needed.
    this.decoder?.push(bytes.subarray(at + skipped), hear);
    return undefined;
  }

  end(): SoundFault | undefined {
    return this.decoder === undefined ? 'malformed' : undefined;
  }

  close(): void {
    this.decoder?.close();
  }

  private readHead(): SoundFault | undefined {
    const view = new DataView(this.head.buffer);
    const offset = view.getUint32(4);
    const encoding = encodings[view.getUint32(12)];
    if (offset < headBytes) return 'malformed';
    if (encoding === undefined) return 'unsupported';
    const format = {
      encoding,
      littleEndian: false,
      rateHz: view.getUint32(16),
      channels: view.getUint32(20),
    };
    if (!isReadable(format)) return 'unsupported';
    this.skip = offset - headBytes;
    this.decoder = new PcmDecoder(format);
    return undefined;
  }
}
