import { join } from 'node:path';
import { systemClock } from '../../../control/base/clock.ts';
import { fail, ok } from '../../../control/base/result.ts';
import type { Speaker } from '../../../edge/voice/speaker.ts';
import { Sounds } from '../../../media/sounds/sounds.ts';
import { Espeak } from '../../../media/speech/espeak/espeak.ts';
import { Speaker as Synthesis } from '../../../media/speech/say.ts';
import { Stage } from '../../media/thread/stage.ts';
import type { RtpPhone } from '../../peers/rtp-phone.ts';
import { appUrl, Harness, twiml } from '../harness.ts';
import type { FakeIncoming } from '../fake-signalling.ts';

/** A call whose sound really crosses RTP; only its signalling and the time of its verbs are in the test's hands. */
export interface HeardCall {
  readonly harness: Harness;
  readonly phone: RtpPhone;
  readonly incoming: FakeIncoming;
  /** The parameters of the first request to this URL, when it comes. */
  readonly asked: (url: string) => Promise<Readonly<Record<string, string>>>;
}

/** Real media, real speech, and phones, for the tests of one file, which closes it. */
export class Studio {
  readonly stage: Stage;
  private readonly sounds: Sounds;
  readonly speaker: Speaker;
  private readonly harnesses: Harness[] = [];

  private constructor(stage: Stage, sounds: Sounds) {
    this.stage = stage;
    this.sounds = sounds;
    const synthesis = new Synthesis(sounds, [new Espeak({ clock: systemClock, parallel: 1 })]);
    this.speaker = {
      // `/tone/600` is a second of 600 Hz.
      play: (_accountSid, url) =>
        Promise.resolve(ok({ file: stage.tone(Number(url.split('/').at(-1)), 1_000), durationMs: 1_000 })),
      say: async (words) => {
        const said = await synthesis.say(words);
        return said.ok ? ok(said.value.sound) : fail({ code: 13520, detail: said.error.detail });
      },
      music: () => Promise.resolve([]),
    };
  }

  static async open(): Promise<Studio> {
    const stage = await Stage.open();
    const sounds = await Sounds.open({
      clock: systemClock,
      folder: join(stage.folder, 'sounds'),
      cacheMaxBytes: 2 ** 26,
      fetchSound: ({ url }) =>
        Promise.resolve({ kind: 'refused', fault: { why: 'not-found', detail: url, code: 11200 } }),
    });
    return new Studio(stage, sounds);
  }

  /** A phone has called. Every document but the first echoes. */
  async call(first: string): Promise<HeardCall> {
    const waiting = new Map<string, () => void>();
    const harness = new Harness({
      sound: { media: this.stage.media, speaker: this.speaker },
      app: ({ url }) => {
        // The request is among the harness's by then.
        waiting.get(url)?.();
        return url === appUrl ? first : twiml('<Echo/>');
      },
    });
    this.harnesses.push(harness);
    const phone = await this.stage.phone();
    const incoming = await harness.ring({ offer: phone.sdp() });
    // The answer comes once the media thread has given its part of it.
    while (incoming.answered === undefined) {
      if (incoming.rejected !== undefined) throw new Error(`refused with ${incoming.rejected.status}`);
      await harness.settle();
    }
    phone.connect(incoming.answered);
    const asked = async (url: string): Promise<Readonly<Record<string, string>>> => {
      const [before] = harness.sentTo(url);
      if (before !== undefined) return before;
      await new Promise<void>((resolve) => waiting.set(url, resolve));
      return harness.sentTo(url)[0] ?? {};
    };
    return { harness, phone, incoming, asked };
  }

  async close(): Promise<void> {
    for (const harness of this.harnesses) await harness.end();
    await this.sounds.close();
    await this.stage.close();
  }
}
