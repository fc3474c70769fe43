import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { espeakVoice } from '../../../media/speech/espeak/voices.ts';
import { pollyVoices } from '../../../media/speech/polly-voices.ts';
import { chooseVoice } from '../../../media/speech/voices.ts';

const espeak = (voice?: string, language?: string): string | undefined => {
  const choice = chooseVoice(voice, language);
  return choice === undefined ? undefined : espeakVoice(choice);
};

describe('the choice of a voice', () => {
  it('is a man who speaks American English where nothing is said', () => {
    assert.deepEqual(chooseVoice(undefined, undefined), { name: 'man', language: 'en-US', gender: 'male' });
  });

  it('lets man, woman and alice speak the language asked for', () => {
    assert.equal(espeak('man', 'de-DE'), 'de+m3');
    assert.equal(espeak('woman', 'pt-BR'), 'pt-br+f2');
    assert.equal(espeak('alice', 'zh-HK'), 'yue+f2');
  });

  it('lets voices of Polly and Google speak their own', () => {
    assert.deepEqual(chooseVoice('Polly.Joanna-Neural', 'de-DE'), {
      name: 'Polly.Joanna-Neural',
      language: 'en-US',
      gender: 'female',
    });
    assert.equal(espeak('Polly.Hans'), 'de+m3');
    assert.equal(espeak('Polly.Léa-Generative'), 'fr-fr+f2');
    assert.equal(espeak('Google.en-GB-Standard-B'), 'en-gb+m3');
    assert.equal(espeak('Google.ja-JP-Chirp3-HD-Kore'), 'ja+f2');
    assert.equal(espeak('Google.fil-PH-Wavenet-A'), undefined);
  });

  it('knows no other voices', () => {
    for (const name of ['Polly.Nobody', 'Polly.', 'robot', 'Google.x', '', 'constructor', '--help']) {
      assert.equal(chooseVoice(name, 'en-US'), undefined, name);
    }
  });

  it('finds a voice of espeak-ng for each of Polly', () => {
    for (const [name, voice] of pollyVoices) {
      assert.match(espeakVoice({ name, ...voice }) ?? 'none', /^[a-z]{2,3}(-[a-z0-9]{2,3})?\+(f2|m3)$/, name);
    }
  });

  it('falls back on the language where it does not know the country', () => {
    assert.equal(espeak('man', 'es-AR'), 'es-419+m3');
    assert.equal(espeak('man', 'fr-CA'), 'fr-fr+m3');
    assert.equal(espeak('man', 'xx-YY'), undefined);
  });
});
