import { readDocument } from '../../edge/twiml/document.ts';
import { elementsOf, type Element } from '../../edge/twiml/element.ts';
import type { Fault } from '../../edge/twiml/fault.ts';
import { ssmlElements } from '../../edge/twiml/ssml.ts';
import { parseTwiml, type Twiml } from '../../edge/twiml/twiml.ts';
import type { Dice, Fuzzer } from './fuzzer.ts';

const seeds: readonly string[] = [
  '<?xml version="1.0" encoding="UTF-8"?><Response><Message to="+15551230000" action="/x">hi &amp; bye</Message></Response>',
  '<Response><Message><Body>a\n b</Body><Media>https://m.example/?a=1&amp;b=2</Media></Message><Redirect method="GET">/n</Redirect></Response>',
  '<Response><Message><![CDATA[<b>&</b>]]></Message><!-- c --><Sms>&#x1F600;</Sms><Say>no</Say></Response>',
  '<!DOCTYPE r [<!ENTITY a "b">]><Response><Message>&a;</Message></Response>',
  '<Response><Say voice="Polly.Amy" language="en-GB" loop="2">a<break time="1s"/><prosody rate="85%">b</prosody></Say><Play digits="w1#"/><Play>/a.mp3</Play><Pause length="3"/></Response>',
  '<Response><Gather input="dtmf speech" finishOnKey="" numDigits="4" hints="a,b" speechTimeout="auto" action="/g"><Say>c</Say></Gather><Record maxLength="5" trim="true" recordingStatusCallback="/r"/></Response>',
  '<Response><Dial timeout="9" record="true" callerId="+15551230000"><Number sendDigits="w1" statusCallback="/s" statusCallbackEvent="initiated ringing">+1 (415) 555-1212</Number><Sip username="u" password="p">sip:a@b.example;transport=tcp?x-a=b%20c</Sip><Client>d</Client></Dial></Response>',
  '<Response><Dial><Conference beep="onEnter" waitUrl="" coach="CA00000000000000000000000000000000" statusCallbackEvent="start end">e</Conference></Dial><Enqueue waitUrl="/w">f</Enqueue><Refer><Sip>sip:a@b.example</Sip></Refer></Response>',
  '<Response><Start><Stream url="wss://g.example/" name="h"><Parameter name="i" value="j"/></Stream><Recording channels="mono"/></Start><Stop><Stream name="h"/></Stop><Connect><Stream url="wss://g.example/"/></Connect><Reject reason="busy"/></Response>',
];

const pieces: readonly string[] = [
  '<', '>', '/>', '</', '<!--', '-->', '<![CDATA[', ']]>', '<?xml ', '?>', '<!DOCTYPE x [', '<!ENTITY a "', '&', '&amp;',
  '&#x', '&#0;', '&#1114112;', ';', '"', "'", '=', ' ', '\n', '\r', '\t', '\0', '\ufeff', '\ud800', '<Response>',
  '</Response>', '<Message>', '</Message>', '<Body>', '<Media>', '<Redirect>', '<constructor>', '<__proto__/>', ' to="',
  '<a>'.repeat(40), 'x'.repeat(2000), ' '.repeat(5000), '<Say>', '</Say>', '<p>', '<Dial>', '<Number>', '<Sip>sip:', '@', '?x-a=', '%0d%0a', '%', ',', '-1', '99999999999', 'a="'.repeat(300), '&amp;'.repeat(500), '<a b="<!--">',
]; // prettier-ignore

const types = [
  'text/xml',
  'application/xml',
  'text/html; charset=utf-16',
  'text/plain',
  'image/png',
  'audio/mpeg',
  '',
];

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
    const inspect = dice.int(2) === 0 ? messaging : voice;
    if (inspect(body, type) !== inspect(body, type)) throw new Error('not the same twice');
  },
};

/** What came of a document, as one text; throws if it breaks a promise. */
function messaging(body: string | Buffer, type: string | undefined): string {
  const result = parseTwiml(body, type, 'messaging');
  if (!result.ok) return faultOf(result.error);
  for (const verb of result.value.verbs) {
    if (verb.kind === 'message' && verb.body === '' && verb.media.length === 0)
      throw new Error('an empty message');
  }
  return whole(result.value);
}

function voice(body: string | Buffer, type: string | undefined): string {
  const result = parseTwiml(body, type, 'voice');
  if (!result.ok) return faultOf(result.error);
  for (const verb of result.value.verbs) {
    // What is said is well-formed by itself, and holds no markup but speech's.
    if (verb.kind === 'say') {
      const speech = readDocument(`<speak>${verb.ssml}</speak>`);
      if (!speech.ok) throw new Error(`SSML that cannot be read: ${speech.error.message}`);
      if (!elementsOf(speech.value).every(isSpeech)) throw new Error('markup that is not speech');
    }
    if (verb.kind === 'dial' && verb.target.kind === 'endpoints' && verb.target.endpoints.length > 10) {
      throw new Error('endpoints are not bounded');
    }
  }
  return whole(result.value);
}

const isSpeech = (element: Element): boolean =>
  ssmlElements.includes(element.name) && elementsOf(element).every(isSpeech);

function whole(twiml: Twiml | Twiml<'voice'>): string {
  if (twiml.warnings.length > 50) throw new Error('warnings are not bounded');
  return JSON.stringify(twiml);
}

function faultOf(error: Fault): string {
  if (error.message.length > 300) throw new Error('a fault is not bounded');
  return JSON.stringify(error);
}

export { fuzzer };
