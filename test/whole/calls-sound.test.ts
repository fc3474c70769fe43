import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { PhoneCall } from '../peers/phone-call.ts';
import { burstsOf, inTime, levelsOf, likeness, spoken, toneWav } from '../peers/sound.ts';
import { CallStage, soon, VoiceResponse } from './calls-fixture.ts';

/** All that a phone heard until the edge hung up, pauses included. */
async function heardBy({ over, rtp }: PhoneCall): Promise<Int16Array> {
  assert.equal(await soon('the end', over, 25_000), 'edge');
  return inTime(rtp.packets, rtp.heard);
}

describe('What callers hear', { timeout: 100_000, concurrency: 4 }, () => {
  let stage: CallStage;
  before(async () => {
    stage = await CallStage.open();
  });
  after(() => stage.close());

  it('Play: a file of the application', async () => {
    const script = stage.script();
    const file = script.on('tone.wav', { type: 'audio/wav', bytes: toneWav(1_000, 1_500, 16_000) });
    const document = new VoiceResponse();
    document.play(file);
    const call = await stage.call(await stage.number(script.on('voice', document)));
    const [burst, ...more] = burstsOf(await heardBy(call), 1_000);
    assert.deepEqual(more, []);
    assert.ok(burst !== undefined && Math.abs(burst.lastsMs - 1_500) <= 40, JSON.stringify(burst));
    const { form, signed } = await script.next('voice');
    assert.ok(signed);
    assert.equal(form['CallStatus'], 'ringing');
    assert.equal(form['Direction'], 'inbound');
    assert.equal(script.at('tone.wav').length, 1);
  });

  it('Play: again and again, and pauses between', async () => {
    const script = stage.script();
    const low = script.on('low.wav', { type: 'audio/wav', bytes: toneWav(500, 300) });
    const high = script.on('high.wav', { type: 'audio/wav', bytes: toneWav(1_500, 400) });
    const document = new VoiceResponse();
    document.play({ loop: 2 }, high);
    document.pause({ length: 2 });
    document.play(low);
    const heard = await heardBy(await stage.call(await stage.number(script.on('voice', document))));
    const [first] = burstsOf(heard, 1_500);
    const [last] = burstsOf(heard, 500);
    assert.ok(first !== undefined && last !== undefined);
    assert.ok(Math.abs(first.lastsMs - 800) <= 60, JSON.stringify(first));
    const gapMs = last.atMs - first.atMs - first.lastsMs;
    assert.ok(gapMs >= 1_900 && gapMs <= 2_500, `a pause of ${gapMs} ms`);
  });

  it('Play: digits are heard as telephone events', async () => {
    const document = new VoiceResponse();
    document.play({ digits: '1w2#*' });
    const call = await stage.callTo(document);
    await soon('the end', call.over);
    assert.deepEqual(call.rtp.digits, ['1', '2', '#', '*']);
  });

  it('Play: digits are heard as tones by a phone without telephone events', async () => {
    const document = new VoiceResponse();
    document.play({ digits: '5' });
    const call = await stage.callTo(document, { events: undefined });
    await soon('the digit', call.rtp.hears(770, 1_336));
    await soon('the end', call.over);
  });

  it('Play: what is not there is told by an alert, and the document goes on', async () => {
    const script = stage.script();
    const document = new VoiceResponse();
    document.play(script.on('gone.wav', { type: 'text/plain', status: 404, bytes: Buffer.from('no') }));
    document.play(script.on('tone.wav', { type: 'audio/wav', bytes: toneWav(700, 500) }));
    const call = await stage.call(await stage.number(script.on('voice', document)));
    const { form } = await script.next('voice');
    assert.equal(burstsOf(await heardBy(call), 700).length, 1);
    const alerts = await stage.client.calls(form['CallSid']!).notifications.list();
    assert.deepEqual(
      alerts.map(({ errorCode }) => errorCode),
      ['11200'],
    );
  });

  it('Say: a sentence is recognisably there', async () => {
    const [text, other] = [
      'The weather in Berlin is sunny today.',
      'Thank you. Please call again, on Monday!',
    ];
    const document = new VoiceResponse();
    document.say(text);
    const heard = levelsOf(await heardBy(await stage.callTo(document)));
    const [own, foreign] = [likeness(spoken(text), heard), likeness(spoken(other), heard)];
    assert.ok(own > 0.8, `like the sentence: ${own}`);
    assert.ok(foreign < own - 0.2, `like another: ${foreign}`);
  });

  it('Say: with SSML, twice', async () => {
    const document = new VoiceResponse();
    const say = document.say({ loop: 2 }, 'one');
    say.break({ time: '1200ms' });
    say.addText('two');
    const levels = levelsOf(await heardBy(await stage.callTo(document)));
    const loud = levels.map((level) => level > 300);
    const gaps = [];
    for (let i = 0, quiet = 0; i < loud.length; i++) {
      if (loud[i] === true) {
        if (quiet >= 50 && quiet < i) gaps.push(quiet * 20);
        quiet = 0;
      } else quiet++;
    }
    assert.equal(gaps.length, 2, JSON.stringify(gaps));
  });
});
