import type { Clock, Timer } from '../base/clock.ts';
import type { Images } from './images.ts';

/** From one look to the next; a look is the reading of a few short rows. */
const pollMs = 250;

/**
 * Keeps what is in memory up with what the `strowger` command imports: sees within a quarter of a second that an image
 * has another version, or is gone, and hands over its bytes. One that cannot be read or used is told to `trouble`, and
 * what was there before stays.
 */
export class ImageWatch {
  private readonly images: Images;
  private readonly clock: Clock;
  private readonly prefix: string;
  private readonly changed: (name: string, bytes: ArrayBuffer | undefined) => void;
  private readonly trouble: (name: string, reason: string) => void;
  private readonly also: () => void;
  private readonly seen = new Map<string, string>();
  private readonly troubled = new Map<string, string>();
  private timer: Timer | undefined;
  private looking: Promise<void> | undefined;
  private stopped = false;

  /** Of every image whose name begins with `prefix`. `also` looks at what goes with them, whenever they have been looked at. */
  constructor(
    { images, clock }: { readonly images: Images; readonly clock: Clock },
    prefix: string,
    changed: (name: string, bytes: ArrayBuffer | undefined) => void,
    trouble: (name: string, reason: string) => void,
    also: () => void = () => undefined,
  ) {
    this.images = images;
    this.clock = clock;
    this.prefix = prefix;
    this.changed = changed;
    this.trouble = trouble;
    this.also = also;
  }

  /** Resolves when what is there now has been handed over; goes on looking afterwards. */
  async start(): Promise<void> {
    this.looking = this.look();
    await this.looking;
    if (!this.stopped) this.timer = this.clock.after(pollMs, () => void this.start());
  }

  /** Resolves when the look that was under way has ended, so that the store may be closed. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.timer?.cancel();
    await this.looking;
  }

  /** Hands over what has changed since the last look. */
  async look(): Promise<void> {
    const names = this.images.names(this.prefix);
    for (const name of names) {
      const head = this.images.head(name);
      if (head === undefined || head.id === this.seen.get(name)) continue;
      try {
        const bytes = await this.images.read(name, head);
        // Replaced while it was read: the next look finds its successor.
        if (bytes === undefined) continue;
        if (this.stopped) return;
        this.changed(name, bytes);
        this.seen.set(name, head.id);
        this.troubled.delete(name);
      } catch (error) {
        // It is tried at every look, and told once.
        if (this.troubled.get(name) !== head.id) this.trouble(name, String(error));
        this.troubled.set(name, head.id);
      }
    }
    for (const name of [...this.seen.keys()]) {
      if (names.includes(name)) continue;
      this.seen.delete(name);
      this.changed(name, undefined);
    }
    this.also();
  }
}
