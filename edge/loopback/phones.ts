import { textOf, type Part } from './part.ts';

/** A message as a phone shows it. */
export interface PhoneText {
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly parts: number;
}

/** Every phone of the simulated carrier: joins the parts of long messages. */
export class Phones {
  private readonly pending = new Map<string, Map<number, Part>>();
  private readonly pendingMax: number;

  /** Beyond `pendingMax` incomplete messages the oldest is forgotten. */
  constructor(pendingMax = 1_000) {
    this.pendingMax = pendingMax;
  }

  /** The message that `part` completes; undefined while parts are missing. */
  receive(part: Part): PhoneText | undefined {
    const { from, to, total } = part;
    if (total === 1) return { from, to, text: textOf([part]), parts: 1 };
    const key = [from, to, part.reference, total].join('\0');
    const parts = this.pending.get(key) ?? new Map<number, Part>();
    parts.set(part.sequence, part);
    if (parts.size === total) {
      this.pending.delete(key);
      const inOrder = [...parts.values()].sort((a, b) => a.sequence - b.sequence);
      return { from, to, text: textOf(inOrder), parts: total };
    }
    this.pending.set(key, parts);
    if (this.pending.size > this.pendingMax) this.forgetOldest();
    return undefined;
  }

  private forgetOldest(): void {
    for (const oldest of this.pending.keys()) {
      this.pending.delete(oldest);
      return;
    }
  }
}
