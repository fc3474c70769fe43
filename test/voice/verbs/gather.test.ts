import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { FakeLeg } from '../fake-media.ts';
import { appUrl, Harness, twiml } from '../harness.ts';

describe('Gather', () => {
  let harness: Harness;
  afterEach(() => harness.end());

  /** A call that gathers; what its action is sent is given back by `asked`. */
  async function gathering(verb: string, ...then: string[]): Promise<FakeLeg> {
    let first = true;
    harness = new Harness({
      app: () => {
        const answer = first ? twiml(verb, ...then) : twiml('<Pause length="60"/>');
        first = false;
        return answer;
      },
    });
    await harness.ring();
    return harness.media.legs[0]!;
  }

  const asked = (url = 'http://app.test/done'): Record<string, string>[] => harness.sentTo(url);

  it('takes digits over its prompts, and sends them to its action', async () => {
    const leg = await gathering(
      '<Gather action="/done" numDigits="3"><Say>Press</Say><Play>/a.wav</Play></Gather>',
    );
    const prompt = leg.playing!;
    assert.deepEqual(prompt.items, [{ kind: 'file', file: 'speech of Press' }]);
    leg.press('1');
    await harness.settle();
    assert.equal(prompt.ended, 'stopped');
    assert.equal(leg.playing, undefined);
    leg.press('2');
    leg.press('3');
    await harness.settle();
    const [sent] = asked();
    assert.equal(sent?.['Digits'], '123');
    assert.equal(sent['FinishedOnKey'], '');
    assert.equal(sent['CallStatus'], 'in-progress');
  });

  it('plays its prompts one after another, then waits, then goes on with the document', async () => {
    const leg = await gathering(
      '<Gather timeout="3"><Say>a</Say><Pause length="2"/><Say>b</Say></Gather>',
      '<Echo/>',
    );
    for (const items of [
      [{ kind: 'file', file: 'speech of a' }],
      [{ kind: 'silence', durationMs: 2_000 }],
      [{ kind: 'file', file: 'speech of b' }],
    ] as const) {
      assert.deepEqual(leg.playing?.items, items);
      leg.playing.end();
      await harness.settle();
    }
    await harness.advance(2_999);
    assert.equal(leg.echoing, false);
    await harness.advance(1);
    assert.equal(leg.echoing, true);
    assert.equal(harness.requests.length, 1);
  });

  it('asks its action of nothing too, where that is wanted', async () => {
    await gathering('<Gather action="/done" actionOnEmptyResult="true" timeout="1"/>');
    await harness.advance(1_000);
    assert.equal(asked()[0]?.['Digits'], '');
  });

  it('asks the document itself where it names no action, by its method', async () => {
    const leg = await gathering('<Gather method="GET" finishOnKey="*"/>');
    leg.press('7*');
    await harness.settle();
    assert.deepEqual(
      harness.requests.map(({ url, method }) => [url, method]),
      [
        [appUrl, 'POST'],
        [appUrl, 'GET'],
      ],
    );
    assert.equal(harness.params(1)['Digits'], '7');
    assert.equal(harness.params(1)['FinishedOnKey'], '*');
  });

  it('takes digits by INFO', async () => {
    harness = new Harness({ app: () => twiml('<Gather numDigits="1" action="/done"/>') });
    const incoming = await harness.ring();
    incoming.dialog.handlers?.digit('5', 100);
    await harness.settle();
    assert.equal(asked()[0]?.['Digits'], '5');
  });

  it('takes speech, with partial results on the way', async () => {
    const leg = await gathering(
      '<Gather input="speech" action="/done" hints="sunny, rainy" language="en-GB" speechTimeout="2" partialResultCallback="/partial"><Say>How?</Say></Gather>',
    );
    const { last } = harness.recogniser;
    assert.equal(last.request.language, 'en-GB');
    assert.deepEqual(last.request.hints, ['sunny', 'rainy']);
    const prompt = leg.playing!;
    leg.taps[0]!.hear({ track: 'inbound', payload: new Uint8Array(160), timestampMs: 0 });
    assert.equal(last.bytes, 160);
    leg.speech[0]!({ kind: 'speech', atMs: 0 });
    await harness.settle();
    assert.equal(prompt.ended, 'stopped');
    last.request.hear({ kind: 'partial', text: 'it is' });
    await harness.settle();
    const [partial] = asked('http://app.test/partial');
    assert.equal(partial?.['UnstableSpeechResult'], 'it is');
    assert.equal(partial['SequenceNumber'], '0');
    last.request.hear({ kind: 'partial', text: 'it is so' });
    await harness.settle();
    last.request.hear({ kind: 'partial', text: 'it is so many' });
    last.request.hear({ kind: 'partial', text: 'it is sunny' });
    await harness.settle();
    const told = asked('http://app.test/partial').map((each) => [
      each['SequenceNumber'],
      each['UnstableSpeechResult'],
      each['Stability'],
      each['StableSpeechResult'],
    ]);
    assert.deepEqual(told, [
      ['0', 'it is', '0.01', ''],
      ['1', 'it is so', '0.9', 'it is'],
      ['2', 'it is so many', '0.9', 'it is so'],
      ['3', 'it is sunny', '0.01', 'it is'],
    ]);
    leg.speech[0]!({ kind: 'silence', atMs: 1_000 });
    await harness.advance(2_000);
    assert.equal(last.finished, true);
    last.request.hear({ kind: 'final', text: 'it is sunny', confidence: 0.87654321 });
    await harness.settle();
    const [sent] = asked();
    assert.equal(sent?.['SpeechResult'], 'it is sunny');
    assert.equal(sent['Confidence'], '0.8765432');
    assert.deepEqual(leg.speech, []);
    assert.ok(leg.taps.every(({ closed }) => closed));
  });

  it('takes digits instead of speech', async () => {
    const leg = await gathering('<Gather input="dtmf speech" numDigits="2" action="/done"/>');
    leg.speech[0]!({ kind: 'speech', atMs: 0 });
    leg.press('42');
    await harness.settle();
    assert.equal(asked()[0]?.['Digits'], '42');
    assert.equal(harness.recogniser.last.cancelled, true);
  });

  for (const [name, verb, busy, code] of [
    ['every recogniser is busy', '<Gather input="speech" timeout="1"/>', true, 13340],
    [
      'nobody understands the language',
      '<Gather input="speech" language="fr-FR" timeout="1"/>',
      false,
      13331,
    ],
  ] as const) {
    it(`tells when ${name}, and waits all the same: ${code}`, async () => {
      harness = new Harness({ app: () => twiml(verb, '<Echo/>') });
      harness.recogniser.busy = busy;
      await harness.ring();
      assert.deepEqual(
        harness.alerts.map((alert) => alert.code),
        [code],
      );
      await harness.advance(1_000);
      assert.equal(harness.media.legs[0]!.echoing, true);
    });
  }

  it('leaves nothing behind when the caller hangs up', async () => {
    harness = new Harness({
      app: () => twiml('<Gather input="dtmf speech" action="/done"><Say>x</Say></Gather>'),
    });
    const incoming = await harness.ring();
    const leg = harness.media.legs[0]!;
    leg.press('1');
    incoming.dialog.hangUp();
    await harness.settle();
    assert.deepEqual(asked(), []);
    assert.deepEqual(leg.speech, []);
    assert.equal(harness.recogniser.last.cancelled, true);
    assert.equal(harness.clock.timers, 0);
  });
});
