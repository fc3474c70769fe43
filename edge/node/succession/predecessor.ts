import type { Environment } from '../../../control/config/environment.ts';
import { systemClock } from '../../../control/base/clock.ts';
import { deferred } from '../../voice/deferred.ts';
import type { Handle } from '../listeners.ts';
import type { Carried, Premises } from '../premises.ts';
import { succeedsVariable, type ToPredecessor, type ToSuccessor } from './words.ts';

/** The process whose place this one takes: its parent. */
export class Predecessor {
  private readonly yours = deferred<string | null>();
  private readonly callsEnding = deferred<undefined>();
  private readonly callsFree = deferred<undefined>();
  private readonly premises: Premises;
  private free = false;
  private carried: Carried | null = null;
  private sinceMs = 0;

  private constructor(premises: Premises) {
    this.premises = premises;
    process.on('message', (word: ToSuccessor, handle: unknown) => this.hear(word, handle));
    // If it dies there is nothing to wait for.
    process.on('disconnect', () => this.gone());
    if (!process.connected) this.gone();
  }

  /** Undefined: this process succeeds nobody. */
  static of(environment: Environment, premises: Premises): Predecessor | undefined {
    return environment(succeedsVariable) === undefined || process.send === undefined
      ? undefined
      : new Predecessor(premises);
  }

  /** Asks for what it has, and resolves when it is ours: no other process works on the store then. */
  async takeOver(): Promise<void> {
    this.say({ kind: 'prepared' });
    const callsDoor = await this.yours.promise;
    this.sinceMs = systemClock.now();
    this.premises.inherit({
      callsDoor,
      carried: () => this.carried,
      callsEnding: this.callsEnding.promise,
      callsWait: () => this.say({ kind: 'callsWait' }),
      callsFree: this.callsFree.promise,
    });
  }

  /** Tells it that its work goes on here; `door` is the inner one. */
  serving(door: string): void {
    this.say({ kind: 'serving', door });
  }

  /** Whether it still has calls. */
  get hasCalls(): boolean {
    return !this.free;
  }

  /** Has it end the calls in progress; resolves when they have ended. */
  async end(): Promise<void> {
    this.say({ kind: 'end' });
    await this.callsFree.promise;
  }

  /** Lets go of the channel, which would keep this process alive. */
  leave(): void {
    if (process.connected) process.disconnect();
  }

  private hear(word: ToSuccessor, handle: unknown): void {
    switch (word.kind) {
      case 'listener':
        this.premises.listeners.inherit(word.name, handle as Handle);
        this.say({ kind: 'inherited' });
        return;
      case 'yours':
        this.premises.sealKeys = (word.sealKeys ?? []).map((key) => Buffer.from(key, 'hex'));
        this.yours.resolve(word.callsDoor);
        return;
      case 'calls':
        this.carried = { pid: process.ppid, calls: word.calls, sinceMs: this.sinceMs, endByMs: word.endByMs };
        return;
      case 'callsEnding':
        this.callsEnding.resolve(undefined);
        return;
      case 'callsFree':
        this.gone();
        return;
      default:
        // Another build may say more; what is not understood changes nothing.
        word satisfies never;
    }
  }

  private gone(): void {
    this.free = true;
    this.carried = null;
    this.yours.resolve(null);
    this.callsEnding.resolve(undefined);
    this.callsFree.resolve(undefined);
  }

  private say(word: ToPredecessor): void {
    if (process.connected) process.send?.(word, undefined, undefined, () => undefined);
  }
}
