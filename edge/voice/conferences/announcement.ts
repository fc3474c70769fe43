import type { Sid } from '../../../control/base/sid.ts';
import type { Playable } from '../../../media/media.ts';
import type { Document } from '../program/documents.ts';
import { resolveUrl } from '../program/source.ts';
import type { Speaker } from '../speaker.ts';

/** How often an announcement that loops for ever is repeated, and how many sounds it holds at most. */
const loopMax = 10;
const itemsMax = 100;

/** The sounds of a document that is played to a whole conference: <Say>, <Play>, <Pause>. Empty if one is missing. */
export async function playablesOf(
  { verbs, url }: Document,
  accountSid: Sid,
  speaker: Speaker,
): Promise<readonly Playable[]> {
  const items: Playable[] = [];
  for (const verb of verbs) {
    if (verb.kind === 'pause') items.push({ kind: 'silence', durationMs: verb.lengthMs });
    if (verb.kind !== 'say' && (verb.kind !== 'play' || verb.sound.kind !== 'url')) continue;
    const sound =
      verb.kind === 'say'
        ? await speaker.say(verb)
        : await speaker.play(accountSid, verb.sound.kind === 'url' ? resolveUrl(verb.sound.url, url) : '');
    if (!sound.ok) return [];
    const times = Math.min(verb.loop === 0 ? loopMax : verb.loop, loopMax);
    for (let i = 0; i < times && items.length < itemsMax; i++)
      items.push({ kind: 'file', file: sound.value.file });
  }
  return items;
}
