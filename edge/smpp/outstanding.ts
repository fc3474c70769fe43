import { commands } from './commands.ts';
import type { Command } from './commands.ts';
import type { Pdu } from './pdu.ts';

/** How a request of ours ended: with a response, or without one in time. */
export type Settled = (response: Pdu | undefined) => void;

interface Entry {
  readonly command: Command;
  readonly sentMs: number;
  readonly settled: Settled;
}

/** Requests without a response, by sequence number. */
export class Outstanding {
  private readonly responseMs: number;
  /** In order of sending, and all with the same time-out, so the first one is the first to expire. */
  private readonly entries = new Map<number, Entry>();

  constructor(responseMs: number) {
    this.responseMs = responseMs;
  }

  get size(): number {
    return this.entries.size;
  }

  add(sequence: number, command: Command, settled: Settled, nowMs: number): void {
    this.entries.set(sequence, { command, sentMs: nowMs, settled });
  }

  /** Whether this is the response, or the generic_nack, to one of them. */
  isAnsweredBy(pdu: Pdu): boolean {
    const entry = this.entries.get(pdu.sequence);
    if (entry === undefined) return false;
    return pdu.command === entry.command.response || pdu.command === commands.generic_nack;
  }

  settle(sequence: number, response: Pdu | undefined): void {
    const entry = this.entries.get(sequence);
    if (entry === undefined) return;
    this.entries.delete(sequence);
    entry.settled(response);
  }

  /** Settles those whose time is over, without a response. */
  expire(nowMs: number): void {
    for (const [sequence, { sentMs }] of this.entries) {
      if (nowMs < sentMs + this.responseMs) return;
      this.settle(sequence, undefined);
    }
  }

  /** When the first one expires. */
  deadlineMs(): number {
    for (const { sentMs } of this.entries.values()) return sentMs + this.responseMs;
    return Infinity;
  }

  /** Settles all of them without a response. */
  abandon(): void {
    const entries = [...this.entries.values()];
    this.entries.clear();
    for (const { settled } of entries) settled(undefined);
  }
}
