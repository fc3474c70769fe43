import type { Random } from '../../../control/base/random.ts';
import type { Refusal } from '../transaction/layer.ts';

export interface OverloadLimits {
  /** Lateness of this thread, or of the application's, beyond which nothing new is begun. */
  readonly lagMaxMs: number;
  /** Octets that an application may leave unread. */
  readonly backlogMax: number;
  /** Requests that may await an application's answer. */
  readonly unansweredMax: number;
}

export const defaultOverloadLimits: OverloadLimits = {
  lagMaxMs: 400,
  backlogMax: 4 * 1024 * 1024,
  unansweredMax: 20_000,
};

/** The part of each limit at which those are refused who are no carriers. */
const strangersPart = 1 / 2;

/** Where the signs of overload are read. */
export interface OverloadSigns {
  lagMs(): number;
  appLagMs(): number;
  backlog(): number;
}

/**
 * Refuses what is new before it hurts what is under way: 503 with a Retry-After that spreads the callers' next
 * attempts (RFC 3261 §21.5.4).
 */
export class Overload {
  private readonly limits: OverloadLimits;
  private readonly signs: OverloadSigns;
  private readonly random: Random;
  private count = 0;

  constructor(limits: OverloadLimits, signs: OverloadSigns, random: Random) {
    this.limits = limits;
    this.signs = signs;
    this.random = random;
  }

  /** How many requests were refused. */
  get refused(): number {
    return this.count;
  }

  /**
   * What refuses a new request now; undefined if it may come in. Strangers are refused well before carriers, so that
   * what they send does not bring the limits about that carriers would feel.
   */
  refusal(unanswered: number, isStranger = false): Refusal | undefined {
    const { lagMaxMs, backlogMax, unansweredMax } = this.limits;
    const part = isStranger ? strangersPart : 1;
    const fine =
      this.signs.lagMs() <= lagMaxMs * part &&
      this.signs.appLagMs() <= lagMaxMs * part &&
      this.signs.backlog() <= backlogMax * part &&
      unanswered < unansweredMax * part;
    if (fine) return undefined;
    this.count++;
    return { status: 503, fields: [['Retry-After', String(2 + Math.floor(this.random.fraction() * 9))]] };
  }
}
