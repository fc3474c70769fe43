import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { Participant } from '../../edge/voice/conference.ts';
import type { ConferenceRoom } from '../../edge/voice/conferences/conference-room.ts';
import { deferred } from '../../edge/voice/deferred.ts';
import { account, appUrl, document, Harness, twiml, type HarnessOptions } from './harness.ts';
import type { FakeIncoming } from './fake-signalling.ts';
import type { FakeLeg, FakeRoom } from './fake-media.ts';

const statusUrl = 'http://app.test/status';
const conferenceOf = (attributes: string): string =>
  twiml(`<Dial action="/action"><Conference ${attributes}>standup</Conference></Dial>`);
const all = 'start end join leave mute hold modify speaker announcement';

describe('a conference', () => {
  let harness: Harness;
  let attributes: string[];
  let callers: FakeIncoming[];
  afterEach(() => harness.end());

  /** Each caller is taken into the conference with the next of these attributes. */
  const open = (
    given: string[],
    documents: Record<string, string> = {},
    options: HarnessOptions = {},
  ): void => {
    attributes = given;
    callers = [];
    let next = 0;
    harness = new Harness({
      app: ({ url }) => {
        if (url !== appUrl) return documents[url] ?? twiml('<Hangup/>');
        const own = attributes[next++] ?? '';
        return conferenceOf(own.includes('waitUrl') ? own : `waitUrl="" ${own}`);
      },
      ...options,
    });
  };
  const come = async (count = 1): Promise<void> => {
    for (let i = 0; i < count; i++) callers.push(await harness.ring());
  };
  const sound = (): FakeRoom => {
    const room = harness.media.rooms.at(-1);
    assert.ok(room);
    return room;
  };
  const leg = (index: number): FakeLeg => {
    const found = harness.media.legs[index];
    assert.ok(found);
    return found;
  };
  const room = (): ConferenceRoom => {
    const [row] = harness.voice.conferences.list(account.no, {}, { limit: 1 }).rows;
    const found = row === undefined ? undefined : harness.voice.conferences.room(row.sid);
    assert.ok(found);
    return found;
  };
  const seats = (): readonly Participant[] => harness.voice.participants.list(room());
  const seatsLeft = (): number =>
    harness.voice.conferences.list(account.no, { status: 'init' }, { limit: 9 }).rows.length;
  const events = (): (string | undefined)[] =>
    harness.sentTo(statusUrl).map((params) => params['StatusCallbackEvent']);

  it('begins with two, mixes them, and ends with the last', async () => {
    open([`statusCallback="${statusUrl}" statusCallbackEvent="${all}"`]);
    await come();
    assert.equal(sound().inside.size, 0);
    assert.equal(room().conference.status, 'init');
    await come();
    assert.equal(room().conference.status, 'in-progress');
    assert.deepEqual([sound().inside.has(leg(0)), sound().inside.has(leg(1))], [true, true]);
    const { sid } = room();
    callers[0]?.dialog.hangUp();
    await harness.settle();
    assert.equal(sound().inside.size, 1);
    callers[1]?.dialog.hangUp();
    await harness.settle();
    assert.equal(sound().closed, true);
    const row = harness.voice.conferences.get(sid);
    assert.equal(row?.status, 'completed');
    assert.equal(row.endReason, 'last-participant-left');
    assert.deepEqual(events(), [
      'participant-join',
      'participant-join',
      'conference-start',
      'participant-leave',
      'participant-leave',
      'conference-end',
    ]);
    const told = harness.sentTo(statusUrl);
    assert.deepEqual(
      told.map((params) => params['SequenceNumber']),
      ['0', '1', '2', '3', '4', '5'],
    );
    assert.equal(told[0]?.['FriendlyName'], 'standup');
    assert.equal(told[0]['Muted'], 'false');
    assert.equal(told[5]?.['ReasonConferenceEnded'], 'last-participant-left');
    assert.equal(harness.clock.timers, 0);
    assert.equal(harness.media.openLegs, 0);
  });

  it('waits for somebody who may begin it', async () => {
    open(['startConferenceOnEnter="false"', 'startConferenceOnEnter="false"', '']);
    await come(2);
    assert.equal(sound().inside.size, 0);
    await come();
    assert.equal(sound().inside.size, 3);
  });

  it('ends for all when one leaves who ends it, and their calls go on', async () => {
    open(['', 'endConferenceOnExit="true"'], { 'http://app.test/action': twiml('<Pause length="9"/>') });
    await come(2);
    callers[1]?.dialog.hangUp();
    await harness.settle();
    assert.equal(sound().closed, true);
    assert.equal(callers[0]?.dialog.byes, 0);
    const [action] = harness.sentTo('http://app.test/action');
    assert.equal(action?.['DialCallStatus'], 'answered');
  });

  it('beeps for those who come and go, as they wish', async () => {
    open(['', 'beep="false"', 'beep="onExit"']);
    await come(2);
    assert.deepEqual(
      sound().playbacks.map(({ items }) => items[0]),
      [{ kind: 'tone', tone: 'enter-beep', durationMs: 200 }],
    );
    await come();
    assert.equal(sound().playbacks.length, 1);
    callers[2]?.dialog.hangUp();
    await harness.settle();
    assert.deepEqual(sound().playbacks[1]?.items[0], { kind: 'tone', tone: 'exit-beep', durationMs: 200 });
  });

  it('mutes, holds and lets a party coach', async () => {
    const status = `statusCallback="${statusUrl}" statusCallbackEvent="mute hold modify"`;
    open(['muted="true" participantLabel="boss" ' + status, ''], {
      'http://app.test/hold': twiml('<Pause length="30"/>'),
    });
    await come(2);
    const { participants } = harness.voice;
    assert.equal(sound().inside.get(leg(0))?.muted, true);
    participants.update(room(), 'boss', { muted: false });
    assert.equal(sound().inside.get(leg(0))?.muted, false);
    const second = seats()[1]?.callSid ?? '';
    participants.update(room(), second, {
      hold: { on: true, hearing: { url: 'http://app.test/hold', method: 'GET' } },
    });
    await harness.settle();
    assert.equal(sound().inside.get(leg(1))?.held, true);
    assert.equal(harness.requests.find(({ url }) => url.endsWith('/hold'))?.method, 'GET');
    const refused = participants.update(room(), 'boss', { coach: second });
    assert.equal(refused?.ok === false ? refused.error.code : 0, 16027);
    participants.update(room(), second, { hold: { on: false, hearing: null } });
    await harness.settle();
    assert.equal(sound().inside.get(leg(1))?.held, false);
    participants.update(room(), 'boss', { coach: second });
    assert.equal(sound().inside.get(leg(0))?.coached, leg(1));
    await harness.settle();
    assert.deepEqual(events(), [
      'participant-unmute',
      'participant-hold',
      'participant-unhold',
      'participant-modify',
    ]);
    assert.equal(harness.sentTo(statusUrl)[3]?.['CallSidToCoach'], second);
    assert.equal(participants.update(room(), 'nobody', { muted: true }), undefined);
  });

  it('lets those on hold hear music', async () => {
    open([]);
    await come(2);
    const [first] = seats();
    harness.voice.participants.update(room(), first?.callSid ?? '', { hold: { on: true, hearing: null } });
    await harness.settle();
    assert.deepEqual(leg(0).playing?.items, [{ kind: 'file', file: 'music' }]);
    harness.voice.participants.update(room(), first?.callSid ?? '', { hold: { on: false, hearing: null } });
    await harness.settle();
    assert.equal(leg(0).playing, undefined);
  });

  it('announces to one apart, and to all', async () => {
    open([`statusCallback="${statusUrl}" statusCallbackEvent="announcement"`], {
      'http://app.test/news': twiml('<Say>news</Say>', '<Pause length="2"/>'),
    });
    await come(2);
    const hearing = { url: 'http://app.test/news', method: 'POST' } as const;
    const announced = harness.voice.participants.announce(room(), hearing);
    await harness.settle();
    const playback = sound().playbacks.at(-1);
    assert.deepEqual(playback?.items, [
      { kind: 'file', file: 'speech of news' },
      { kind: 'silence', durationMs: 2_000 },
    ]);
    playback.end();
    await announced;
    await harness.settle();
    assert.deepEqual(events(), ['announcement-end']);
  });

  it('lets one who is held hear an announcement, and holds on', async () => {
    open([`statusCallback="${statusUrl}" statusCallbackEvent="announcement"`], {
      'http://app.test/news': twiml('<Pause length="3"/>'),
    });
    await come(2);
    const first = seats()[0]?.callSid ?? '';
    const { participants } = harness.voice;
    participants.update(room(), first, { hold: { on: true, hearing: null } });
    await harness.settle();
    participants.update(room(), first, { announce: { url: 'http://app.test/news', method: 'POST' } });
    await harness.settle();
    assert.equal(leg(0).playing, undefined);
    await harness.advance(3_000);
    assert.deepEqual(events(), ['announcement-end']);
    assert.equal(harness.sentTo(statusUrl)[0]?.['CallSid'], first);
    assert.deepEqual(leg(0).playing?.items, [{ kind: 'file', file: 'music' }]);
    assert.equal(sound().inside.get(leg(0))?.held, true);
  });

  it('is not begun by holding who waits for it', async () => {
    open([]);
    await come();
    const first = seats()[0]?.callSid ?? '';
    harness.voice.participants.update(room(), first, { hold: { on: true, hearing: null } });
    await harness.settle();
    assert.equal(sound().inside.size, 0);
    harness.voice.participants.update(room(), first, { hold: { on: false, hearing: null } });
    await come();
    assert.equal(sound().inside.size, 2);
  });

  it('puts a party out, whose call goes on', async () => {
    open([`statusCallback="${statusUrl}" statusCallbackEvent="end"`], {
      'http://app.test/action': twiml('<Pause length="9"/>'),
    });
    await come(2);
    const [first, second] = seats();
    assert.equal(harness.voice.participants.remove(room(), first?.callSid ?? ''), true);
    await harness.settle();
    assert.equal(sound().inside.size, 1);
    assert.equal(callers[0]?.dialog.byes, 0);
    harness.voice.participants.remove(room(), second?.callSid ?? '');
    await harness.settle();
    assert.equal(harness.sentTo(statusUrl)[0]?.['ReasonConferenceEnded'], 'last-participant-kicked');
  });

  it('is recorded from its start', async () => {
    open([
      'record="record-from-start" recordingStatusCallback="/rec" recordingStatusCallbackEvent="in-progress completed"',
    ]);
    await come(2);
    assert.equal(sound().recorders.length, 1);
    room().end('conference-ended-via-api');
    await harness.settle();
    const told = harness.sentTo('http://app.test/rec');
    assert.deepEqual(
      told.map((params) => params['RecordingStatus']),
      ['in-progress', 'completed'],
    );
    assert.match(told[1]?.['ConferenceSid'] ?? '', /^CF/);
    assert.equal(told[1]?.['RecordingSource'], 'Conference');
  });

  it('lets a waitUrl be heard once, and a sound again and again', async () => {
    const waitUrl = 'http://app.test/wait';
    open([`waitUrl="${waitUrl}" startConferenceOnEnter="false"`], {
      [waitUrl]: twiml('<Pause length="10"/>'),
    });
    await come();
    await harness.advance(10_000);
    await harness.advance(10_000);
    assert.equal(harness.sentTo(waitUrl).length, 1);
    assert.equal(leg(0).playing, undefined);
    await harness.end();

    const sound = document('', waitUrl, 'audio/wav');
    attributes = [`waitUrl="${waitUrl}" startConferenceOnEnter="false"`];
    open(attributes, {}, { app: ({ url }) => (url === waitUrl ? sound : conferenceOf(attributes[0] ?? '')) });
    await come();
    for (let round = 1; round <= 3; round++) {
      assert.deepEqual(harness.played, Array(round).fill(waitUrl));
      leg(0).playing?.end();
      await harness.settle();
      await harness.advance(2_000);
    }
  });

  it('does without a participant whose waitUrl cannot be had', async () => {
    open([`waitUrl="http://app.test/wait" startConferenceOnEnter="false"`], {
      'http://app.test/wait': 'none',
    });
    await come();
    assert.equal(seatsLeft(), 0);
    const [told] = harness.sentTo('http://app.test/action');
    assert.equal(told?.['DialCallStatus'], 'failed');
    assert.equal(told['DialBridged'], 'false');
  });

  it('begins without waiting for music that is still being made', async () => {
    open(['', ''], {}, { app: () => conferenceOf(''), music: new Promise(() => undefined) });
    await come(2);
    assert.equal(sound().inside.size, 2);
    callers[0]?.dialog.hangUp();
    await harness.settle();
    const [told] = harness.sentTo('http://app.test/action');
    assert.equal(told?.['DialCallStatus'], 'answered');
    assert.equal(told['DialCallDuration'], undefined);
  });

  it('lets a coach be heard by the coached alone who enters after', async () => {
    open(['', '', '']);
    await come();
    const gate = deferred<undefined>();
    const [pupil] = harness.media.legs;
    const join = sound().join.bind(sound());
    sound().join = async (joining, options) => {
      if (joining === pupil) await gate.promise;
      await join(joining, options);
    };
    attributes[2] = `coach="${seats()[0]?.callSid ?? ''}"`;
    await come(2);
    assert.equal(sound().inside.has(leg(0)), false);
    gate.resolve(undefined);
    await harness.settle();
    assert.equal(sound().inside.get(leg(2))?.coached, leg(0));
  });

  it('takes no more than it may hold, no label twice, and nobody to coach who is not there', async () => {
    const coach = 'coach="CA00000000000000000000000000000001"';
    open([
      'participantLabel="a"',
      'participantLabel="a"',
      coach,
      'maxParticipants="2"',
      'maxParticipants="2"',
    ]);
    await come(5);
    assert.deepEqual(
      harness.alerts.map(({ code }) => code),
      [16025, 16028, 16020],
    );
    assert.equal(seats().length, 2);
  });

  it('tells who speaks', async () => {
    open([`statusCallback="${statusUrl}" statusCallbackEvent="speaker"`]);
    await come(2);
    leg(0).speech[0]?.({ kind: 'speech', atMs: 0 });
    leg(0).speech[0]?.({ kind: 'silence', atMs: 500 });
    await harness.settle();
    assert.deepEqual(events(), ['participant-speech-start', 'participant-speech-stop']);
  });

  it('takes in who is dialled for it', async () => {
    open([`statusCallback="${statusUrl}" statusCallbackEvent="join end"`]);
    await come();
    const wish = harness.wanted();
    const noun = {
      kind: 'conference',
      name: 'standup',
      muted: false,
      beep: 'false',
      startConferenceOnEnter: true,
      endConferenceOnExit: true,
      waitUrl: '',
      waitMethod: 'POST',
      maxParticipants: 250,
      record: false,
      trimSilence: false,
      jitterBufferSize: 'large',
      participantLabel: 'guest',
      line: 0,
    } as const;
    const added = await harness.voice.participants.add(account, noun, wish);
    assert.ok(added.ok);
    await harness.settle();
    assert.deepEqual(
      seats().map(({ label, status }) => [label, status]),
      [
        ['', 'connected'],
        ['guest', 'queued'],
      ],
    );
    harness.invited.ring();
    assert.equal(harness.voice.participants.get(room(), 'guest')?.status, 'ringing');
    harness.invited.answer();
    await harness.settle();
    assert.equal(sound().inside.size, 2);
    assert.equal(harness.voice.participants.get(room(), 'guest')?.status, 'connected');
    harness.invited.dialog.hangUp();
    await harness.settle();
    assert.equal(
      harness.sentTo(statusUrl).at(-1)?.['ReasonConferenceEnded'],
      'participant-with-end-conference-on-exit-left',
    );
  });

  it('of which nobody is left but one who is dialled waits for him', async () => {
    open([]);
    await come();
    const wish = harness.wanted();
    const [first] = room().all();
    assert.ok(first);
    const added = await harness.voice.participants.add(
      account,
      { ...first.noun, participantLabel: 'x' },
      wish,
    );
    assert.ok(added.ok);
    callers[0]?.dialog.hangUp();
    await harness.settle();
    assert.equal(room().isOver, false);
    harness.invited.refuse(486);
    await harness.settle();
    assert.equal(sound().closed, true);
  });

  it('is over after a restart', async () => {
    open([]);
    await come(2);
    const { sid } = room();
    const left = await harness.crash();
    open([], {}, left);
    await harness.settle();
    assert.equal(harness.voice.conferences.get(sid)?.status, 'completed');
  });
});
