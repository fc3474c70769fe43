import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ssmlDocument } from '../../../media/speech/markup.ts';
import { plainText, readSsml } from '../../../media/speech/ssml.ts';

const text = (value: string) => ({ kind: 'text', text: value });

describe('SSML of <Say>', () => {
  it('is text where it has no markup', () => {
    assert.deepEqual(readSsml('Tom &amp; Jerry &lt;3 &#233;&#xe9;'), {
      speech: [text('Tom & Jerry <3 éé')],
      problems: [],
    });
  });

  it('reads every element that Twilio allows', () => {
    const read = (ssml: string) => {
      const { speech, problems } = readSsml(ssml);
      assert.deepEqual(problems, [], ssml);
      return speech[0];
    };
    const children = [text('x')];
    assert.deepEqual(read('<break/>'), { kind: 'break', durationMs: 400 });
    assert.deepEqual(read('<break strength="x-strong"/>'), { kind: 'break', durationMs: 1_200 });
    assert.deepEqual(read('<break time="1.5s"/>'), { kind: 'break', durationMs: 1_500 });
    assert.deepEqual(read('<break time="999s"/>'), { kind: 'break', durationMs: 10_000 });
    assert.deepEqual(read('<emphasis level="strong">x</emphasis>'), {
      kind: 'emphasis',
      level: 'strong',
      children,
    });
    assert.deepEqual(read('<lang xml:lang="fr-FR">x</lang>'), {
      kind: 'language',
      language: 'fr-FR',
      children,
    });
    assert.deepEqual(read('<p>x</p>'), { kind: 'block', block: 'paragraph', children });
    assert.deepEqual(read('<s>x</s>'), { kind: 'block', block: 'sentence', children });
    assert.deepEqual(read('<phoneme alphabet="ipa" ph="ɪ">x</phoneme>'), {
      kind: 'phoneme',
      alphabet: 'ipa',
      symbols: 'ɪ',
      children,
    });
    assert.deepEqual(read('<prosody rate="150%" pitch="-10%" volume="+6dB">x</prosody>'), {
      kind: 'prosody',
      ratePercent: 150,
      pitchPercent: -10,
      volume: 6,
      children,
    });
    assert.deepEqual(read('<prosody rate="x-slow" volume="silent">x</prosody>'), {
      kind: 'prosody',
      ratePercent: 50,
      volume: 'silent',
      children,
    });
    assert.deepEqual(read('<say-as interpret-as="telephone">x</say-as>'), {
      kind: 'say-as',
      as: 'telephone',
      children,
    });
    assert.deepEqual(read('<sub alias="World Wide Web">x</sub>'), {
      kind: 'substitute',
      alias: 'World Wide Web',
      children,
    });
    assert.deepEqual(read('<w role="amazon:VB">x</w>'), text('x'));
  });

  it('says the text of what it does not understand, and tells of it', () => {
    const { speech, problems } = readSsml(
      '<audio src="/etc/passwd">a</audio><prosody rate="warp">b</prosody>',
    );
    assert.equal(plainText(speech), 'ab');
    assert.deepEqual(problems, ['<audio> is not understood', 'rate of <prosody> is not understood']);
  });

  it('keeps speed, pitch and loudness within what a listener bears', () => {
    const [fast] = readSsml('<prosody rate="999%" pitch="+999%" volume="+99dB">x</prosody>').speech;
    assert.deepEqual(fast, {
      kind: 'prosody',
      ratePercent: 200,
      pitchPercent: 100,
      volume: 12,
      children: [text('x')],
    });
  });

  it('closes what was left open, and passes over what closes nothing', () => {
    assert.equal(plainText(readSsml('<p>a<s>b</p>c</s></prosody>d').speech), 'abcd');
  });

  it('passes over control characters, which are commands to a synthesiser', () => {
    assert.equal(plainText(readSsml('a\u0001b&#1;c\u009fd').speech), 'a b c d');
  });

  it('reads any text, in SSML that is read again alike', () => {
    const hostile = fc
      .array(
        fc.oneof(
          fc.string({ unit: 'grapheme' }),
          fc.constantFrom(
            '<',
            '</',
            '>',
            '<p>',
            '</p>',
            '<sub alias="',
            '"',
            '&#x',
            ';',
            '[[',
            '<break time="9s"/>',
          ),
        ),
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(hostile, (ssml) => {
        const { speech } = readSsml(ssml);
        const inner = ssmlDocument(speech, 'en-US')
          .replace(/^<speak[^>]*>/, '')
          .replace(/<\/speak>$/, '');
        const again = readSsml(inner);
        assert.deepEqual(again.problems, []);
        assert.equal(plainText(again.speech), plainText(speech));
      }),
    );
  });

  it('goes no deeper than its bound', () => {
    const deep = '<p>'.repeat(20_000) + 'x';
    const { speech } = readSsml(deep);
    assert.equal(plainText(speech), 'x');
  });
});

describe('SSML for other synthesisers', () => {
  it('is a document of SSML 1.1 with everything escaped', () => {
    const { speech } = readSsml(
      '<sub alias="a &quot;b&quot;">x</sub> &lt;y&gt;<prosody rate="slow" volume="-3dB">z</prosody>',
    );
    assert.equal(
      ssmlDocument(speech, 'de-DE'),
      '<speak version="1.1" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="de-DE">' +
        '<sub alias="a &quot;b&quot;">x</sub> &lt;y&gt;<prosody rate="75%" volume="-3dB">z</prosody></speak>',
    );
  });
});
