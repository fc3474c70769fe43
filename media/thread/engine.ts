import type { Clock } from '../../control/base/clock.ts';
import type { Random } from '../../control/base/random.ts';
import { assertNever, fail, ok } from '../../control/base/result.ts';
import { Playlist } from '../audio/playlist.ts';
import { SoundShelf } from '../audio/sound-shelf.ts';
import type { RecordOptions } from '../media.ts';
import type { MeasuredLeg } from '../quality/leg-quality.ts';
import { PortPairs } from '../rtp/ports.ts';
import { WorkerPool } from '../worker/pool.ts';
import type { Seat } from '../worker/pool.ts';
import { Encoder } from './encoder.ts';
import { EventBox } from './event-box.ts';
import { Feeds } from './feeds.ts';
import { ThreadLeg } from './leg.ts';
import type { LegEnvironment } from './leg-environment.ts';
import { MachineListener, RecordListener, SpeechListener, TapListener } from './listener.ts';
import type { Listener } from './listener.ts';
import type {
  Answer,
  Ask,
  Event,
  Opened,
  Order,
  PlaybackEnd,
  RequestName,
  SoundOf,
  ThreadOptions,
} from './protocol.ts';
import { ThreadRoom } from './room.ts';
import { Rota } from './rota.ts';
import { Ticker } from './ticker.ts';

/** Ports that another program holds are passed over, so many of them at a time. */
const bindAttempts = 8;

export interface EngineObserver {
  readonly events: (events: readonly Event[]) => void;
  readonly trouble: (reason: string) => void;
}

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

type Handlers = { readonly [N in RequestName]: (ask: Ask<N>) => Answer<N> | Promise<Answer<N>> };

/** The media thread without its thread: all legs, rooms and what is played and recorded, under the numbers of `protocol`. */
export class Engine {
  private readonly box: EventBox;
  private readonly pool: WorkerPool;
  private readonly ports: PortPairs;
  private readonly shelf = new SoundShelf();
  private readonly ticker: Ticker;
  private readonly environment: LegEnvironment<ThreadLeg>;
  private readonly legs = new Map<number, ThreadLeg>();
  private readonly rota = new Rota();
  private readonly rooms = new Map<number, ThreadRoom>();
  private readonly playbacks = new Map<number, () => void>();
  private readonly recorders = new Map<number, RecordListener>();
  private readonly taps = new Map<number, () => void>();
  private readonly feeds = new Feeds();

  private constructor(
    options: ThreadOptions,
    clock: Clock,
    random: Random,
    observer: EngineObserver,
    pool: WorkerPool,
  ) {
    this.box = new EventBox(observer.events);
    this.pool = pool;
    this.ports = new PortPairs(options.ports);
    this.ticker = new Ticker(clock, (tick, part) => this.tick(tick, part));
    this.environment = {
      clock,
      random,
      encoder: new Encoder(),
      homes: options.homes,
      tick: () => this.ticker.now,
      digit: (leg, digit) => this.emit({ kind: 'digit', leg: leg.id, digit }),
      fault: (leg, fault, reason) => {
        if (reason !== undefined) observer.trouble(reasonOf(reason));
        this.emit({ kind: 'fault', leg: leg.id, fault });
        void this.closeLeg(leg);
      },
      changed: (leg) => this.rota.place(leg),
    };
  }

  /** Rejects when no mediasoup worker can be started. */
  static async open(
    options: ThreadOptions,
    clock: Clock,
    random: Random,
    observer: EngineObserver,
  ): Promise<Engine> {
    const box: { engine?: Engine } = {};
    const pool = await WorkerPool.open(options.workers, clock, random, (seat) =>
      box.engine?.workerDied(seat),
    );
    box.engine = new Engine(options, clock, random, observer, pool);
    return box.engine;
  }

  async request<N extends RequestName>(name: N, ask: Ask<N>): Promise<Answer<N>> {
    try {
      return await this.handlers[name](ask);
    } catch (error) {
      // What the worker cannot do for a leg ends that leg.
      const leg = 'leg' in ask ? this.legs.get(ask.leg) : undefined;
      if (leg !== undefined) this.environment.fault(leg, 'worker-died', error);
      throw error;
    }
  }

