import type { Listener } from './listener.ts';

/** Everybody who listens to a leg or to a room. */
export class Audience {
  private readonly listeners = new Set<Listener>();
  private readonly changed: () => void;

  /** `changed`: a listener has left by itself. */
  constructor(changed: () => void = () => undefined) {
    this.changed = changed;
  }

  get empty(): boolean {
    return this.listeners.size === 0;
  }

  /** Whether anybody wants to know what the party hears. */
  get wantsOutbound(): boolean {
    for (const { tracks } of this.listeners) if (tracks !== 'inbound') return true;
    return false;
  }

  add(listener: Listener): void {
    this.listeners.add(listener);
  }

  /** False when it was not there. */
  remove(listener: Listener): boolean {
    return this.listeners.delete(listener);
  }

  hear(inbound: Int16Array, outbound: Int16Array): void {
    for (const listener of this.listeners) {
      listener.hear(inbound, outbound);
      if (listener.ended === true && this.listeners.delete(listener)) this.changed();
    }
  }

  digit(digit: string, durationMs: number, inBand: boolean): void {
    for (const listener of this.listeners) listener.digit?.(digit, durationMs, inBand);
  }

  close(): void {
    for (const listener of this.listeners) listener.close?.();
    this.listeners.clear();
  }
}
