import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readSsml } from '../../../media/speech/ssml.ts';
import type { Synthesiser } from '../../../media/speech/voice.ts';
import { chooseVoice, type VoiceChoice } from '../../../media/speech/voices.ts';

export const voiceOf = (name: string, language?: string): VoiceChoice => {
  const voice = chooseVoice(name, language);
  assert.ok(voice);
  return voice;
};

/** What every synthesiser must keep to. */
export function keepsToTheContractOfSynthesisers(name: string, open: () => Synthesiser): void {
  describe(`${name} as a synthesiser`, () => {
    const woman = voiceOf('woman', 'en-US');
    const speak = (ssml: string) => open().speak({ speech: readSsml(ssml).speech, voice: woman });

    it('has a name and an edition, and speaks English', () => {
      const synthesiser = open();
      assert.ok(synthesiser.name.length > 0 && synthesiser.edition.length > 0);
      assert.equal(synthesiser.speaks(woman), true);
    });

    it('makes a WAV file of words', async () => {
      const spoken = await speak('The weather is sunny.');
      assert.ok(spoken.ok);
      assert.equal(spoken.value.contentType, 'audio/wav');
      const head = Buffer.from(spoken.value.bytes.subarray(0, 12)).toString('latin1');
      assert.match(head, /^RIFF[^]{4}WAVE$/);
      assert.ok(spoken.value.bytes.length > 10_000);
    });

    it('speaks the same twice alike, and several at once', async () => {
      const synthesiser = open();
      const { speech } = readSsml('Hello <break time="100ms"/> <emphasis>world</emphasis>');
      const [first, ...others] = await Promise.all(
        Array.from({ length: 5 }, () => synthesiser.speak({ speech, voice: woman })),
      );
      assert.ok(first?.ok);
      for (const other of others) assert.deepEqual(other, first);
    });

    it('takes what has no word in it', async () => {
      const spoken = await speak(' … <break time="20ms"/>');
      assert.ok(spoken.ok);
      assert.ok(spoken.value.bytes.length > 44);
    });
  });
}
