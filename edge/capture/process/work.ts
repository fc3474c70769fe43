import type { Clock, Timer } from '../../../control/base/clock.ts';
import type { OverheardBatch } from '../../../control/base/overheard.ts';
import { exportedPacket } from '../packets/exported-pdu.ts';
import type { CapturedPacket } from '../packets/packet.ts';
import { HepExport } from '../hep/export.ts';
import { HepSender } from '../hep/sender.ts';
import { Ring } from '../ring/ring.ts';
import { captureFilter } from '../scope/filter.ts';
import { cutSound } from './cut-sound.ts';
import type { sniff, Sniffer } from './sniffer.ts';
import type { CaptureStart, FromCapture } from './words.ts';

export interface WorkSurroundings {
  readonly clock: Clock;
  readonly sniff: typeof sniff;
  readonly tell: (words: FromCapture) => void;
  /** The edge has gone, or an interface: this process has to end. */
  readonly isOrphan: () => boolean;
  readonly end: () => void;
}

const tendMs = 200;
const reportMs = 1_000;
/** An interface that is not there may come. */
const openEveryMs = 10_000;
/** Between two looks at the time where packets leave no turn for timers. */
const packetsPerLook = 1_024;
/** What the capture process does: takes packets of its interfaces into the ring, and reports. */
export class CaptureWork {
  private readonly settings: CaptureStart;
  private readonly around: WorkSurroundings;
  private readonly ring: Ring;
  private readonly filter: string;
  private readonly homer: { readonly make: HepExport; readonly sender: HepSender } | undefined;
  private readonly opened = new Map<string, Sniffer>();
  private readonly troubled = new Map<string, string>();
  private timer: Timer | undefined;
  private tendedMs = 0;
  private reportedMs = 0;
  private triedMs = -openEveryMs;
  private seen = 0;
  private missed = 0;

  constructor(settings: CaptureStart, around: WorkSurroundings) {
    this.settings = settings;
    this.around = around;
    this.filter = captureFilter(settings.scope);
    const { directory, ringBytes: bytes, ringMs: ageMs } = settings;
    const trouble = (reason: string): void => this.trouble('ring', reason);
    this.ring = new Ring(directory, { bytes, ageMs }, around.clock, trouble);
    const { hep } = settings;
    if (hep !== null) {
      const unheard = (reason: string): void => this.trouble('hep', reason);
      this.homer = { make: new HepExport(hep), sender: new HepSender(hep.address, around.clock, unheard) };
    }
  }

  /** To be called once. */
  start(): void {
    this.look();
    const again = (): void => {
      this.look();
      this.timer = this.around.clock.after(tendMs, again);
    };
    this.timer = this.around.clock.after(tendMs, again);
  }

  /** What has been captured is written when this returns. */
  stop(): void {
    this.timer?.cancel();
    this.ring.close();
    this.homer?.sender.close();
  }

  /**
   * Takes what passed under TLS into files of its own, whose names no interface can have: the SIP server and the SMPP
   * links tell it each in its order. It stays here: what was encrypted does not leave for Homer in the clear.
   */
  overheard({ messages, missed }: OverheardBatch): void {
    for (const message of messages) this.ring.add(`edge:${message.protocol}`, exportedPacket(message));
    this.seen += messages.length;
    this.missed += missed;
  }

  private take(networkInterface: string, packet: CapturedPacket): void {
    const { rtp, scope } = this.settings;
    const kept = rtp === 'headers' && scope.media !== null ? cutSound(packet, scope.media) : packet;
    this.ring.add(networkInterface, kept);
    if (this.homer !== undefined) {
      const { make, sender } = this.homer;
      // The next packet overwrites this one, and what is exported may wait for others.
      for (const datagram of make.push({ ...kept, bytes: Buffer.from(kept.bytes) })) sender.send(datagram);
    }
    if (++this.seen % packetsPerLook === 0) this.look();
  }

  /** Does what is due by now. */
  private look(): void {
    const nowMs = this.around.clock.monotonic();
    if (nowMs - this.triedMs >= openEveryMs) {
      this.triedMs = nowMs;
      this.openMissing();
    }
    if (nowMs - this.tendedMs >= tendMs) {
      this.tendedMs = nowMs;
      this.ring.tend();
      if (this.around.isOrphan() || this.hasLostInterface()) {
        this.stop();
        this.around.end();
        return;
      }
    }
    if (nowMs - this.reportedMs >= reportMs) {
      this.reportedMs = nowMs;
      this.report();
    }
  }

  private openMissing(): void {
    for (const name of this.settings.interfaces) {
      if (this.opened.has(name)) continue;
      const sniffer = this.around.sniff(name, this.filter, (packet) => this.take(name, packet));
      if (sniffer.ok) this.opened.set(name, sniffer.value);
      else this.trouble(name, sniffer.error);
    }
  }

  private hasLostInterface(): boolean {
    for (const [name, sniffer] of this.opened) {
      if (sniffer.isThere()) continue;
      this.trouble(name, 'the interface has gone');
      return true;
    }
    return false;
  }

  private report(): void {
    let droppedByKernel = 0;
    for (const sniffer of this.opened.values()) droppedByKernel += sniffer.stats().droppedByKernel;
    this.around.tell({
      kind: 'report',
      seen: this.seen,
      droppedByKernel,
      missed: this.missed,
      unwritten: this.ring.unwritten,
      ringBytes: this.ring.bytes,
      exported: this.homer?.sender.sent ?? 0,
      open: Array.from(this.opened.keys()),
    });
  }

  private trouble(what: string, reason: string): void {
    if (this.troubled.get(what) === reason) return;
    this.troubled.set(what, reason);
    this.around.tell({ kind: 'trouble', what, reason });
  }
}
