import { availableParallelism } from 'node:os';
import type { Clock } from '../control/base/clock.ts';
import { systemClock } from '../control/base/clock.ts';
import { fail, ok } from '../control/base/result.ts';
import type { Result } from '../control/base/result.ts';
import type { Leg, LegOptions, Media, Room } from './media.ts';
import { ClientLeg, numberOf } from './thread/client-leg.ts';
import { ClientRoom } from './thread/client-room.ts';
import { ThreadLink } from './thread/link.ts';
import type { ThreadOptions } from './thread/protocol.ts';
import { Switchboard } from './thread/switchboard.ts';

/** As `media` in the configuration. */
export interface MediaOptions {
  readonly address: string;
  readonly announce?: string | undefined;
  readonly address6?: string | undefined;
  readonly ports: { readonly first: number; readonly last: number };
  readonly workers: 'auto' | number;
  /** The mediasoup worker; where it is left out, the one that set-up put into mediasoup's package. */
  readonly workerBin?: string | undefined;
  /** Told what an operator should know: a worker refused something, the thread was lost and is started again. */
  readonly trouble?: ((reason: string) => void) | undefined;
}

/** A thread that was lost is started again after this. */
const restartMs = 1_000;

/** Starts the media thread and its workers. Rejects when a worker cannot be started, with the reason. */
export async function openMedia(options: MediaOptions, clock: Clock = systemClock): Promise<Media> {
  const media = new ThreadedMedia(options, clock);
  await media.start();
  return media;
}

class ThreadedMedia implements Media {
  private readonly options: MediaOptions;
  private readonly clock: Clock;
  private readonly board: Switchboard;
  private link: ThreadLink | undefined;
  private closed = false;

  constructor(options: MediaOptions, clock: Clock) {
    this.options = options;
    this.clock = clock;
    this.board = new Switchboard({
      request: (name, ask) => this.link?.request(name, ask) ?? Promise.reject(new Error('no media thread')),
      order: (order) => this.link?.order(order),
    });
  }

  async start(): Promise<void> {
    const { address, announce = address, address6, ports, workers } = this.options;
    const threadOptions: ThreadOptions = {
      homes: [
        { address, announce },
        ...(address6 === undefined ? [] : [{ address: address6, announce: address6 }]),
      ],
      ports,
      // One core is left to the threads of this process.
      workers: workers === 'auto' ? Math.max(1, availableParallelism() - 1) : workers,
    };
    const link = await ThreadLink.open(threadOptions, this.options.workerBin, {
      event: (event) => this.board.event(event),
      lost: (reason) => this.lost(reason),
      trouble: (reason) => this.options.trouble?.(reason),
    });
    if (this.closed) await link.close();
    else this.link = link;
  }

  async openLeg(options: LegOptions): Promise<Result<Leg, 'no-ports' | 'no-worker'>> {
    const { codecs, srtp, family, rtpTimeoutMs, beside } = options;
    const leg = this.board.number();
    const ask = {
      leg,
      options: { codecs, srtp, family, rtpTimeoutMs },
      beside: beside && numberOf(beside),
    };
    const client = new ClientLeg(leg, this.board);
    const opened = await this.board.line.request('openLeg', ask).catch(() => fail('no-worker' as const));
    if (opened.ok) return ok(client);
    this.board.legs.delete(leg);
    return opened;
  }

  async openRoom(): Promise<Room> {
    const room = this.board.number();
    await this.board.line.request('openRoom', { room });
    return new ClientRoom(room, this.board);
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.link?.close();
    this.board.close();
  }

  private lost(reason: string): void {
    this.link = undefined;
    this.board.lost();
    this.options.trouble?.(`the media thread was lost: ${reason}`);
    this.restart();
  }

  private restart(): void {
    this.clock.after(restartMs, () => {
      if (!this.closed) this.start().catch(() => this.restart());
    });
  }
}
