import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Script } from '../peers/application.ts';
import type { PhoneCall } from '../peers/phone-call.ts';
import { said } from '../peers/recorded-speech.ts';
import { toneWav } from '../peers/sound.ts';
import { CallStage, soon, VoiceResponse } from './calls-fixture.ts';

type GatherAttributes = NonNullable<Parameters<VoiceResponse['gather']>[0]>;

describe('What callers press and say', { timeout: 100_000, concurrency: 4 }, () => {
  let stage: CallStage;
  before(async () => {
    stage = await CallStage.open();
  });
  after(() => stage.close());

  /** A call to a document that gathers at `got`, and says 2,000 Hz where it goes on without; prompts with 600 Hz. */
  async function gathering(
    attributes: GatherAttributes,
    promptMs = 0,
  ): Promise<PhoneCall & { script: Script }> {
    const script = stage.script();
    const prompt = script.on('prompt.wav', { type: 'audio/wav', bytes: toneWav(600, promptMs) });
    const next = script.on('next.wav', { type: 'audio/wav', bytes: toneWav(2_000, 400) });
    const document = new VoiceResponse();
    const gather = document.gather({ action: script.url('got'), ...attributes });
    if (promptMs > 0) gather.play(prompt);
    document.play(next);
    const call = await stage.call(await stage.number(script.on('voice', document)));
    return Object.assign(call, { script });
  }

  it('Gather: numDigits', async () => {
    const call = await gathering({ numDigits: 4 });
    await call.press('1294');
    const { form, signed } = await soon('the digits', call.script.next('got'));
    assert.ok(signed);
    assert.equal(form['Digits'], '1294');
    assert.equal(form['CallStatus'], 'in-progress');
  });

  it('Gather: finishOnKey, over a prompt that ends with the first digit', async () => {
    const call = await gathering({ finishOnKey: '*' }, 20_000);
    await soon('the prompt', call.rtp.hears(600));
    await call.press('7');
    call.rtp.forget();
    await call.listen(10);
    assert.ok(call.rtp.share(600) < 0.1, 'the prompt has ended');
    await call.press('#3*');
    const { form } = await soon('the digits', call.script.next('got'));
    assert.equal(form['Digits'], '7#3');
    assert.equal(form['FinishedOnKey'], '*');
  });

  it('Gather: what was pressed counts when the timeout is over', async () => {
    const call = await gathering({ timeout: 1 });
    await call.press('58');
    const { form } = await soon('the digits', call.script.next('got'));
    assert.equal(form['Digits'], '58');
  });

  it('Gather: nothing is pressed, and the document goes on', async () => {
    const { rtp, over, script } = await gathering({ timeout: 1 });
    await soon('what follows', rtp.hears(2_000));
    await soon('the end', over);
    assert.equal(script.at('got').length, 0);
  });

  it('Gather: nothing is pressed, and the action is asked all the same', async () => {
    const { script } = await gathering({ timeout: 1, actionOnEmptyResult: true });
    const { form } = await soon('the action', script.next('got'));
    assert.equal(form['Digits'], '');
  });

  it('Gather: digits of SIP INFO', async () => {
    const call = await gathering({ numDigits: 2 });
    for (const signal of ['4', '9'])
      await call.request(
        'INFO',
        [['Content-Type', 'application/dtmf-relay']],
        `Signal=${signal}\r\nDuration=160\r\n`,
      );
    const { form } = await soon('the digits', call.script.next('got'));
    assert.equal(form['Digits'], '49');
  });

  it('Gather: tones of a phone that has no telephone events', async () => {
    const script = stage.script();
    const document = new VoiceResponse();
    document.gather({ action: script.url('got'), numDigits: 2 });
    const call = await stage.call(await stage.number(script.on('voice', document)), { events: undefined });
    for (const tones of [
      [697, 1_209],
      [852, 1_477],
    ] as const) {
      call.rtp.say(...tones);
      await call.listen(6);
      call.rtp.say();
      await call.listen(6);
    }
    const { form } = await soon('the digits', script.next('got'));
    assert.equal(form['Digits'], '19');
  });

  // On a machine that is busy with other tests packets come too late, and words are lost, as on any bad line: the
  // person is asked again then.
  it('Gather: speech, as pocketsphinx understands a person, at the latest when asked again', async () => {
    const script = stage.script();
    const document = new VoiceResponse();
    document.gather({
      action: script.url('voice'),
      input: ['speech'],
      hints: 'please try again, hello world, one moment please',
      speechTimeout: 'auto',
      partialResultCallback: script.url('partial'),
      actionOnEmptyResult: true,
    });
    const call = await stage.call(await stage.number(script.on('voice', document)));
    const understood: (string | undefined)[] = [];
    while (understood.length < 4 && !understood.includes('one moment please')) {
      await call.speak(said('one-moment-please'));
      const { form } = await soon('the words', script.next('voice', understood.length + 1), 20_000);
      understood.push(form['SpeechResult']);
      if (form['SpeechResult'] !== '') assert.ok(Number(form['Confidence']) > 0, form['Confidence']);
      assert.equal(form['Language'] ?? 'en-US', 'en-US');
    }
    assert.equal(understood.at(-1), 'one moment please', JSON.stringify(understood));
    const partials = script.at('partial').map((asked) => asked.form['UnstableSpeechResult'] ?? '');
    assert.ok(
      partials.some((text) => /moment|please/.test(text)),
      JSON.stringify(partials),
    );
    await call.hangUp();
  });

  it('Gather: speech interrupts a prompt', async () => {
    const call = await gathering(
      { input: ['dtmf', 'speech'], hints: 'hello world', speechTimeout: '1' },
      20_000,
    );
    await soon('the prompt', call.rtp.hears(600));
    await call.speak(said('hello-world'));
    // The prompt would have gone on for longer than this.
    const { form } = await soon('the words', call.script.next('got'));
    assert.notEqual(form['SpeechResult'], '');
  });

  it('Gather: a prompt that may not be interrupted is heard to its end', async () => {
    const call = await gathering(
      { input: ['speech'], hints: 'hello world', bargeIn: false, timeout: 4 },
      2_500,
    );
    await soon('the prompt', call.rtp.hears(600));
    await call.speak(said('hello-world'));
    assert.equal(call.script.at('got').length, 0);
    assert.ok(call.rtp.share(600) > 0.7, 'the prompt goes on');
    await call.listen(100);
    await call.speak(said('hello-world'));
    const { form } = await soon('the words', call.script.next('got'), 20_000);
    assert.notEqual(form['SpeechResult'], '');
  });
});
