import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Script } from '../peers/application.ts';
import type { PhoneCall } from '../peers/phone-call.ts';
import { holdMusic } from '../../media/sounds/hold-music.ts';
import { inTime, levelsOf, likeness, presence, readWav, toneWav } from '../peers/sound.ts';
import { CallStage, soon, VoiceResponse } from './calls-fixture.ts';

type ConferenceAttributes = NonNullable<Parameters<ReturnType<VoiceResponse['dial']>['conference']>[0]>;

/** Somebody in a conference, with a voice of a single tone. */
interface Voice {
  readonly call: PhoneCall;
  readonly hz: number;
  readonly callSid: string;
  readonly script: Script;
}

/** Waits until somebody hears exactly these of all the voices there are. */
async function hears(who: Voice, others: readonly Voice[], heard: readonly Voice[]): Promise<void> {
  const { rtp } = who.call;
  const right = (): boolean =>
    others.every((other) => {
      const share = rtp.share(other.hz, 400);
      return heard.includes(other) ? share > 0.5 / heard.length : share < 0.05;
    });
  rtp.forget();
  const all = `${who.hz} hears ${heard.map(({ hz }) => hz).join(' and ')} alone`;
  await soon(
    all,
    rtp.until(() => rtp.heard.length >= 3_200 && right()),
  ).catch((error: unknown) => {
    const shares = others.map(({ hz }) => `${hz}: ${rtp.share(hz, 400).toFixed(2)}`);
    throw new Error(`${String(error)}; it hears ${shares.join(', ')}`);
  });
}

/** In silence nothing is sent: after a while, whatever is in the last 200 ms is nothing of these voices. */
async function hearsNobody(who: Voice, others: readonly Voice[]): Promise<void> {
  await who.call.listen(15);
  who.call.rtp.forget();
  await who.call.listen(15);
  for (const { hz } of others) assert.ok(who.call.rtp.share(hz) < 0.05, `${who.hz} hears ${hz}`);
}

