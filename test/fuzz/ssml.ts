import { espeakMarkup } from '../../media/speech/espeak/markup.ts';
import { ssmlDocument } from '../../media/speech/markup.ts';
import { plainText, readSsml } from '../../media/speech/ssml.ts';
import type { Dice, Fuzzer } from './fuzzer.ts';

const pieces: readonly string[] = [
  'word', ' ', '<', '>', '</', '/>', '"', "'", '=', '&', '&amp;', '&lt;', '&#91;', '&#x5b;', '&#x0;', '&#1;', '&#xd800;', '[[', ']]', '\u0001',
  '<p>', '</p>', '<s>', '</s>', '<break/>', '<break time="9s"/>', '<break time="1e9s"/>', '<prosody rate="', '<prosody volume="+99dB">',
  '</prosody>', '<lang xml:lang="fr">', '</lang>', '<sub alias="', '">', '<say-as interpret-as="', 'digits', 'expletive', '</say-as>',
  '<phoneme alphabet="ipa" ph="', 'ˈkɑː', '<emphasis level="strong">', '<audio src="/etc/passwd"/>', '<mark name="x"/>', '<!--', '-->',
  '<![CDATA[', ']]>', '<?x', '\ud800', '\u{1f600}', 'constructor', '__proto__', '<p>'.repeat(40), '&'.repeat(50), ' a="'.repeat(30),
]; // prettier-ignore

function content(dice: Dice): string {
  let text = '';
  for (let count = dice.int(24); count > 0; count--) text += dice.pick(pieces);
  return text;
}

const tag = /<(\/?)([a-z-]+)(?: [a-z:-]+="[^"<>]*")*(\/?)>/g;

/** Tags in pairs, one root, and no other mark-up. */
function isWellFormed(text: string): boolean {
  const open: string[] = [];
  for (const [, close, name = '', empty] of text.matchAll(tag)) {
    if (close === '/') {
      if (open.pop() !== name) return false;
    } else if (empty !== '/') {
      open.push(name);
    }
  }
  const rest = text.replace(tag, '').replace(/&(amp|lt|gt|quot);/g, '');
  return open.length === 0 && /^<speak.*<\/speak>$/s.test(text) && !/[<>&]/.test(rest);
}

/** What is handed to a synthesiser is well-formed whatever came in, and holds no command of espeak-ng but our own. */
const fuzzer: Fuzzer = {
  name: 'ssml',
  attack(dice) {
    const { speech, problems } = readSsml(content(dice));
    if (problems.length > 20) throw new Error('too many problems');
    const markup = espeakMarkup(speech, dice.pick(['en-us', 'de']));
    const document = ssmlDocument(speech, 'en-US');
    for (const written of [markup, document]) {
      if (!isWellFormed(written)) throw new Error(`not well-formed: ${written}`);
      if (/[\p{Cc}\p{Cs}]/u.test(written)) throw new Error('a control character, or half of one');
    }
    if (/\[\[(?![a-zA-Z0-9@:|', ]+\]\])/.test(markup)) throw new Error(`phonemes of a stranger: ${markup}`);
    if (/[\p{Cc}]/u.test(plainText(speech))) throw new Error('a control character in text');
  },
};

export { fuzzer };
