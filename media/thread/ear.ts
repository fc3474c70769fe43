import { newFrame } from '../audio/frame.ts';
import { alawToUlaw, g711, ulawToAlaw } from '../audio/g711.ts';
import type { Codec } from '../media.ts';
import { JitterBuffer } from '../rtp/jitter-buffer.ts';
import { emptyHeader, readRtp } from '../rtp/packet.ts';
import type { RtpHeader } from '../rtp/packet.ts';
import { payloadTypeOf } from '../rtp/session.ts';

/** More of a packet is cut: G.711 of 60 ms. */
const packetMaxSamples = 480;

/** A packet as it was read; valid until the next one. */
export interface ReadPacket {
  readonly header: RtpHeader;
  readonly payload: Buffer;
}

/** What comes from a party: packets as they are, and frames in time. */
export class Ear {
  /** The last 20 ms that were read. */
  readonly frame = newFrame();
  private readonly jitter = new JitterBuffer();
  private readonly header = emptyHeader();
  private readonly samples = new Int16Array(packetMaxSamples);
  private open = false;

  read(packet: Buffer): ReadPacket | undefined {
    const { header } = this;
    if (!readRtp(packet, header)) return undefined;
    return { header, payload: packet.subarray(header.payloadAt, header.payloadEnd) };
  }

  /** Whether frames are wanted. What waited when nobody wanted them is not what is said now. */
  want(frames: boolean): void {
    if (frames && !this.open) this.jitter.reset();
    this.open = frames;
  }

  keep({ header, payload }: ReadPacket, codec: Codec): void {
    if (!this.open) return;
    const count = g711[codec].decode(payload, this.samples);
    this.jitter.write(header.timestamp, this.samples, count);
  }

  /** Moves 20 ms on; false when there was nothing to hear. */
  tick(): boolean {
    return this.jitter.read(this.frame);
  }
}

export const codecOf = (payloadType: number): Codec | undefined =>
  payloadType === payloadTypeOf.PCMU ? 'PCMU' : payloadType === payloadTypeOf.PCMA ? 'PCMA' : undefined;

/** The same sound in the other codec. */
export function translated(payload: Uint8Array, from: Codec): Uint8Array {
  const into = new Uint8Array(payload.length);
  if (from === 'PCMU') ulawToAlaw(payload, into);
  else alawToUlaw(payload, into);
  return into;
}