describe('Conferences', { timeout: 100_000, concurrency: 3 }, () => {
  let stage: CallStage;
  before(async () => {
    stage = await CallStage.open();
  });
  after(() => stage.close());

  /** Somebody calls into a conference, and speaks. */
  async function joins(name: string, hz: number, attributes: ConferenceAttributes = {}): Promise<Voice> {
    const script = stage.script();
    const document = new VoiceResponse();
    document.dial({ action: script.url('left') }).conference({ beep: 'false', ...attributes }, name);
    const call = await stage.call(await stage.number(script.on('voice', document)));
    call.rtp.say(hz);
    const { form } = await script.next('voice');
    return { call, hz, callSid: form['CallSid'] ?? '', script };
  }

  const sidOf = async (friendlyName: string): Promise<string> => {
    const [conference] = await stage.client.conferences.list({ friendlyName });
    assert.ok(conference !== undefined);
    return conference.sid;
  };

  const leave = async (...all: readonly Voice[]): Promise<void> => {
    await Promise.all(all.map(({ call }) => call.hangUp()));
  };

  it('of three: everyone hears the two others', async () => {
    const all = [await joins('three', 440), await joins('three', 1_100), await joins('three', 1_700)];
    const [a, b, c] = all as [Voice, Voice, Voice];
    await Promise.all([hears(a, all, [b, c]), hears(b, all, [a, c]), hears(c, all, [a, b])]);
    const conference = stage.client.conferences(await sidOf('three'));
    assert.equal((await conference.fetch()).status, 'in-progress');
    assert.equal((await conference.participants.list()).length, 3);
    await leave(...all);
    await soon('the action', a.script.next('left'));
    assert.equal((await conference.fetch()).status, 'completed');
  });

  it('mute and hold, by REST', async () => {
    const all = [await joins('mute', 440), await joins('mute', 1_100), await joins('mute', 1_700)];
    const [a, b, c] = all as [Voice, Voice, Voice];
    await hears(a, all, [b, c]);
    const { participants } = stage.client.conferences(await sidOf('mute'));
    assert.equal((await participants(b.callSid).update({ muted: true })).muted, true);
    await Promise.all([hears(a, all, [c]), hears(b, all, [a, c]), hears(c, all, [a])]);
    assert.equal((await participants(b.callSid).update({ muted: false })).muted, false);
    await hears(a, all, [b, c]);

    const music = b.script.on('music.wav', { type: 'audio/wav', bytes: toneWav(2_400, 3_000) });
    const holding = new VoiceResponse();
    holding.play(music);
    const holdUrl = b.script.on('hold', holding);
    assert.equal((await participants(b.callSid).update({ hold: true, holdUrl })).hold, true);
    await soon('the music', b.call.rtp.hears(2_400));
    await Promise.all([hears(a, all, [c]), hears(c, all, [a])]);
    assert.equal((await participants(b.callSid).update({ hold: false })).hold, false);
    await Promise.all([hears(a, all, [b, c]), hears(b, all, [a, c])]);
    await leave(...all);
  });

  it('coach: heard by the coached alone', async () => {
    const agent = await joins('coach', 440);
    const customer = await joins('coach', 1_100);
    const supervisor = await joins('coach', 1_700, { coach: agent.callSid });
    const all = [agent, customer, supervisor];
    await Promise.all([
      hears(agent, all, [customer, supervisor]),
      hears(customer, all, [agent]),
      hears(supervisor, all, [agent, customer]),
    ]);
    const participant = stage.client.conferences(await sidOf('coach')).participants(supervisor.callSid);
    assert.equal((await participant.fetch()).coaching, true);
    await participant.update({ coaching: false });
    await hears(customer, all, [agent, supervisor]);
    await leave(...all);
  });

  it('muted from the beginning, and waiting until somebody may start it', async () => {
    const script = stage.script();
    const waiting = new VoiceResponse();
    waiting.play({ loop: 0 }, script.on('wait.wav', { type: 'audio/wav', bytes: toneWav(2_400, 1_000) }));
    const guest = await joins('start', 440, {
      startConferenceOnEnter: false,
      muted: true,
      waitUrl: script.on('wait', waiting),
    });
    await soon('the guest hears the wait', guest.call.rtp.hears(2_400));
    assert.match((await script.next('wait')).form['ConferenceSid'] ?? '', /^CF/);
    const host = await joins('start', 1_100);
    await hears(guest, [host], [host]);
    await hearsNobody(host, [guest]);
    await leave(guest, host);
  });

  it('no waitUrl: music of our own until it begins; an empty one: silence', async () => {
    const apart = { startConferenceOnEnter: false, muted: true };
    const [guest, silent] = [
      await joins('music', 440, apart),
      await joins('music', 500, { ...apart, waitUrl: '' }),
    ];
    const { rtp } = guest.call;
    await soon(
      'some bars of music',
      rtp.until(() => rtp.heard.length >= 4 * 8_000),
    );
    const bars = levelsOf(holdMusic().subarray(0, 3 * 8_000));
    const like = likeness(bars, levelsOf(inTime(rtp.packets, rtp.heard)));
    assert.ok(like > 0.95, `what is heard is ${like.toFixed(2)} like the music`);
    assert.ok(silent.call.rtp.heard.every((sample) => Math.abs(sample) < 100));
    const host = await joins('music', 1_100);
    await hears(guest, [host], [host]);
    await leave(guest, silent, host);
  });

  it('endConferenceOnExit: everyone goes on', async () => {
    const all = [
      await joins('end', 440),
      await joins('end', 1_100),
      await joins('end', 1_700, { endConferenceOnExit: true }),
    ];
    const [a, b, host] = all as [Voice, Voice, Voice];
    await hears(a, all, [b, host]);
    await leave(host);
    await soon('both go on', Promise.all([a.script.next('left'), b.script.next('left')]));
    const [left] = a.script.at('left');
    assert.equal(left?.form['DialCallStatus'], 'answered');
  });

  it('kick and end, by REST; events in order', async () => {
    const script = stage.script();
    const events: ConferenceAttributes = {
      statusCallback: script.url('events'),
      statusCallbackEvent: ['start', 'end', 'join', 'leave', 'mute', 'hold'],
      participantLabel: 'first',
    };
    const all = [await joins('kick', 440, events), await joins('kick', 1_100), await joins('kick', 1_700)];
    const [a, b, c] = all as [Voice, Voice, Voice];
    await hears(a, all, [b, c]);
    const conference = stage.client.conferences(await sidOf('kick'));
    await conference.participants('first').update({ muted: true });
    assert.equal(await conference.participants(b.callSid).remove(), true);
    await soon('who is kicked goes on', b.script.next('left'));
    await hearsNobody(c, [a, b]);
    await conference.update({ status: 'completed' });
    await soon('all go on', Promise.all([a.script.next('left'), c.script.next('left')]));
    const told = (): (string | undefined)[] =>
      script.at('events').map(({ form }) => form['StatusCallbackEvent']);
    await soon(
      'the end is told',
      script.until(() => told().includes('conference-end')),
    );
    assert.deepEqual(told(), [
      'participant-join',
      'participant-join',
      'conference-start',
      'participant-join',
      'participant-mute',
      'participant-leave',
      'participant-leave',
      'participant-leave',
      'conference-end',
    ]);
    const numbers = script.at('events').map(({ form }) => Number(form['SequenceNumber']));
    assert.deepEqual(
      numbers,
      numbers.map((_, index) => numbers[0]! + index),
    );
    assert.ok(script.asked.every(({ signed }) => signed));
    assert.equal(script.at('events')[0]?.form['ParticipantLabel'], 'first');
  });

  it('a participant who is dialled, by REST; an announcement to one and to all', async () => {
    const a = await joins('dialled', 440);
    const phone = stage.phone();
    const from = await stage.number('');
    const added = await stage.client
      .conferences('dialled')
      .participants.create({ from, to: phone.number, label: 'agent', beep: 'false', earlyMedia: false });
    const call = await soon('the phone answers', phone.answered());
    call.rtp.say(1_100);
    const b: Voice = { call, hz: 1_100, callSid: added.callSid, script: a.script };
    await Promise.all([hears(a, [a, b], [b]), hears(b, [a, b], [a])]);

    const announced = new VoiceResponse();
    announced.play(a.script.on('gong.wav', { type: 'audio/wav', bytes: toneWav(2_400, 2_000) }));
    const announceUrl = a.script.on('announce', announced);
    const conference = stage.client.conferences(await sidOf('dialled'));
    await conference.participants('agent').update({ announceUrl });
    await soon('one hears it', b.call.rtp.hears(2_400));
    await hears(b, [a, b], [a]);
    await conference.update({ announceUrl });
    await soon(
      'all hear it',
      Promise.all([a, b].map(({ call: { rtp } }) => rtp.until(() => rtp.share(2_400) > 0.4))),
    );
    await leave(a, b);
  });

  it('maxParticipants: who is too many goes on', async () => {
    const attributes: ConferenceAttributes = { maxParticipants: 2 };
    const all = [await joins('full', 440, attributes), await joins('full', 1_100, attributes)];
    const late = await joins('full', 1_700, attributes);
    const { form } = await soon('the third goes on', late.script.next('left'));
    assert.equal(form['DialCallStatus'], 'failed');
    await leave(...all);
  });

  it('record: the recording holds everyone', async () => {
    const script = stage.script();
    const attributes: ConferenceAttributes = {
      record: 'record-from-start',
      recordingStatusCallback: script.url('recording'),
    };
    const all = [await joins('record', 440, attributes), await joins('record', 1_100, attributes)];
    const [a, b] = all as [Voice, Voice];
    await hears(a, all, [b]);
    await a.call.listen(50);
    await leave(...all);
    const { form } = await soon('the recording', script.next('recording'));
    assert.equal(form['RecordingSource'], 'Conference');
    assert.match(form['ConferenceSid'] ?? '', /^CF/);
    const bytes = Buffer.from(await (await fetch(`${form['RecordingUrl']}.wav`)).arrayBuffer());
    const [sound] = readWav(bytes).channels;
    assert.ok(presence(sound, 440) > 0.25 && presence(sound, 1_100) > 0.25);
  });

  it('beep: everyone hears somebody come', async () => {
    const a = await joins('beep', 0, { beep: 'true' });
    const b = await joins('beep', 1_100, { beep: 'true' });
    await hears(a, [a, b], [b]);
    b.call.rtp.say();
    await a.call.listen(10);
    const c = await joins('beep', 1_700, { beep: 'onEnter' });
    c.call.rtp.say();
    await soon(
      'the beep',
      a.call.rtp.until(() => Math.max(a.call.rtp.share(523.25, 60), a.call.rtp.share(783.99, 60)) > 0.5),
    );
    await leave(a, b, c);
  });
});
