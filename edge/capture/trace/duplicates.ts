import { createHash } from 'node:crypto';
import { networkOf } from '../packets/link.ts';
import type { CapturedPacket } from '../packets/packet.ts';

/** One packet passes a VLAN's interface and the card below it within moments; a sender that repeats itself waits longer. */
const withinUs = 2_000;

/** Tells packets that a capture of several interfaces has seen before, on another one. */
export class Duplicates {
  /** By what the IP packet holds: when it passed last. */
  private readonly seen = new Map<string, number>();

  isOne(packet: CapturedPacket): boolean {
    const network = networkOf(packet);
    if (network === undefined) return false;
    for (const [key, timeUs] of this.seen) {
      if (packet.timeUs - timeUs <= withinUs) break;
      this.seen.delete(key);
    }
    const key = createHash('sha1').update(network.bytes).digest('base64');
    if (this.seen.has(key)) return true;
    this.seen.set(key, packet.timeUs);
    return false;
  }
}
