import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { defaultOptOut, optOutEntry, optOutPart } from '../../../control/optouts/config.ts';
import { english, Keywords, optOutTypes, type OptOutLanguage } from '../../../control/optouts/keywords.ts';

const none = { STOP: [], START: [], HELP: [] } as const;
const silent = { STOP: '', START: '', HELP: '' } as const;
const french: OptOutLanguage = {
  language: 'fr',
  country: '',
  keywords: { STOP: ['arrêt', 'STOP'], START: ['reprendre'], HELP: ['aide'] },
  replies: { STOP: 'Désabonné.', START: 'Abonné.', HELP: 'ARRÊT pour se désabonner.' },
};
const mexican: OptOutLanguage = {
  language: 'es-MX',
  country: 'MX',
  keywords: { ...none, STOP: ['baja'] },
  replies: { ...silent, STOP: 'Listo.', HELP: 'Ayuda.' },
};

describe('Keywords by default', () => {
  const keywords = new Keywords(defaultOptOut);
  const typeOf = (body: string): string | undefined => keywords.find(body, 'US')?.type;

  it('are the English ones', () => {
    for (const type of optOutTypes)
      for (const word of english.keywords[type])
        assert.deepEqual(keywords.find(word, 'US'), { type, reply: english.replies[type] });
  });

  it('mind neither case nor the space around', () => {
    assert.equal(typeOf('  stoP\r\n'), 'STOP');
    assert.equal(typeOf('\u00a0Help '), 'HELP');
  });

  it('want the whole body', () => {
    for (const body of ['', ' ', 'STOP PLEASE', 'please stop', 'stop.', 'STOPP', 'toString', '__proto__'])
      assert.equal(typeOf(body), undefined);
    assert.equal(typeOf(`STOP${' '.repeat(1600)}`), undefined);
  });
});

describe('Keywords by language', () => {
  const keywords = new Keywords([english, french, mexican]);

  it('are understood side by side, the first language answering what they share', () => {
    assert.deepEqual(keywords.find('Stop', 'CA'), { type: 'STOP', reply: english.replies.STOP });
    assert.deepEqual(keywords.find('Arre\u0302t', 'CA'), { type: 'STOP', reply: 'Désabonné.' });
    assert.deepEqual(keywords.find('AIDE', ''), { type: 'HELP', reply: french.replies.HELP });
  });

  it('are those of a country alone, where it has its own', () => {
    assert.equal(keywords.find('Baja', 'MX')?.reply, 'Listo.');
    assert.equal(keywords.find('Baja', 'US'), undefined);
    assert.equal(keywords.find('QUIT', 'MX'), undefined);
  });

  it('always have STOP, START and HELP', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('MX', 'US', ''),
        fc.constantFrom(...optOutTypes),
        fc.subarray([french, mexican]),
        (country, type, languages) => {
          assert.equal(new Keywords(languages).find(type.toLowerCase(), country)?.type, type);
        },
      ),
    );
    assert.equal(keywords.find('help', 'MX')?.reply, 'Ayuda.');
  });

  it('fall back to English where no language is for every country', () => {
    assert.equal(new Keywords([mexican]).find('unsubscribe', 'US')?.type, 'STOP');
  });
});

describe('the configuration of keywords', () => {
  const read = (value: unknown) => optOutPart().safeParse(value);

  it('reads what it writes', () => {
    const languages = [english, french, mexican];
    assert.deepEqual(read(languages.map(optOutEntry)).data, languages);
  });

  it('refuses a keyword with two meanings, in one country', () => {
    const swapped = { ...optOutEntry(french), stop: { keywords: ['x'] }, help: { keywords: ['X '] } };
    assert.equal(read([swapped]).success, false);
    assert.equal(read([{ ...optOutEntry(french), start: { keywords: ['stop'] } }]).success, false);
    const elsewhere = { ...optOutEntry(mexican), stop: { keywords: ['aide'] } };
    assert.equal(read([optOutEntry(french), elsewhere]).success, true);
  });

  it('is bounded', () => {
    const entry = optOutEntry(french);
    for (const stop of [
      { keywords: ['x'.repeat(65)] },
      { keywords: ['  '] },
      { keywords: Array.from({ length: 51 }, (_, n) => `word${n}`) },
      { reply: 'x'.repeat(1601) },
    ])
      assert.equal(read([{ ...entry, stop }]).success, false);
    assert.equal(read([]).success, false);
    assert.equal(read(Array.from({ length: 51 }, () => entry)).success, false);
    assert.equal(read([{ ...entry, country: 'mx' }]).success, false);
    assert.equal(read([{ ...entry, language: 'English' }]).success, false);
  });
});
