import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import twilio from 'twilio';
import { codes, only, read } from './read.ts';

const { VoiceResponse } = twilio.twiml;

describe('Say', () => {
  it('has defaults', () => {
    const response = new VoiceResponse();
    response.say('Hello & <goodbye>');
    assert.deepEqual(only(response.toString(), 'say'), {
      kind: 'say',
      voice: 'man',
      loop: 1,
      ssml: 'Hello &amp; &lt;goodbye&gt;',
      line: 1,
    });
  });

  it('has a voice, a language and a loop', () => {
    const response = new VoiceResponse();
    response.say({ voice: 'Polly.Lea-Neural', language: 'fr-FR', loop: 0 }, 'Chapeau !');
    assert.deepEqual(only(response.toString(), 'say'), {
      kind: 'say',
      voice: 'Polly.Lea-Neural',
      language: 'fr-FR',
      loop: 0,
      ssml: 'Chapeau !',
      line: 1,
    });
  });

  it('keeps the SSML that the SDK can write', () => {
    const response = new VoiceResponse();
    const say = response.say({ voice: 'woman' }, '');
    say.break({ strength: 'x-weak', time: '100ms' });
    say.emphasis({ level: 'moderate' }, 'moderate');
    say.lang({ 'xml:lang': 'it-IT' }, 'ciao');
    say.p('a paragraph');
    say.phoneme({ alphabet: 'x-sampa', ph: 'pɪˈkɑːn' }, 'pecan');
    say.prosody({ pitch: '-10%', rate: '85%', volume: '-6dB' }, 'slow');
    say.s('a sentence');
    say.sayAs({ 'interpret-as': 'date', format: 'mdy' }, '1/2/2026');
    say.sub({ alias: 'aluminum' }, 'Al');
    say.w({ role: 'amazon:VB' }, 'read');
    assert.equal(
      only(response.toString(), 'say').ssml,
      '<break strength="x-weak" time="100ms"/><emphasis level="moderate">moderate</emphasis>' +
        '<lang xml:lang="it-IT">ciao</lang><p>a paragraph</p>' +
        '<phoneme alphabet="x-sampa" ph="pɪˈkɑːn">pecan</phoneme>' +
        '<prosody pitch="-10%" rate="85%" volume="-6dB">slow</prosody><s>a sentence</s>' +
        '<say-as interpret-as="date" format="mdy">1/2/2026</say-as><sub alias="aluminum">Al</sub>' +
        '<w role="amazon:VB">read</w>',
    );
  });

  it('keeps nothing else: strange elements lose their tags, strange attributes go', () => {
    const twiml = read(
      '<Response><Say>a <audio src="file:///etc/passwd">b</audio><p onload="x">c <mark name="m"/>d</p>' +
        '<prosody rate="&quot;&gt;&lt;audio/&gt;">e</prosody></Say></Response>',
    );
    const [say] = twiml.verbs;
    assert.equal(say?.kind === 'say' && say.ssml, 'a b<p>c d</p><prosody>e</prosody>');
    assert.deepEqual(codes(twiml), [12200, 12200, 12200, 12200]);
  });

  for (const [name, inner, code] of [
    ['nothing to say', '<Say> </Say>', 13520],
    ['too much to say', `<Say>${'x'.repeat(4097)}</Say>`, 13521],
  ] as const) {
    it(`says nothing of ${name}: ${code}`, () => {
      const twiml = read(`<Response>${inner}<Hangup/></Response>`);
      assert.deepEqual(codes(twiml), [code]);
      assert.deepEqual(
        twiml.verbs.map(({ kind }) => kind),
        ['hangup'],
      );
    });
  }

  it('says 4,096 characters, whatever the markup', () => {
    const say = only(`<Say><p>${'é'.repeat(2048)}</p><p>${'é'.repeat(2048)}</p></Say>`, 'say');
    assert.equal(say.ssml.length, 4096 + 14);
  });
});

describe('Play', () => {
  it('has a sound and a loop', () => {
    const response = new VoiceResponse();
    response.play({ loop: 10 }, 'https://app.example/cow bell.mp3?x=1&y=2');
    assert.deepEqual(only(response.toString(), 'play'), {
      kind: 'play',
      sound: { kind: 'url', url: 'https://app.example/cow bell.mp3?x=1&y=2' },
      loop: 10,
      line: 1,
    });
  });

  it('has digits', () => {
    const response = new VoiceResponse();
    response.play({ digits: 'wW123*#ABCD' });
    assert.deepEqual(only(response.toString(), 'play').sound, { kind: 'digits', digits: 'wW123*#ABCD' });
  });

  for (const [name, inner, code] of [
    ['digits that no phone has', '<Play digits="12E"/>', 13430],
    ['no URL', '<Play/>', 11100],
    ['a file', '<Play>file:///etc/passwd</Play>', 11100],
  ] as const) {
    it(`plays nothing of ${name}: ${code}`, () => {
      const twiml = read(`<Response>${inner}</Response>`);
      assert.deepEqual(codes(twiml), [code]);
      assert.deepEqual(twiml.verbs, []);
    });
  }
});

describe('Pause', () => {
  it('lasts a second or as long as it says', () => {
    const response = new VoiceResponse();
    response.pause({ length: 10 });
    assert.deepEqual(only(response.toString(), 'pause'), { kind: 'pause', lengthMs: 10_000, line: 1 });
    assert.equal(only('<Pause/>', 'pause').lengthMs, 1000);
  });
});
