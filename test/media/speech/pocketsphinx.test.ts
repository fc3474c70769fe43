import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { systemClock } from '../../../control/base/clock.ts';
import { debianFiles, Pocketsphinx } from '../../../media/speech/pocketsphinx/pocketsphinx.ts';
import type { Heard } from '../../../media/speech/recogniser.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { keepsToTheContractOfRecognisers, listen, understand } from './recogniser-contract.ts';

/** Recorded prompts of Debian's asterisk-core-sounds-en-wav: a person, at 8 kHz. */
const recordings = '/usr/share/asterisk/sounds/en_US_f_Allison';

const hints = ['please try again', 'hello world', 'one moment please', 'yes', 'no'];

/** Recorded WAV files have a header of 44 bytes. */
function said(name: string): Int16Array {
  const file = readFileSync(join(recordings, `${name}.wav`));
  const samples = file.subarray(44, file.length - (file.length % 2));
  return new Int16Array(samples.buffer.slice(samples.byteOffset, samples.byteOffset + samples.length));
}

describe('pocketsphinx', () => {
  const open = (options = {}) =>
    new Pocketsphinx({ clock: systemClock, files: debianFiles, parallel: 2, ...options });

  keepsToTheContractOfRecognisers('pocketsphinx', open, () => said('please-try-again'));

  it('finds most words of short sentences', async () => {
    for (const [name, words] of [
      ['please-try-again', ['please', 'try', 'again']],
      ['one-moment-please', ['one', 'moment', 'please']],
      ['number-not-answering', ['the', 'number', 'is', 'not', 'answering']],
    ] as const) {
      const { text } = await understand(open(), said(name));
      const found = words.filter((word) => text.split(' ').includes(word));
      assert.ok(found.length > words.length / 2, text);
    }
  });

  it('finds hints exactly', async () => {
    for (const [name, hint] of [
      ['please-try-again', 'please try again'],
      ['hello-world', 'hello world'],
      ['one-moment-please', 'one moment please'],
    ] as const) {
      const { text, confidence } = await understand(open(), said(name), hints);
      assert.equal(text, hint);
      assert.ok(confidence >= 0.6);
    }
  });

  it('takes no hint for what is none of them', async () => {
    const { text } = await understand(open(), said('conf-getpin'), hints);
    assert.ok(!hints.includes(text), text);
    assert.notEqual(text, '');
  });

  it('leaves no files and no place taken behind', async () => {
    const files = (): readonly string[] =>
      readdirSync(tmpdir()).filter((name) => name.startsWith('strowger-hints-'));
    const before = files();
    const recogniser = open();
    await understand(recogniser, said('hello-world'), hints);
    assert.equal(recogniser.active, 0);
    assert.deepEqual(files(), before);
  });

  it('fails where it is not installed', async () => {
    const files = { ...debianFiles, command: '/nowhere/pocketsphinx' };
    assert.deepEqual(await listen(open({ files }), said('hello-world')), [
      { kind: 'failed', why: 'unavailable' },
    ]);
    const model = { ...debianFiles, model: '/nowhere' };
    assert.deepEqual(await listen(open({ files: model }), said('hello-world'), hints), [
      { kind: 'failed', why: 'unavailable' },
    ]);
  });

  it('is given up when it takes too long', () => {
    const clock = new FakeClock();
    const heard: Heard[] = [];
    const recogniser = open({ clock });
    const started = recogniser.start({ language: 'en-US', hints: [], hear: (one) => heard.push(one) });
    assert.ok(started.ok);
    started.value.finish();
    clock.advance(30_000);
    assert.deepEqual(heard, [{ kind: 'failed', why: 'timeout' }]);
    assert.equal(recogniser.active, 0);
    assert.equal(clock.timers, 0);
  });

  it('takes no more than two minutes', async () => {
    const recogniser = open();
    const last = new Promise<Heard>((resolve) => {
      const hear = (heard: Heard): void => {
        if (heard.kind !== 'partial') resolve(heard);
      };
      const started = recogniser.start({ language: 'en-US', hints: [], hear });
      assert.ok(started.ok);
      // Digital silence: the decoder goes through it quickly.
      for (let minute = 0; minute < 3; minute++) started.value.feed(new Uint8Array(480_000).fill(0xff));
    });
    assert.equal((await last).kind, 'final');
  });
});
