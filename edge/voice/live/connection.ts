import type { Leg } from '../../../media/media.ts';
import { deferred } from '../deferred.ts';

/** Why two parties were taken apart. */
export type ConnectionEnd =
  /** One of the two calls ended, or was sent elsewhere. */
  'first-left' | 'second-left' | 'star' | 'time-limit' | 'interrupted';

/** Two parties talking. Whoever knows of a reason ends it; the first reason counts. */
export class Connection {
  private readonly ending = deferred<ConnectionEnd>();
  private readonly first: Leg;
  private over = false;

  private constructor(first: Leg) {
    this.first = first;
  }

  /** Joins the sound of two legs. */
  static async of(first: Leg, second: Leg): Promise<Connection> {
    await first.bridge(second);
    return new Connection(first);
  }

  /** Resolves once their sound has been taken apart. */
  get done(): Promise<ConnectionEnd> {
    return this.ending.promise;
  }

  /** Takes them apart. */
  end(why: ConnectionEnd): void {
    if (this.over) return;
    this.over = true;
    // A leg that was closed has nothing left to be taken apart.
    this.first.unbridge().then(
      () => this.ending.resolve(why),
      () => this.ending.resolve(why),
    );
  }
}
