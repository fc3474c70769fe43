import { assertNever } from '../../control/base/result.ts';
import type { Playable } from '../media.ts';
import type { FrameRead, FrameSource } from './frame.ts';
import { SilenceSource } from './memory-source.ts';
import type { FileSource } from './sound-shelf.ts';
import { toneSource } from './tones.ts';

/** Something in the list; only a file may be unreadable. */
interface Item extends FrameSource {
  readonly unreadable?: boolean;
}

/** Where files are opened; `SoundShelf` is one. */
export interface Shelf {
  open(path: string): FileSource;
}

/**
 * Plays items one after another, without a gap: the next one is opened while one plays. A file that cannot be read is
 * passed over, and noted.
 */
export class Playlist implements FrameSource {
  private readonly items: readonly Playable[];
  private readonly shelf: Shelf;
  /** Rounds to come after this one. */
  private roundsLeft: number;
  private index = -1;
  private current: Item | undefined;
  private next: Item | undefined;
  private soundInRound = false;
  private failed = false;

  /** `loop`: how often the whole is played; 0 is without end. */
  constructor(items: readonly Playable[], shelf: Shelf, loop = 1) {
    this.items = items;
    this.shelf = shelf;
    this.roundsLeft = (loop === 0 ? Infinity : loop) - 1;
    if (loop >= 0) this.next = this.openAfter(-1);
    this.advance();
  }

  /** Whether an item could not be read. */
  get unreadable(): boolean {
    return this.failed;
  }

  read(into: Int16Array): FrameRead {
    while (this.current !== undefined) {
      const read = this.current.read(into);
      if (read !== 'ended') {
        // The silence of a file that is still being opened may be all that there is of it.
        if (read === 'frame' || this.current.unreadable === undefined) this.soundInRound = true;
        return read;
      }
      if (this.current.unreadable === true) this.failed = true;
      this.current.close();
      this.advance();
    }
    return 'ended';
  }

  close(): void {
    this.current?.close();
    this.next?.close();
    this.current = undefined;
    this.next = undefined;
  }

  private advance(): void {
    if (this.index === this.items.length - 1 && this.current !== undefined) {
      // A round in which nothing was heard would be followed by others like it, perhaps without end.
      if (!this.soundInRound) this.close();
      this.soundInRound = false;
      this.roundsLeft--;
    }
    this.current = this.next;
    if (this.current === undefined) return;
    this.index = (this.index + 1) % this.items.length;
    this.next = this.openAfter(this.index);
  }

  /** The source of the item after this one, if there is one to come. */
  private openAfter(index: number): Item | undefined {
    if (index === this.items.length - 1 && this.roundsLeft <= 0) return undefined;
    const item = this.items[(index + 1) % this.items.length];
    return item === undefined ? undefined : this.open(item);
  }

  private open(item: Playable): Item {
    switch (item.kind) {
      case 'file':
        return this.shelf.open(item.file);
      case 'silence':
        return new SilenceSource(item.durationMs);
      case 'tone':
        return toneSource(item.tone, item.durationMs);
      default:
        return assertNever(item);
    }
  }
}
