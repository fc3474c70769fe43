import type { CapturedPacket } from './packet.ts';
import type { TcpSegment } from './transport.ts';

/** What one direction of a connection gives, in the order of its octets. */
export type StreamPiece =
  | {
      readonly kind: 'bytes';
      readonly bytes: Buffer;
      readonly packet: CapturedPacket;
      readonly timeUs: number;
    }
  /** Octets are missing that the capture does not have: what comes next may begin anywhere. */
  | { readonly kind: 'gap'; readonly timeUs: number };

/** How much may wait behind a hole. */
const waitingOctetsMax = 256 * 1024;
const waitingSegmentsMax = 256;
/** How long a hole may stay, in the capture's time: a retransmission has come by then, or the capture has lost it. */
const holeMaxUs = 3e6;
/** No window is larger (RFC 7323 §2.3): a segment further away belongs to another connection of the same ports. */
const windowMax = 2 ** 30;

interface Waiting {
  readonly sequence: number;
  readonly bytes: Buffer;
  readonly packet: CapturedPacket;
  /** The capture has cut the segment: a hole follows it. */
  readonly cut: number;
}

/** How far `a` is ahead of `b`, in sequence numbers that wrap (RFC 9293 §3.4). */
const ahead = (a: number, b: number): number => (a - b) | 0;

/**
 * One direction of a TCP connection: segments in, octets in their order out, each once. The first of two overlapping
 * segments counts. A capture may begin in the midst of a connection: then the first segment seen is the beginning.
 */
export class TcpStream {
  private next: number | undefined;
  private readonly waiting: Waiting[] = [];
  private waitingOctets = 0;
  /** Pieces are never given in a wrong order of time: what had to wait came when the hole was filled. */
  private timeUs = 0;

  /** Octets now in memory. */
  get buffered(): number {
    return this.waitingOctets;
  }

  push(segment: TcpSegment, packet: CapturedPacket): readonly StreamPiece[] {
    const pieces: StreamPiece[] = [];
    const sequence = segment.syn ? (segment.sequence + 1) >>> 0 : segment.sequence;
    if (segment.syn) this.begin(sequence);
    if (segment.payloadLength <= 0) return pieces;
    this.next ??= sequence;
    if (Math.abs(ahead(sequence, this.next)) > windowMax) {
      this.begin(sequence);
      pieces.push({ kind: 'gap', timeUs: packet.timeUs });
    }
    const cut = segment.payloadLength - segment.payload.length;
    this.wait({ sequence, bytes: segment.payload, packet, cut });
    this.release(pieces);
    if (this.isOverdue(packet.timeUs)) this.giveUp(pieces);
    return pieces;
  }

  /** Gives what still waits behind holes, when no more packets come. */
  end(): readonly StreamPiece[] {
    const pieces: StreamPiece[] = [];
    while (this.waiting.length > 0) this.giveUp(pieces);
    return pieces;
  }

  private begin(sequence: number): void {
    // A SYN that is sent again begins nothing.
    if (sequence === this.next) return;
    this.next = sequence;
    this.waiting.length = 0;
    this.waitingOctets = 0;
    this.timeUs = 0;
  }

  /** Puts a segment into the order of the sequence numbers, behind equal ones. */
  private wait(segment: Waiting): void {
    let place = this.waiting.length;
    while (place > 0 && ahead((this.waiting[place - 1] as Waiting).sequence, segment.sequence) > 0) place--;
    this.waiting.splice(place, 0, segment);
    this.waitingOctets += segment.bytes.length;
  }

  /** Gives everything up to the first hole. */
  private release(pieces: StreamPiece[]): void {
    for (let head = this.waiting[0]; head !== undefined; head = this.waiting[0]) {
      const next = this.next as number;
      const known = ahead(next, head.sequence);
      if (known < 0) return;
      this.waiting.shift();
      this.waitingOctets -= head.bytes.length;
      const wireEnd = head.bytes.length + head.cut;
      if (known >= wireEnd) continue;
      this.timeUs = Math.max(this.timeUs, head.packet.timeUs);
      const { timeUs } = this;
      if (known < head.bytes.length)
        pieces.push({ kind: 'bytes', bytes: head.bytes.subarray(known), packet: head.packet, timeUs });
      if (head.cut > 0) pieces.push({ kind: 'gap', timeUs });
      this.next = (head.sequence + wireEnd) >>> 0;
    }
  }

  private isOverdue(nowUs: number): boolean {
    return (
      this.waiting.length > waitingSegmentsMax ||
      this.waitingOctets > waitingOctetsMax ||
      this.waiting.some(({ packet }) => nowUs - packet.timeUs > holeMaxUs)
    );
  }

  /** Leaves the first hole behind. */
  private giveUp(pieces: StreamPiece[]): void {
    const head = this.waiting[0];
    if (head === undefined) return;
    this.next = head.sequence;
    pieces.push({ kind: 'gap', timeUs: Math.max(this.timeUs, head.packet.timeUs) });
    this.release(pieces);
  }
}
