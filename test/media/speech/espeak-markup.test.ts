import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { espeakMarkup } from '../../../media/speech/espeak/markup.ts';
import { espeakPhonemes } from '../../../media/speech/espeak/phonemes.ts';
import { readSsml } from '../../../media/speech/ssml.ts';

const markup = (ssml: string, language = 'en-us'): string =>
  espeakMarkup(readSsml(ssml).speech, language).replace(/^<speak>|<\/speak>$/g, '');

describe('markup for espeak-ng', () => {
  it('spells digits and characters, in the groups of a telephone number', () => {
    assert.equal(
      markup('<say-as interpret-as="telephone">(415) 555-0100</say-as>'),
      ['415', '555', '0100']
        .map((group) => `<say-as interpret-as="characters">${group}</say-as>`)
        .join('<break time="200ms"/>'),
    );
    assert.equal(
      markup('<say-as interpret-as="spell-out">abc</say-as>'),
      '<say-as interpret-as="characters">abc</say-as>',
    );
  });

  it('counts in order, in English', () => {
    const ordinal = (digits: string, language: string) =>
      markup(`<say-as interpret-as="ordinal">${digits}</say-as>`, language);
    assert.deepEqual(
      ['1', '2', '3', '4', '11', '12', '13', '21', '112'].map((digits) => ordinal(digits, 'en-gb')),
      ['1st', '2nd', '3rd', '4th', '11th', '12th', '13th', '21st', '112th'],
    );
    assert.equal(ordinal('3', 'de'), '3');
  });

  it('leaves out what must not be heard', () => {
    assert.equal(markup('<say-as interpret-as="expletive">damn</say-as>'), '<break time="500ms"/>');
  });

  it('speaks another language with another voice', () => {
    assert.equal(markup('<lang xml:lang="fr-CA">oui</lang>'), '<voice xml:lang="fr-fr">oui</voice>');
    assert.equal(markup('<lang xml:lang="xx">oui</lang>'), 'oui');
  });

  it('gives loudness in percent of the amplitude', () => {
    assert.equal(markup('<prosody volume="-6dB">x</prosody>'), '<prosody volume="50%">x</prosody>');
    assert.equal(markup('<prosody volume="silent">x</prosody>'), '<prosody volume="silent">x</prosody>');
  });

  it('translates English phonemes, and reads the text for others', () => {
    assert.equal(espeakPhonemes('ipa', 'pɪˈkɑːn'), "p|I|'k|A:|n");
    assert.equal(espeakPhonemes('x-sampa', 'pI"kA:n'), "p|I|'k|A:|n");
    assert.equal(espeakPhonemes('ipa', 'ʘ'), undefined);
    assert.equal(markup('<phoneme alphabet="ipa" ph="pɪˈkɑːn">pecan</phoneme>', 'de'), 'pecan');
  });

  it('bounds the silence in one utterance', () => {
    const silences = Array.from(
      markup('<break time="10s"/>'.repeat(100)).matchAll(/time="(\d+)ms"/g),
      ([, ms]) => Number(ms),
    );
    assert.equal(
      silences.reduce((sum, ms) => sum + ms, 0),
      60_000,
    );
  });

  it('lets nothing of a tenant be a command: no tag but its own, no phonemes', () => {
    const own =
      /<\/?(speak|p|s)>|<break time="\d+ms"\/>|<emphasis level="[a-z]+">|<\/(emphasis|voice|prosody|say-as)>|<voice xml:lang="[a-z0-9-]+">|<prosody( (rate|pitch|volume)="[+-]?[a-z0-9]+%?")*>|<say-as interpret-as="characters">/g;
    const pieces = fc.array(
      fc.oneof(
        fc.string({ unit: 'grapheme' }),
        fc.constantFrom(
          '[[',
          '&#91;',
          '&#x5b;',
          '<w>[</w>',
          '<sub alias="[[x]] &lt;audio src=&quot;/etc/passwd&quot;/>">y</sub>',
          '<audio src="/etc/passwd"/>',
          '<say-as interpret-as="characters">&lt;/speak>[</say-as>',
          '<lang xml:lang="&quot;>">',
          '\u0001',
        ),
      ),
    );
    fc.assert(
      fc.property(pieces, (parts) => {
        const written = espeakMarkup(readSsml(parts.join('')).speech, 'en-us');
        assert.doesNotMatch(written.replaceAll(own, ''), /[<>]/);
        assert.doesNotMatch(written, /\[/);
        assert.doesNotMatch(written, /\p{Cc}/u);
      }),
    );
  });
});
