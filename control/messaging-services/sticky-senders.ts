import type { Clock } from '../base/clock.ts';
import { sidBytes, type Sid } from '../base/sid.ts';
import type { KeyCodec } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import { Sweep } from '../store/sweep.ts';
import type { Table } from '../store/table.ts';

interface StickyKey {
  readonly serviceSid: Sid;
  /** E.164. */
  readonly recipient: string;
}

interface Sticky {
  readonly sender: string;
  readonly usedMs: number;
}

const dayMs = 86_400_000;
/** A recipient who has heard nothing for so long may hear from another sender. */
const keptMs = 400 * dayMs;

/** The 16 bytes of the service, then the recipient. */
const stickyKey: KeyCodec<StickyKey> = {
  encode: ({ serviceSid, recipient }) => Buffer.concat([sidBytes(serviceSid), Buffer.from(recipient)]),
  decode: (bytes) => ({
    serviceSid: `MG${bytes.toString('hex', 0, 16)}`,
    recipient: bytes.toString('utf8', 16),
  }),
};

/** Which sender of a service a recipient has heard from last (https://www.twilio.com/docs/messaging/services#sticky-sender). */
export class StickySenders {
  private readonly table: Table<StickyKey, Sticky>;
  private readonly clock: Clock;
  private readonly forgetting: Sweep<StickyKey, Sticky>;

  constructor(store: Store, clock: Clock) {
    this.clock = clock;
    this.table = store.table<StickyKey, Sticky>({
      name: 'sticky-senders',
      key: stickyKey,
      version: 1,
      pack: ({ sender, usedMs }) => [sender, usedMs],
      unpack: (packed) => {
        const [sender, usedMs] = packed as [string, number];
        return { sender, usedMs };
      },
      // Two messages to one recipient may come within one commit.
      readsOwnWrites: true,
    });
    this.forgetting = new Sweep(this.table, clock, (_, { usedMs }) => usedMs < clock.now() - keptMs);
  }

  start(): void {
    this.forgetting.start();
  }

  stop(): void {
    this.forgetting.stop();
  }

  find(serviceSid: Sid, recipient: string): string | undefined {
    return this.table.get({ serviceSid, recipient })?.sender;
  }

  /** Joins the write of the message. Written once a day at most while the sender stays the same. */
  remember(serviceSid: Sid, recipient: string, sender: string): void {
    const nowMs = this.clock.now();
    const known = this.table.get({ serviceSid, recipient });
    if (known?.sender === sender && known.usedMs > nowMs - dayMs) return;
    this.table.put({ serviceSid, recipient }, { sender, usedMs: nowMs });
  }
}
