import type { Command } from './commands.ts';
import { measure, write } from './encode.ts';
import type { EncodeError, Value } from './pdu.ts';
import type { Tlvs } from './tlvs.ts';

const slabLength = 65_536;

/**
 * Gathers the PDUs of one turn of the event loop back to back, so that they leave in one write. A slab is filled once
 * and never written again, since the socket may still hold what was taken from it.
 */
export class Outbox {
  private slab: Buffer = Buffer.alloc(0);
  private start = 0;
  private end = 0;
  private full: Buffer[] = [];

  get empty(): boolean {
    return this.start === this.end && this.full.length === 0;
  }

  add(
    command: Command,
    commandStatus: number,
    sequence: number,
    values: readonly Value[],
    tlvs: Tlvs,
  ): EncodeError | undefined {
    const length = measure(command, values, tlvs);
    if (typeof length !== 'number') return length;
    if (this.end + length > this.slab.length) this.nextSlab(length);
    write(this.slab, this.end, length, command, commandStatus, sequence, values, tlvs);
    this.end += length;
    return undefined;
  }

  /** Everything added since the last call: one Buffer, or a few when a turn filled more than a slab. */
  take(): readonly Buffer[] {
    const taken = this.full;
    if (this.end > this.start) taken.push(this.slab.subarray(this.start, this.end));
    this.start = this.end;
    this.full = [];
    return taken;
  }

  private nextSlab(length: number): void {
    if (this.end > this.start) this.full.push(this.slab.subarray(this.start, this.end));
    // A first slab of the PDU's own size: a session that says little costs little.
    const wanted = this.slab.length === 0 ? 4096 : slabLength;
    this.slab = Buffer.allocUnsafeSlow(Math.max(length, wanted));
    this.start = 0;
    this.end = 0;
  }
}
