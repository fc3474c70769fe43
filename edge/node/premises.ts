import { setTimeout } from 'node:timers/promises';
import type { Detours } from '../http/diversion.ts';
import { openFrontDoor, type FrontDoor, type FrontDoorOptions } from '../http/server.ts';
import { addressText } from '../../control/config/address.ts';
import { Listeners } from './listeners.ts';
import { SuccessionFailures } from './succession/failures.ts';

/** How long requests in progress may take to end when the edge stops. */
const drainMs = 5_000;

/** Calls that the process before this one still leads. */
export interface Carried {
  readonly pid: number;
  readonly calls: number;
  /** When the work was handed over, Unix time. */
  readonly sinceMs: number;
  /** When those that go on are ended. */
  readonly endByMs: number;
}

/** From another process whose work this one takes up. */
export interface Inheritance {
  /** The inner door of the predecessor, which leads the calls in progress; null: it takes none. */
  readonly callsDoor: string | null;
  /** What it has told of its calls; null: nothing yet, or it has none any more. */
  readonly carried: () => Carried | null;
  /** Resolves when it is about to end its last calls: requests about them wait from then on. */
  readonly callsEnding: Promise<unknown>;
  /** Tells it that they do. */
  readonly callsWait: () => void;
  /** Resolves when calls may be had here. */
  readonly callsFree: Promise<unknown>;
}

/**
 * What a process keeps although the engine in it is ended and perhaps opened anew: the doors where tenants stand. Nobody
 * is turned away from them while another process takes over, or fails to.
 */
export class Premises {
  readonly listeners = new Listeners();
  readonly failures = new SuccessionFailures();
  /** What opened the store of the engine before, here or in the predecessor (`Vault.bequest`); empty: read the key. */
  sealKeys: readonly Buffer[] = [];
  private inheritance: Inheritance | undefined;
  /** Another process listens, or did, at the addresses of the front door. */
  private succeeds = false;
  private door: FrontDoor | undefined;

  inherit(inheritance: Inheritance): void {
    this.inheritance = inheritance;
    this.succeeds = true;
  }

  /** What a predecessor has left; once, for whoever takes it up. */
  takeInheritance(): Inheritance | undefined {
    const { inheritance } = this;
    this.inheritance = undefined;
    return inheritance;
  }

  /** Opens the front door, or has the one that stands open serve anew. Throws with the reason why not. */
  async openDoor(
    options: Omit<FrontDoorOptions, 'shared' | 'bind'>,
    detours: Detours = {},
  ): Promise<FrontDoor> {
    if (this.door !== undefined) {
      this.door.use(options);
      this.door.detour(detours);
      return this.door;
    }
    const { succeeds, listeners } = this;
    const opened = await openFrontDoor({
      ...options,
      shared: succeeds,
      bind: listeners.as('proxy'),
      detours,
    });
    if (!opened.ok) {
      const { listen, reason } = opened.error;
      throw new Error(`cannot listen on ${addressText(listen)}: ${reason}`);
    }
    this.listeners.closeRest();
    return (this.door = opened.value);
  }

  /** Has requests wait, and resolves when none is being worked on. */
  async holdDoor(): Promise<void> {
    this.door?.detour({ all: { kind: 'wait' } });
    await Promise.race([this.door?.rest(), setTimeout(drainMs, undefined, { ref: false })]);
  }

  /** Leads whoever comes to another process, and takes no more connections. */
  async leadTo(door: string): Promise<void> {
    this.door?.detour({ all: { kind: 'lead', to: door } });
    await this.door?.stopListening();
  }

  /** Resolves when no request is being worked on here. */
  async rest(): Promise<void> {
    await this.door?.rest();
  }

  async closeDoor(): Promise<void> {
    await this.door?.close(drainMs);
    this.door = undefined;
  }
}
