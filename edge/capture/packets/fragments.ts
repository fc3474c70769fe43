import type { Fragment, IpPacket } from './ip.ts';
import type { CapturedPacket } from './packet.ts';

/** How many datagrams may wait for their other parts. */
const datagramsMax = 128;
/** Parts of one datagram; the smallest useful ones still make a full datagram of 64 KiB out of these. */
const partsMax = 128;
const datagramLengthMax = 65_535;
/** RFC 8200 §4.5: what is not whole after a minute will not be. */
const waitMaxUs = 60e6;

interface Part {
  readonly packet: CapturedPacket;
  readonly offset: number;
  readonly end: number;
  readonly payload: Buffer;
}

interface Waiting {
  readonly sinceUs: number;
  readonly parts: Part[];
  /** The datagram's length, once its last part is there. */
  length: number | undefined;
  /** No reading of it is sure, so none is tried (RFC 5722). Remembered, so that late parts start nothing. */
  spoilt: boolean;
}

/** An IP packet with all its parts, and the captured packets that it came in. */
export interface WholePacket {
  readonly ip: IpPacket;
  readonly frames: readonly CapturedPacket[];
}

/**
 * Puts fragmented IP packets together (RFC 791 §3.2, RFC 8200 §4.5). Bounded: the oldest datagram gives way to a new
 * one, and what has a hole after a minute of the capture's time is dropped.
 */
export class Fragments {
  private readonly waiting = new Map<string, Waiting>();

  /** The whole packet, if this one is whole or completes one. */
  add(ip: IpPacket, packet: CapturedPacket): WholePacket | undefined {
    const { source, destination, protocol, fragment } = ip;
    if (fragment === undefined) return { ip, frames: [packet] };
    const key = `${source} ${destination} ${protocol} ${fragment.id}`;
    const waiting = this.waitingAt(key, packet.timeUs);
    if (waiting.spoilt) return undefined;
    if (!take(waiting, ip, fragment, packet) || waiting.parts.length > partsMax) {
      waiting.spoilt = true;
      waiting.parts.length = 0;
      return undefined;
    }
    const payload = whole(waiting);
    if (payload === undefined) return undefined;
    this.waiting.delete(key);
    return {
      ip: { source, destination, protocol, payload, payloadLength: payload.length },
      frames: waiting.parts.map((part) => part.packet),
    };
  }

  private waitingAt(key: string, nowUs: number): Waiting {
    const known = this.waiting.get(key);
    if (known !== undefined && nowUs - known.sinceUs <= waitMaxUs) return known;
    this.waiting.delete(key);
    const fresh: Waiting = { sinceUs: nowUs, parts: [], length: undefined, spoilt: false };
    this.waiting.set(key, fresh);
    if (this.waiting.size > datagramsMax) {
      const [oldest = ''] = this.waiting.keys();
      this.waiting.delete(oldest);
    }
    return fresh;
  }
}

/** Adds a part in the order of the offsets; false if it contradicts the others, or can never be whole. */
function take(waiting: Waiting, ip: IpPacket, { offset, more }: Fragment, packet: CapturedPacket): boolean {
  const { payload, payloadLength } = ip;
  const end = offset + payload.length;
  const fits = more ? waiting.length === undefined || end <= waiting.length : endsAll(waiting, end);
  // A part that the capture has cut leaves a hole for good.
  if (!fits || end > datagramLengthMax || payload.length < payloadLength) return false;
  if (!more) waiting.length = end;
  const { parts } = waiting;
  const at = parts.findIndex((part) => part.offset >= offset);
  const place = at < 0 ? parts.length : at;
  const next = parts[place];
  if (next?.offset === offset && next.end === end) return true; // The same once more.
  const before = parts[place - 1];
  if ((before !== undefined && before.end > offset) || (next !== undefined && next.offset < end))
    return false;
  parts.splice(place, 0, { offset, end, payload, packet });
  return true;
}

const endsAll = ({ length, parts }: Waiting, end: number): boolean =>
  length === undefined ? (parts.at(-1)?.end ?? 0) <= end : length === end;

/** The payload, if no part is missing. */
function whole({ parts, length }: Waiting): Buffer | undefined {
  let reached = 0;
  for (const { offset, end } of parts) {
    if (offset !== reached) return undefined;
    reached = end;
  }
  return length === undefined || reached !== length ? undefined : Buffer.concat(parts.map((p) => p.payload));
}
