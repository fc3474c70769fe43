import { silentFrame } from '../audio/frame.ts';
import type { FrameSource } from '../audio/frame.ts';
import { Mixer } from '../audio/mixer.ts';
import type { MixerMember } from '../audio/mixer.ts';
import type { ThreadLeg } from './leg.ts';
import { Audience } from './audience.ts';
import type { Listener } from './listener.ts';
import type { PlaybackEnd } from './protocol.ts';

interface Announcement {
  readonly over: (how: PlaybackEnd) => void;
  readonly unreadable: () => boolean;
}

/** A conference in the media thread. */
export class ThreadRoom {
  private readonly mixer = new Mixer();
  private readonly members = new Map<ThreadLeg, MixerMember>();
  private readonly audience = new Audience();
  private announcement: Announcement | undefined;

  /** Whether it has anything to do in a tick. */
  get active(): boolean {
    return this.members.size > 0 || this.announcement !== undefined || !this.audience.empty;
  }

  join(leg: ThreadLeg, muted: boolean, held: boolean): void {
    if (leg.closed || this.members.has(leg)) return;
    const member = this.mixer.join();
    member.muted = muted;
    member.held = held;
    this.members.set(leg, member);
    leg.outlet.sit(member);
  }

  leave(leg: ThreadLeg): void {
    const member = this.members.get(leg);
    if (member === undefined) return;
    this.members.delete(leg);
    this.mixer.leave(member);
    leg.outlet.sit(undefined);
  }

  mute(leg: ThreadLeg, on: boolean): void {
    const member = this.members.get(leg);
    if (member !== undefined) member.muted = on;
  }

  hold(leg: ThreadLeg, on: boolean): void {
    const member = this.members.get(leg);
    if (member !== undefined) member.held = on;
  }

  coach(coach: ThreadLeg, coached: ThreadLeg | undefined): void {
    const member = this.members.get(coach);
    if (member !== undefined) member.coached = coached === undefined ? undefined : this.members.get(coached);
  }

  play(source: FrameSource, over: (how: PlaybackEnd) => void, unreadable: () => boolean): void {
    this.stopPlaying();
    const announcement = { over, unreadable };
    this.announcement = announcement;
    this.mixer.play(source, () => {
      // Also called when it is stopped; that was told already.
      if (this.announcement === announcement) this.finish(unreadable() ? 'unreadable' : 'ended');
    });
  }

  stopPlaying(how: PlaybackEnd = 'stopped'): void {
    if (this.announcement === undefined) return;
    this.finish(how);
    this.mixer.stopPlaying();
  }

  listen(listener: Listener): void {
    this.audience.add(listener);
  }

  /** Between what its members say and what they hear. */
  tick(): void {
    this.mixer.tick();
    this.audience.hear(this.mixer.everything, silentFrame);
  }

  close(): void {
    this.stopPlaying('closed');
    for (const leg of [...this.members.keys()]) this.leave(leg);
    this.audience.close();
  }

  private finish(how: PlaybackEnd): void {
    const { announcement } = this;
    this.announcement = undefined;
    announcement?.over(how);
  }
}
