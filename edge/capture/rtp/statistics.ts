import type { RtpPacket } from '../events/rtp.ts';

// RFC 3550 A.1: how far a sequence number may jump before the source is taken to have begun anew.
const dropoutMax = 3000;
const misorderMax = 100;
const cycle = 0x10000;

/** Counts one RTP stream's packets as RFC 3550 appendices A.1, A.3 and A.8 do. */
export class RtpStatistics {
  /** Packets that came, those that came twice included. */
  received = 0;
  /** Packets that came later than one with a higher number. */
  late = 0;
  /** Interarrival jitter after the last packet, its mean over all packets and its maximum, in units of the clock. */
  jitterUnits = 0;
  jitterMaxUnits = 0;
  private jitterSumUnits = 0;
  private jitterCount = 0;
  /** The longest pause between two packets. */
  gapMaxUs = 0;
  private firstSequence = 0;
  /** The highest number so far, and 65,536 for each of its cycles. */
  private highest = 0;
  private badSequence: number | undefined;
  /** Packets counted before the source began anew. */
  private expectedBefore = 0;
  private lastUs = 0;
  private transitUnits: number | undefined;

  /** Takes the next packet. `paced` is false where its timestamp is not the time of sending: telephone events. */
  add(
    packet: Pick<RtpPacket, 'sequence' | 'timestamp'>,
    timeUs: number,
    clockRate: number,
    paced = true,
  ): void {
    if (this.received === 0) this.begin(packet.sequence);
    else {
      this.gapMaxUs = Math.max(this.gapMaxUs, timeUs - this.lastUs);
      this.count(packet.sequence);
    }
    this.received++;
    this.lastUs = timeUs;
    if (paced) this.measure(packet.timestamp, timeUs, clockRate);
  }

  /** Packets that the numbers say were sent (A.3). */
  get expected(): number {
    return this.received === 0 ? 0 : this.expectedBefore + this.highest - this.firstSequence + 1;
  }

  /** Expected less received: negative where packets came twice (A.3). */
  get lost(): number {
    return this.expected - this.received;
  }

  get jitterMeanUnits(): number {
    return this.jitterCount === 0 ? 0 : this.jitterSumUnits / this.jitterCount;
  }

  private begin(sequence: number): void {
    this.firstSequence = sequence;
    this.highest = sequence;
    this.badSequence = undefined;
  }

  /** A.1, without its probation: a capture has nothing to be protected from. */
  private count(sequence: number): void {
    const step = (sequence - this.highest) & (cycle - 1);
    if (step === 0) return;
    if (step < dropoutMax) this.highest += step;
    else if (step > cycle - misorderMax) this.late++;
    else if (sequence === this.badSequence) {
      // Two in a row from elsewhere: the source has begun anew, with the packet before this one.
      this.expectedBefore = this.expected + 1;
      this.begin(sequence);
    } else this.badSequence = (sequence + 1) & (cycle - 1);
  }

  /** A.8. The difference of two transits is all that counts, so timestamps may wrap. */
  private measure(timestamp: number, timeUs: number, clockRate: number): void {
    const arrivalUnits = (timeUs * clockRate) / 1e6;
    const transit = arrivalUnits - timestamp;
    if (this.transitUnits !== undefined) {
      const wrapped = (transit - this.transitUnits) % 2 ** 32;
      const difference = Math.min(Math.abs(wrapped), 2 ** 32 - Math.abs(wrapped));
      this.jitterUnits += (difference - this.jitterUnits) / 16;
      this.jitterMaxUnits = Math.max(this.jitterMaxUnits, this.jitterUnits);
      this.jitterSumUnits += this.jitterUnits;
      this.jitterCount++;
    }
    this.transitUnits = transit;
  }
}
