import { defaultPduLimit, headerLength } from './pdu.ts';

const nothing = Buffer.alloc(0);

/**
 * Cuts a stream into PDUs by their command_length (SMPP 3.4 §3.2). A length outside [16, limit] is refused before a
 * byte of that PDU is kept; where the next one starts is then unknown, so nothing after it is read.
 */
export class Framer {
  private readonly limit: number;
  /** The start of a PDU whose end has not come. Grows with what arrives, not with what the header claims. */
  private kept: Buffer = nothing;
  private keptLength = 0;
  private lost = false;

  constructor(limit = defaultPduLimit) {
    this.limit = limit;
  }

  /** Whether a refused length has ended the framing. */
  get broken(): boolean {
    return this.lost;
  }

  /** Octets of an unfinished PDU now in memory. */
  get buffered(): number {
    return this.keptLength;
  }

  /** Takes the next bytes and gives the PDUs they complete: views of `chunk` wherever a PDU lies wholly in it. */
  push(chunk: Buffer): readonly Buffer[] {
    const frames: Buffer[] = [];
    let at = 0;
    while (!this.lost && at < chunk.length) {
      if (this.keptLength > 0) {
        at += this.continueKept(chunk, at, frames);
        continue;
      }
      const left = chunk.length - at;
      if (left < 4) return this.keep(chunk, at, frames);
      const length = chunk.readUInt32BE(at);
      if (!this.accepts(length)) break;
      if (left < length) return this.keep(chunk, at, frames);
      frames.push(chunk.subarray(at, at + length));
      at += length;
    }
    return frames;
  }

  private accepts(length: number): boolean {
    this.lost = length < headerLength || length > this.limit;
    if (this.lost) this.reset();
    return !this.lost;
  }

  /** Adds to the kept start what it lacks, as far as `chunk` has it; gives how many octets were taken. */
  private continueKept(chunk: Buffer, at: number, frames: Buffer[]): number {
    const wanted = this.keptLength < 4 ? 4 : this.kept.readUInt32BE(0);
    const taken = Math.min(wanted - this.keptLength, chunk.length - at);
    this.append(chunk, at, taken);
    if (this.keptLength < 4) return taken;
    const length = this.kept.readUInt32BE(0);
    if (this.accepts(length) && this.keptLength === length) {
      frames.push(this.kept.subarray(0, length));
      this.reset();
    }
    return taken;
  }

  private keep(chunk: Buffer, at: number, frames: Buffer[]): Buffer[] {
    this.append(chunk, at, chunk.length - at);
    return frames;
  }

  private append(chunk: Buffer, at: number, count: number): void {
    const needed = this.keptLength + count;
    if (needed > this.kept.length) {
      const grown = Buffer.allocUnsafeSlow(Math.min(this.limit, Math.max(256, needed, this.kept.length * 2)));
      this.kept.copy(grown, 0, 0, this.keptLength);
      this.kept = grown;
    }
    chunk.copy(this.kept, this.keptLength, at, at + count);
    this.keptLength = needed;
  }

  private reset(): void {
    // The frame just given away is a view of this buffer, so the next one gets another.
    this.kept = nothing;
    this.keptLength = 0;
  }
}
