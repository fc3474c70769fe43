import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { PhoneCall } from '../peers/phone-call.ts';
import { statusOf } from '../peers/sip-bytes.ts';
import { CallStage, mediaPorts, soon, VoiceResponse } from './calls-fixture.ts';
import { until } from './edge-process.ts';

/** Calls with sound that the edge of these tests has ports for. */
const pairs = 8;

describe('Ports of RTP', { timeout: 100_000 }, () => {
  let stage: CallStage;
  before(async () => {
    const first = Number.parseInt(mediaPorts(), 10);
    stage = await CallStage.open({ ports: `${first}-${first + 2 * pairs - 1}` });
  });
  after(() => stage.close());

  const callsGoingOn = async (): Promise<number> =>
    (await stage.client.calls.list({ status: 'in-progress', limit: 1 })).length +
    (await stage.client.calls.list({ status: 'ringing', limit: 1 })).length;

  it('come back from calls of every end, and are all there is', async () => {
    const echo = new VoiceResponse();
    echo.echo();
    const hangUp = new VoiceResponse();
    hangUp.hangup();
    const [busy, silent] = [stage.phone({ refuses: 486 }), stage.phone({ ringMs: Infinity })];
    const dialsBusy = new VoiceResponse();
    dialsBusy.dial({}, busy.number);
    const dialsSilent = new VoiceResponse();
    dialsSilent.dial({}, silent.number);
    const numberOf = (document: VoiceResponse): Promise<string> =>
      stage.number(stage.script().on('voice', document));
    const [echoing, ending, refused, ringing] = [
      await numberOf(echo),
      await numberOf(hangUp),
      await numberOf(dialsBusy),
      await numberOf(dialsSilent),
    ];
    const over = (call: PhoneCall): Promise<unknown> => soon('the end', call.over);
    const ends: readonly (() => Promise<unknown>)[] = [
      async () => (await stage.call(echoing)).hangUp(),
      async () => over(await stage.call(ending)),
      async () => over(await stage.call(refused)),
      async () => {
        const call = await stage.call(ringing);
        await soon('it rings', silent.rung(silent.calls.length));
        await call.hangUp();
      },
      async () => {
        const call = await stage.dial(ringing);
        await call.hangUp();
        await over(call);
      },
    ];
    for (let round = 0; round < 2 * pairs; round++) await ends[round % ends.length]!();
    await until('all calls are over', async () => (await callsGoingOn()) === 0);
    const calls = await Promise.all(Array.from({ length: pairs }, () => stage.call(echoing)));
    const tooMany = await stage.dial(echoing);
    assert.equal(statusOf(await soon('the refusal', tooMany.final)), 503);
    for (const [n, call] of calls.entries()) call.rtp.say(400 + 100 * n);
    await soon('everyone is heard', Promise.all(calls.map(({ rtp }, n) => rtp.hears(400 + 100 * n))));
    await Promise.all(calls.map((call) => call.hangUp()));
  });
});
