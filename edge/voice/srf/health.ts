import type { Clock, Timer } from '../../../control/base/clock.ts';
import type { SrfClient } from './client.ts';
import type { Trunk } from './trunk.ts';

/** How often a trunk is asked, and how many questions may stay unanswered. */
const everyMs = 30_000;
const missedMax = 3;

/** Whether a status shows that a peer is there: 408 and 503 are what the server makes up where nobody answers. */
export const isWord = (status: number): boolean => status !== 408 && status !== 503;

export interface TrunkObserver {
  /** A trunk's peer came to answer, or ceased to. */
  trunk(name: string, state: 'up' | 'down'): void;
}

/**
 * Asks trunks whether they are there (OPTIONS, RFC 3261 section 11). Nearly any answer will do, a refusal too; one that
 * has never answered is not held to be down, because some carriers answer no OPTIONS.
 */
export class TrunkHealth {
  private readonly srf: SrfClient;
  private readonly clock: Clock;
  private readonly observer: TrunkObserver;
  private readonly missed = new Map<Trunk, number>();
  private timer: Timer | undefined;

  constructor(srf: SrfClient, clock: Clock, observer: TrunkObserver) {
    this.srf = srf;
    this.clock = clock;
    this.observer = observer;
  }

  start(trunks: readonly Trunk[]): void {
    const round = (): void => {
      for (const trunk of trunks) this.ask(trunk);
      this.timer = this.clock.after(everyMs, round);
    };
    round();
  }

  stop(): void {
    this.timer?.cancel();
  }

  /** The trunk has been heard of. */
  heard(trunk: Trunk): void {
    this.missed.set(trunk, 0);
    if (trunk.state === 'up') return;
    trunk.state = 'up';
    this.observer.trunk(trunk.name, 'up');
  }

  private ask(trunk: Trunk): void {
    this.srf.request(trunk.proxy, { method: 'OPTIONS' }, (error, req) => {
      if (error !== null || req === undefined) {
        this.miss(trunk);
        return;
      }
      req.on('response', ({ status, source_address: address }) => {
        if (!isWord(status)) {
          this.miss(trunk);
          return;
        }
        trunk.answeredFrom(address);
        this.heard(trunk);
      });
    });
  }

  private miss(trunk: Trunk): void {
    const missed = (this.missed.get(trunk) ?? 0) + 1;
    this.missed.set(trunk, missed);
    if (missed < missedMax || trunk.state !== 'up') return;
    trunk.state = 'down';
    this.observer.trunk(trunk.name, 'down');
  }
}