  private readonly handlers: Handlers = {
    openLeg: ({ leg, options, beside }) => this.openLeg(leg, options, beside),
    offer: ({ leg, direction }) => this.legs.get(leg)?.offer(direction) ?? '',
    answer: ({ leg, sdp }) => this.legs.get(leg)?.answer(sdp) ?? fail('closed'),
    accept: ({ leg, sdp }) => this.legs.get(leg)?.accept(sdp) ?? fail('closed'),
    bridge: async ({ leg, other }) => {
      const partner = this.legs.get(other);
      if (partner !== undefined) await this.legs.get(leg)?.bridge(partner);
      return undefined;
    },
    unbridge: async ({ leg }) => {
      await this.legs.get(leg)?.unbridge();
      return undefined;
    },
    echo: async ({ leg, on }) => {
      await this.legs.get(leg)?.echo(on);
      return undefined;
    },
    record: ({ of, recorder, options }) => this.record(of, recorder, options),
    tap: async ({ leg, tap, track }) =>
      this.listen(leg, tap, new TapListener(track, (frame) => this.emit({ kind: 'heard', tap, frame }))),
    watch: async ({ leg, tap }) =>
      this.listen(leg, tap, new SpeechListener((change) => this.emit({ kind: 'speech', tap, change }))),
    watchMachine: async ({ leg, tap, options }) =>
      this.listen(leg, tap, new MachineListener(options, (by) => this.emit({ kind: 'machine', tap, by }))),
    feed: async ({ leg, feed }) => {
      const found = this.legs.get(leg);
      if (found === undefined) return undefined;
      this.feeds.open(feed, found);
      await found.settle();
      return undefined;
    },
    closeLeg: async ({ leg }) => {
      const found = this.legs.get(leg);
      if (found !== undefined) await this.closeLeg(found);
      return undefined;
    },
    openRoom: ({ room }) => {
      this.rooms.set(room, new ThreadRoom());
      return undefined;
    },
    join: async ({ room, leg, muted, held }) => {
      const found = this.legs.get(leg);
      if (found === undefined) return undefined;
      for (const other of this.rooms.values()) other.leave(found);
      this.rooms.get(room)?.join(found, muted, held);
      await found.settle();
      return undefined;
    },
    leave: async ({ room, leg }) => {
      const found = this.legs.get(leg);
      if (found === undefined) return undefined;
      this.rooms.get(room)?.leave(found);
      await found.settle();
      return undefined;
    },
    closeRoom: ({ room }) => {
      this.rooms.get(room)?.close();
      this.rooms.delete(room);
      return undefined;
    },
    close: async () => {
      for (const leg of [...this.legs.values()]) await this.closeLeg(leg);
      for (const room of this.rooms.values()) room.close();
      this.ticker.stop();
      await this.pool.close();
      return undefined;
    },
  };

  order(order: Order): void {
    switch (order.kind) {
      case 'play':
        return this.play(order.of, order.playback, new Playlist(order.items, this.shelf, order.loop));
      case 'digits': {
        const leg = this.legs.get(order.leg);
        const over = this.playbackOver(order.playback, () => leg?.outlet.stopPlaying());
        return leg === undefined ? over('closed') : leg.sendDigits(order.digits, over);
      }
      case 'stop':
        return this.playbacks.get(order.playback)?.();
      case 'pause':
        return this.recorders.get(order.recorder)?.recorder.pause(order.behavior);
      case 'resume':
        return this.recorders.get(order.recorder)?.recorder.resume();
      case 'stop-recorder':
        return this.recorders.get(order.recorder)?.recorder.stop();
      case 'close-tap':
        this.taps.get(order.tap)?.();
        this.taps.delete(order.tap);
        return;
      case 'push':
        return this.feeds.push(order.feed, order.mulaw);
      case 'mark': {
        const { feed, mark } = order;
        return this.feeds.mark(feed, () => this.emit({ kind: 'marked', feed, mark }));
      }
      case 'clear':
        return this.feeds.clear(order.feed);
      case 'close-feed':
        return this.feeds.close(order.feed);
      case 'mute':
        return this.inRoom(order.room, order.leg, (room, leg) => room.mute(leg, order.on));
      case 'hold':
        return this.inRoom(order.room, order.leg, (room, leg) => room.hold(leg, order.on));
      case 'coach': {
        const coached = order.coached === undefined ? undefined : this.legs.get(order.coached);
        return this.inRoom(order.room, order.coach, (room, coach) => room.coach(coach, coached));
      }
      default:
        return assertNever(order);
    }
  }

