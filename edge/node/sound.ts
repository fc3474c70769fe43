import { join } from 'node:path';
import type { Clock } from '../../control/base/clock.ts';
import { fail, ok } from '../../control/base/result.ts';
import type { Log } from '../../control/log/log.ts';
import { openSpeech } from '../../media/speech/open.ts';
import type { Recogniser } from '../../media/speech/recogniser.ts';
import type { SayFault } from '../../media/speech/say.ts';
import type { FetchSound, SoundFault as FetchFault, SoundRefusal } from '../../media/sounds/fetch.ts';
import { Sounds } from '../../media/sounds/sounds.ts';
import type { Config } from '../config.ts';
import type { SoundFault, Speaker } from '../voice/speaker.ts';
import type { WebhookClient } from '../webhook/client.ts';

/** What is played and said, and who listens. */
export interface Sound {
  readonly speaker: Speaker;
  readonly recogniser: Recogniser;
  close(): Promise<void>;
}

/** Media types that can be played; others that a server claims are looked into all the same. */
const playable = ['audio/*', 'application/octet-stream', 'video/mp4', 'application/ogg'];

/** Opens the cache of prepared sounds and the synthesisers; throws where their folder cannot be made. */
export async function openSound(
  { data, speech }: Pick<Config, 'data' | 'speech'>,
  around: { readonly webhooks: WebhookClient; readonly clock: Clock; readonly log: Log },
): Promise<Sound> {
  const { webhooks, clock, log } = around;
  const sounds = await Sounds.open({
    clock,
    folder: join(data, 'sounds'),
    fetchSound: fetcher(webhooks),
    cacheMaxBytes: speech.cacheMaxMegabytes * 2 ** 20,
  });
  const { speaker, recogniser } = openSpeech({
    clock,
    config: speech,
    sounds,
    observer: {
      speechFailed: (synthesiser, why) => log.warn({ synthesiser, why }, 'nothing could be spoken'),
    },
  });
  return {
    speaker: {
      play: async (accountSid, url) => {
        const sound = await sounds.fromUrl(accountSid, url);
        return sound.ok ? sound : fail(numbered(sound.error));
      },
      say: async (words) => {
        const said = await speaker.say(words);
        return said.ok ? ok(said.value.sound) : fail(numbered(said.error));
      },
      music: async () => {
        const music = await sounds.music();
        if (!music.ok) log.warn({ why: music.error.why }, 'there is no hold music');
        return music.ok ? [{ kind: 'file', file: music.value.file }] : [];
      },
    },
    recogniser,
    close: () => sounds.close(),
  };
}

/** Sounds of applications, under the guard of webhooks. */
const fetcher =
  (webhooks: WebhookClient): FetchSound =>
  async ({ url, revalidation, maxBytes, timeoutMs }) => {
    const fetched = await webhooks.refetchMedia(url, { maxBytes, timeoutMs, accept: playable }, revalidation);
    if (!fetched.ok) {
      const { code, detail } = fetched.error;
      return { kind: 'refused', fault: { why: whyOf(code), detail, code: code === 12300 ? 13420 : code } };
    }
    const { value } = fetched;
    const { freshness = { freshUntilMs: 0, revalidation: {} } } = value;
    if (value.kind === 'unchanged') return { kind: 'unchanged', freshness };
    const { bytes, contentType } = value;
    return {
      kind: 'sound',
      bytes,
      contentType,
      ...(value.freshness === undefined ? {} : { freshness: value.freshness }),
    };
  };

/** What Twilio's number for a failed fetch comes down to. */
function whyOf(code: number): SoundRefusal {
  switch (code) {
    case 11751:
      return 'too-large';
    case 12300:
      return 'unsupported';
    case 11201:
    case 11203:
      return 'timeout';
    default:
      return 'unreachable';
  }
}

/** Twilio's numbers for what cannot be heard (https://www.twilio.com/docs/api/errors, 134xx and 135xx). */
const codes: Readonly<Record<(FetchFault | SayFault)['why'], number>> = {
  'not-found': 11200,
  unreachable: 11200,
  timeout: 11203,
  unsupported: 13420,
  damaged: 13420,
  'too-large': 11751,
  'too-long': 13420,
  busy: 12400,
  disk: 12400,
  'unknown-voice': 13511,
  'unknown-language': 13512,
};

const numbered = (fault: FetchFault | SayFault): SoundFault => ({
  code: ('code' in fault ? fault.code : undefined) ?? codes[fault.why],
  detail: fault.detail,
});
