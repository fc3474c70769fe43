import { newFrame, silentFrame } from './frame.ts';
import type { FrameSink, FrameSource } from './frame.ts';

/** One party of a conference: what it says is written, what it hears is read, once a tick each. */
export class MixerMember implements FrameSink {
  /** Its words reach nobody. */
  muted = false;
  /** It hears and is heard by nobody. */
  held = false;
  /** Set, it is heard by that one alone; it hears everyone. */
  coached: MixerMember | undefined;
  /**
   * What it hears, as of the last tick; valid until the next. Members who hear the same get the same frame, the
   * mixer's own, so that a caller may encode it once. `silentFrame` where there is nothing to hear.
   */
  heard: Int16Array = silentFrame;
  /** What it said in this tick, if it `spoke`; the mixer's affair, as is `own`, where what it hears is made. */
  readonly said = newFrame();
  spoke = false;
  readonly own = newFrame();

  write(frame: Int16Array): void {
    this.said.set(frame);
    this.spoke = true;
  }
}

interface Announcement {
  readonly source: FrameSource;
  readonly ended: () => void;
}

/**
 * The sound of a conference: everyone hears the sum of the others. One sum is made in each tick and each speaker's
 * own words are taken out of it again, so a tick costs one pass a speaker and none a listener.
 */
export class Mixer {
  private readonly members = new Set<MixerMember>();
  private readonly sum = new Int32Array(newFrame().length);
  private readonly common = newFrame();
  private readonly announced = newFrame();
  private readonly announcements = new Set<Announcement>();

  get size(): number {
    return this.members.size;
  }

  /** The sum of all voices, for a recording of the conference; valid until the next tick. */
  get everything(): Int16Array {
    return this.common;
  }

  join(): MixerMember {
    const member = new MixerMember();
    this.members.add(member);
    return member;
  }

  leave(member: MixerMember): void {
    this.members.delete(member);
    for (const other of this.members) if (other.coached === member) other.coached = undefined;
  }

  /** Plays to everyone who is not held, besides what is playing; `ended` is called unless it is stopped before. */
  play(source: FrameSource, ended: () => void): { stop(): void } {
    const announcement = { source, ended };
    this.announcements.add(announcement);
    return {
      stop: () => {
        if (this.announcements.delete(announcement)) source.close();
      },
    };
  }

  /** Stops all that is playing. */
  stopPlaying(): void {
    for (const { source } of this.announcements) source.close();
    this.announcements.clear();
  }

  /** Mixes what was written since the last tick. */
  tick(): void {
    this.sum.fill(0);
    let voices = this.announce();
    for (const member of this.members) {
      if (!isHeardByAll(member)) continue;
      add(this.sum, member.said);
      voices++;
    }
    saturateInto(this.common, this.sum);
    const forListeners = voices > 0 ? this.common : silentFrame;
    for (const member of this.members) member.heard = this.heardBy(member, forListeners);
    this.whisper();
    for (const member of this.members) member.spoke = false;
  }

  private heardBy(member: MixerMember, forListeners: Int16Array): Int16Array {
    if (member.held) return silentFrame;
    if (!isHeardByAll(member)) return forListeners;
    subtractInto(member.own, this.sum, member.said);
    return member.own;
  }

  /** Adds the coaches' words to what those whom they coach hear. */
  private whisper(): void {
    for (const coach of this.members) {
      const pupil = coach.coached;
      if (pupil === undefined || !coach.spoke || coach.muted || coach.held || pupil.held) continue;
      // A second coach of the same pupil finds the first one's words in `own` already.
      addInto(pupil.own, pupil.heard, coach.said);
      pupil.heard = pupil.own;
    }
  }

  /** Adds what is being played; gives how many of it sounded. */
  private announce(): number {
    let voices = 0;
    for (const announcement of this.announcements) {
      const read = announcement.source.read(this.announced);
      if (read === 'frame') {
        add(this.sum, this.announced);
        voices++;
      } else if (read === 'ended') {
        this.announcements.delete(announcement);
        announcement.source.close();
        announcement.ended();
      }
    }
    return voices;
  }
}

const isHeardByAll = (member: MixerMember): boolean =>
  member.spoke && !member.muted && !member.held && member.coached === undefined;

const clip = (value: number): number => (value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : value);

function add(sum: Int32Array, frame: Int16Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (frame[i] as number);
}

function saturateInto(into: Int16Array, sum: Int32Array): void {
  for (let i = 0; i < into.length; i++) into[i] = clip(sum[i] as number);
}

function subtractInto(into: Int16Array, sum: Int32Array, frame: Int16Array): void {
  for (let i = 0; i < into.length; i++) into[i] = clip((sum[i] as number) - (frame[i] as number));
}

function addInto(into: Int16Array, one: Int16Array, other: Int16Array): void {
  for (let i = 0; i < into.length; i++) into[i] = clip((one[i] as number) + (other[i] as number));
}