  private async openLeg(id: number, options: Ask<'openLeg'>['options'], beside?: number): Promise<Opened> {
    const seat = this.legs.get(beside ?? -1)?.seat ?? this.pool.pick();
    if (seat === undefined) return fail('no-worker');
    for (let attempt = 0; attempt < bindAttempts; attempt++) {
      const port = this.ports.take();
      if (port === undefined) return fail('no-ports');
      try {
        const leg = await ThreadLeg.open(id, options, seat, port, this.environment);
        this.legs.set(id, leg);
        this.ticker.start();
        return ok(undefined);
      } catch {
        this.ports.give(port);
        if (seat.direct.closed) return fail('no-worker');
      }
    }
    return fail('no-ports');
  }

  private async closeLeg(leg: ThreadLeg): Promise<void> {
    if (!this.legs.delete(leg.id)) return;
    for (const room of this.rooms.values()) room.leave(leg);
    this.feeds.closeOf(leg);
    this.ports.give(leg.port);
    const closing = leg.close();
    if (this.legs.size === 0 && this.rooms.size === 0) this.ticker.stop();
    let measured: MeasuredLeg | undefined;
    try {
      measured = await closing;
    } finally {
      // Its partner may fail to let it go; it has ended all the same.
      this.emit({ kind: 'ended', leg: leg.id, measured });
    }
  }

  private workerDied(seat: Seat): void {
    for (const leg of [...this.legs.values()])
      if (leg.seat === seat) this.environment.fault(leg, 'worker-died');
  }

  private play(of: SoundOf, playback: number, list: Playlist): void {
    const unreadable = (): boolean => list.unreadable;
    if (of.kind === 'leg') {
      const leg = this.legs.get(of.leg);
      const over = this.playbackOver(playback, () => leg?.outlet.stopPlaying());
      if (leg !== undefined) return leg.outlet.play(list, over, unreadable);
      list.close();
      return over('closed');
    }
    const room = this.rooms.get(of.room);
    const over = this.playbackOver(playback, () => room?.stopPlaying());
    if (room !== undefined) return room.play(list, over, unreadable);
    list.close();
    over('closed');
  }

  /** Notes how a playback is stopped; what it gives is called when it is over. */
  private playbackOver(playback: number, stop: () => void): (how: PlaybackEnd) => void {
    this.playbacks.set(playback, stop);
    return (how) => {
      this.playbacks.delete(playback);
      this.emit({ kind: 'played', playback, how });
    };
  }

  private async record(of: SoundOf, recorder: number, options: RecordOptions): Promise<undefined> {
    const listener = new RecordListener(options);
    this.recorders.set(recorder, listener);
    void listener.recorder.done.then((result) => {
      this.recorders.delete(recorder);
      this.emit({ kind: 'recorded', recorder, result });
    });
    const owner = of.kind === 'leg' ? this.legs.get(of.leg) : this.rooms.get(of.room);
    if (owner === undefined) listener.close();
    else await owner.listen(listener);
    return undefined;
  }

  private async listen(leg: number, tap: number, listener: Listener): Promise<undefined> {
    const found = this.legs.get(leg);
    if (found === undefined) return undefined;
    this.taps.set(tap, () => found.unlisten(listener));
    await found.listen(listener);
    return undefined;
  }

  private inRoom(room: number, leg: number, change: (room: ThreadRoom, leg: ThreadLeg) => void): void {
    const [foundRoom, foundLeg] = [this.rooms.get(room), this.legs.get(leg)];
    if (foundRoom !== undefined && foundLeg !== undefined) change(foundRoom, foundLeg);
  }

  private tick(tick: number, part: number): void {
    const legs = this.rota.turn(part);
    for (const leg of legs) leg.hear();
    if (part === 0) for (const room of this.rooms.values()) if (room.active) room.tick();
    this.pool.together(() => {
      for (const leg of legs) leg.speak(tick);
      if (part === 0) for (const leg of this.legs.values()) if (!this.rota.has(leg)) leg.keepAlive(tick);
    });
    for (const leg of legs) leg.report();
  }

  private emit(event: Event): void {
    this.box.put(event);
  }
}
