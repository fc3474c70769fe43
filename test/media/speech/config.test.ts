import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fileKinds } from '../../../control/config/kinds.ts';
import { speechPart } from '../../../media/speech/config.ts';

const part = speechPart(fileKinds({ directory: '/etc', readText: () => 'Bearer 1\n' }));

describe('the configuration of speech', () => {
  it('is all defaults where nothing is said', () => {
    assert.deepEqual(part.parse({}), {
      voices: [],
      synthesisers: 2,
      recognisers: 4,
      cacheMaxMegabytes: 1_024,
    });
  });

  it('takes servers that speak', () => {
    const { voices } = part.parse({
      voices: [{ name: 'studio', url: 'https://tts.example.net/speak', authorization: { file: 'key' } }],
    });
    assert.deepEqual(voices, [
      {
        name: 'studio',
        url: 'https://tts.example.net/speak',
        authorization: 'Bearer 1',
        voices: ['*'],
        languages: [],
        timeoutMs: 10_000,
        parallel: 8,
      },
    ]);
  });

  it('refuses what it does not know', () => {
    for (const wrong of [
      { voice: [] },
      { voices: [{ name: 'studio' }] },
      { voices: [{ name: 'studio', url: 'ftp://x/' }] },
      { voices: [{ name: 'espeak-ng', url: 'http://x/' }] },
      { recognisers: 0 },
    ]) {
      assert.equal(part.safeParse(wrong).success, false, JSON.stringify(wrong));
    }
  });
});
