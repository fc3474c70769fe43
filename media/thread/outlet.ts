import { dtmfSource } from '../audio/dtmf.ts';
import { newFrame, silentFrame } from '../audio/frame.ts';
import type { FrameSource } from '../audio/frame.ts';
import type { FeedQueue } from '../audio/feed-queue.ts';
import type { MixerMember } from '../audio/mixer.ts';
import { DigitSender } from '../rtp/digit-sender.ts';
import type { EventPacket } from '../rtp/digit-sender.ts';
import type { PlaybackEnd } from './protocol.ts';

/** Something with an end that is played into a leg. */
interface Played {
  readonly source: FrameSource | DigitSender;
  readonly over: (how: PlaybackEnd) => void;
  /** Whether all of it, or part, could not be read. */
  readonly unreadable: () => boolean;
}

/** What a leg is given to hear in one tick. */
export type Portion =
  | { readonly kind: 'sound'; readonly frame: Int16Array }
  | { readonly kind: 'events'; readonly packets: readonly EventPacket[] }
  /** Nothing from here: a bridge, or silence. */
  | { readonly kind: 'none' };

const none: Portion = { kind: 'none' };
const quiet: Portion = { kind: 'sound', frame: silentFrame };

/**
 * What a leg hears from this thread. What is played comes first, then a feed, then the room it is in; one of them at a
 * time. Where there is nothing of these, a bridge has its turn.
 */
export class Outlet {
  private readonly changed: () => void;
  private played: Played | undefined;
  private feeding: FeedQueue | undefined;
  private seat: MixerMember | undefined;
  private readonly frame = newFrame();
  private readonly sound: Portion = { kind: 'sound', frame: this.frame };

  /** `changed`: whether there is something to hear may have changed. */
  constructor(changed: () => void) {
    this.changed = changed;
  }

  get busy(): boolean {
    return this.played !== undefined || this.feeding !== undefined || this.seat !== undefined;
  }

  get member(): MixerMember | undefined {
    return this.seat;
  }

  play(source: FrameSource, over: (how: PlaybackEnd) => void, unreadable: () => boolean = () => false): void {
    this.begin({ source, over, unreadable });
  }

  /** As telephone events, or as tones. */
  digits(digits: string, events: boolean, over: (how: PlaybackEnd) => void): void {
    const source = events ? new DigitSender(digits) : dtmfSource(digits);
    this.begin({ source, over, unreadable: () => false });
  }

  stopPlaying(how: PlaybackEnd = 'stopped'): void {
    const { played } = this;
    if (played === undefined) return;
    this.played = undefined;
    if ('close' in played.source) played.source.close();
    played.over(how);
    this.changed();
  }

  feed(queue: FeedQueue): void {
    this.feeding = queue;
    this.changed();
  }

  unfeed(queue: FeedQueue): void {
    if (this.feeding !== queue) return;
    this.feeding = undefined;
    this.changed();
  }

  sit(member: MixerMember | undefined): void {
    this.seat = member;
    this.changed();
  }

  /** The next 20 ms. */
  read(): Portion {
    while (this.played !== undefined) {
      const portion = this.readPlayed(this.played);
      if (portion !== 'ended') return portion;
      this.stopPlaying(this.played.unreadable() ? 'unreadable' : 'ended');
    }
    if (this.feeding !== undefined && this.feeding.read(this.frame) !== 'ended') return this.sound;
    if (this.seat === undefined) return none;
    return { kind: 'sound', frame: this.seat.heard };
  }

  private readPlayed({ source }: Played): Portion | 'ended' {
    if (source instanceof DigitSender) {
      const packets = source.tick();
      if (packets === 'ended') return 'ended';
      return packets === 'pause' ? quiet : { kind: 'events', packets };
    }
    return source.read(this.frame) === 'ended' ? 'ended' : this.sound;
  }

  private begin(played: Played): void {
    this.stopPlaying();
    this.played = played;
    this.changed();
  }
}
