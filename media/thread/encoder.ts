import { frameSamples, silentFrame } from '../audio/frame.ts';
import { g711 } from '../audio/g711.ts';
import type { Codec } from '../media.ts';

/** G.711 of frames; one that many hear in the same tick (a conference) is encoded once. */
export class Encoder {
  private readonly silence = { PCMU: encode('PCMU', silentFrame), PCMA: encode('PCMA', silentFrame) };
  private tick = -1;
  private readonly lastFrame: Record<Codec, Int16Array | undefined> = { PCMU: undefined, PCMA: undefined };
  private readonly lastOctets = {
    PCMU: new Uint8Array(frameSamples),
    PCMA: new Uint8Array(frameSamples),
  };

  /** Valid until the next call. */
  encode(tick: number, codec: Codec, frame: Int16Array): Uint8Array {
    if (frame === silentFrame) return this.silence[codec];
    if (tick !== this.tick) {
      this.tick = tick;
      this.lastFrame.PCMU = this.lastFrame.PCMA = undefined;
    }
    const octets = this.lastOctets[codec];
    if (this.lastFrame[codec] !== frame) {
      g711[codec].encode(frame, octets);
      this.lastFrame[codec] = frame;
    }
    return octets;
  }
}

function encode(codec: Codec, frame: Int16Array): Uint8Array {
  const octets = new Uint8Array(frameSamples);
  g711[codec].encode(frame, octets);
  return octets;
}
