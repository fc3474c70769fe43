import { parseTwiml } from '../../edge/twiml/twiml.ts';
import type { Dice, Fuzzer } from './fuzzer.ts';

const seeds: readonly string[] = [
  '<?xml version="1.0" encoding="UTF-8"?><Response><Message to="+15551230000" action="/x">hi &amp; bye</Message></Response>',
  '<Response><Message><Body>a\n b</Body><Media>https://m.example/?a=1&amp;b=2</Media></Message><Redirect method="GET">/n</Redirect></Response>',
  '<Response><Message><![CDATA[<b>&</b>]]></Message><!-- c --><Sms>&#x1F600;</Sms><Say>no</Say></Response>',
  '<!DOCTYPE r [<!ENTITY a "b">]><Response><Message>&a;</Message></Response>',
];

const pieces: readonly string[] = [
  '<', '>', '/>', '</', '<!--', '-->', '<![CDATA[', ']]>', '<?xml ', '?>', '<!DOCTYPE x [', '<!ENTITY a "', '&', '&amp;',
  '&#x', '&#0;', '&#1114112;', ';', '"', "'", '=', ' ', '\n', '\r', '\t', '\0', '\ufeff', '\ud800', '<Response>',
  '</Response>', '<Message>', '</Message>', '<Body>', '<Media>', '<Redirect>', '<constructor>', '<__proto__/>', ' to="',
  '<a>'.repeat(40), 'x'.repeat(2000), ' '.repeat(5000), 'a="'.repeat(300), '&amp;'.repeat(500), '<a b="<!--">',
]; // prettier-ignore

const types = ['text/xml', 'application/xml', 'text/html; charset=utf-16', 'text/plain', 'image/png', ''];

function mutate(dice: Dice): string {
  let text = dice.pick(seeds);
  for (let rounds = 1 + dice.int(8); rounds > 0; rounds--) {
    const at = dice.int(text.length + 1);
    const cut = dice.int(3) === 0 ? dice.int(40) : 0;
    text = text.slice(0, at) + (dice.int(5) === 0 ? '' : dice.pick(pieces)) + text.slice(at + cut);
    if (dice.int(12) === 0) text = text.slice(at) + text.slice(0, at);
  }
  return text;
}

/** Mutated TwiML: always a result, of bounded size, and the same for the same input. */
const fuzzer: Fuzzer = {
  name: 'twiml',
  attack(dice) {
    const text = mutate(dice);
    const body = dice.int(2) === 0 ? text : Buffer.from(text, dice.pick(['utf8', 'latin1', 'utf16le']));
    const type = dice.int(8) === 0 ? undefined : dice.pick(types);
    const result = parseTwiml(body, type, 'messaging');
    if (result.ok) {
      if (result.value.warnings.length > 50) throw new Error('warnings are not bounded');
      for (const verb of result.value.verbs) {
        if (verb.kind === 'message' && verb.body === '' && verb.media.length === 0)
          throw new Error('an empty message');
      }
    } else if (result.error.message.length > 300) throw new Error('a fault is not bounded');
    const again = parseTwiml(body, type, 'messaging');
    if (JSON.stringify(again) !== JSON.stringify(result)) throw new Error('not the same twice');
  },
};

export { fuzzer };
