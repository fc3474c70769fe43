import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { Leg, LegOptions, Media } from '../../../media/media.ts';
import { openMedia } from '../../../media/open.ts';
import type { MediaOptions } from '../../../media/open.ts';
import { RtpPhone } from '../../peers/rtp-phone.ts';
import type { PhoneOptions } from '../../peers/rtp-phone.ts';

/** A phone in a call with a leg. */
export interface Call {
  readonly leg: Leg;
  readonly phone: RtpPhone;
}

/** Real media with real workers, and phones, for the tests of one file, which closes it. */
export class Stage {
  readonly media: Media;
  readonly folder: string;
  /** What the worker refused. */
  readonly troubles: readonly string[];
  private readonly phones: RtpPhone[] = [];

  private constructor(media: Media, troubles: readonly string[]) {
    this.media = media;
    this.troubles = troubles;
    this.folder = mkdtempSync(join(tmpdir(), 'strowger-media-'));
  }

  static async open(options: Partial<MediaOptions> = {}): Promise<Stage> {
    // Test files run side by side.
    const first = 10_000 + (process.pid % 200) * 100;
    const ports = { first, last: first + 99 };
    const troubles: string[] = [];
    const trouble = (reason: string): void => void troubles.push(reason);
    const media = await openMedia({ address: '127.0.0.1', ports, workers: 1, trouble, ...options });
    return new Stage(media, troubles);
  }

  async leg(options: Partial<LegOptions> = {}): Promise<Leg> {
    const opened = await this.media.openLeg({
      codecs: ['PCMU', 'PCMA'],
      srtp: 'never',
      rtpTimeoutMs: 60_000,
      ...options,
    });
    if (!opened.ok) throw new Error(opened.error);
    return opened.value;
  }

  async phone(options: PhoneOptions = {}): Promise<RtpPhone> {
    const phone = await RtpPhone.open(options);
    this.phones.push(phone);
    return phone;
  }

  /** The phone has called. */
  async call(phoneOptions: PhoneOptions = {}, legOptions: Partial<LegOptions> = {}): Promise<Call> {
    const [leg, phone] = [await this.leg(legOptions), await this.phone(phoneOptions)];
    const answer = await leg.answer(phone.sdp());
    if (!answer.ok) throw new Error([answer.error, ...this.troubles].join(': '));
    phone.connect(answer.value);
    return { leg, phone };
  }

  /** A sound file of one tone; loud enough, and without a seam when it is played in a loop. */
  tone(hz: number, durationMs: number): string {
    const file = join(this.folder, `${hz}-${durationMs}.s16le`);
    const samples = Int16Array.from(
      { length: durationMs * 8 },
      (_, i) => 8_000 * Math.sin((2 * Math.PI * hz * i) / 8_000),
    );
    writeFileSync(file, new Uint8Array(samples.buffer));
    return file;
  }

  async close(): Promise<void> {
    for (const phone of this.phones) phone.close();
    await this.media.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
