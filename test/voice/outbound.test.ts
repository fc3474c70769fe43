import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, it } from 'node:test';
import {
  account,
  appUrl,
  document,
  Harness,
  ownNumber,
  stranger,
  twiml,
  type HarnessOptions,
} from './harness.ts';

const statusUrl = 'http://app.test/status';
const everything = {
  url: statusUrl,
  method: 'POST',
  events: ['initiated', 'ringing', 'answered', 'completed'],
} as const;

describe('an outbound call', () => {
  let harness: Harness;
  const open = (options: HarnessOptions = {}): Harness => (harness = new Harness(options));
  afterEach(() => harness.end());

  it('to a trunk that encrypts is offered with SRTP alone', async () => {
    open({ app: () => twiml() });
    harness.signalling.encrypting.add('alpha');
    await harness.call();
    assert.equal(harness.media.legs[0]?.options.srtp, 'offer');
  });

  it('is dialled, answered, led through its TwiML, and told of in order', async () => {
    open({ app: ({ url }) => (url === appUrl ? twiml('<Pause length="3"/>') : '') });
    const call = await harness.call({ statusCallback: everything });
    assert.equal(call.status, 'queued');
    const { invited } = harness;
    assert.deepEqual(invited.request.destination, { kind: 'trunk', carrier: 'alpha', number: stranger });
    assert.equal(invited.request.from, ownNumber);
    assert.equal(invited.request.sdp, 'offer L1');
    assert.equal(harness.media.legs[0]?.options.srtp, 'accept');
    invited.ring();
    await harness.settle();
    assert.equal(harness.row(call.sid).status, 'ringing');
    assert.deepEqual(harness.sentTo(appUrl), []);
    invited.answer();
    await harness.settle();
    assert.equal(harness.row(call.sid).status, 'in-progress');
    const [asked] = harness.sentTo(appUrl);
    assert.equal(asked?.['CallStatus'], 'in-progress');
    assert.equal(asked['Direction'], 'outbound-api');
    await harness.advance(3_000);
    assert.equal(invited.dialog.byes, 1);
    const told = harness.sentTo(statusUrl);
    assert.deepEqual(
      told.map((params) => [params['SequenceNumber'], params['CallStatus']]),
      [
        ['0', 'initiated'],
        ['1', 'ringing'],
        ['2', 'in-progress'],
        ['3', 'completed'],
      ],
    );
    assert.equal(told[3]?.['CallDuration'], '3');
    assert.equal(harness.clock.timers, 0);
  });

  it('shows a caller whom it is passed on for, with the token and the proof of his call', async () => {
    open({ app: () => twiml('<Pause length="9"/>') });
    const caller = '+12065550177';
    const shown = { from: caller, to: '+12065550188' };
    await assert.rejects(harness.call(shown), /21210/);
    await harness.ring({ fromUser: caller });
    const callToken = harness.params(0)['CallToken'] ?? '';
    const call = await harness.call({ ...shown, callToken });
    assert.deepEqual([call.from, call.phoneNumberSid], [caller, '']);
    const { request } = harness.invited;
    assert.deepEqual(
      [request.from, request.forwardedBy, request.passport],
      [caller, ownNumber, 'a passport'],
    );
    // It is of that caller alone; a number of the account's own needs none.
    await assert.rejects(harness.call({ ...shown, from: '+12065550199', callToken }), /21210/);
    await harness.call({ callToken });
    await harness.advance(1_000);
    assert.equal(harness.invited.request.from, ownNumber);
    assert.equal(harness.invited.request.forwardedBy, '');
    await assert.rejects(harness.call({ ...shown, callToken: `${callToken}A` }), /20422/);
    await assert.rejects(
      harness.call({ ...shown, callToken, account: { ...account, sid: `AC${'2'.repeat(32)}` } }),
      /20422/,
    );
  });

  it('is told of its end only, unless asked otherwise', async () => {
    open();
    await harness.call({ statusCallback: { ...everything, events: ['completed'] } });
    harness.invited.refuse(486);
    await harness.settle();
    const [told, ...others] = harness.sentTo(statusUrl);
    assert.deepEqual(others, []);
    assert.equal(told?.['CallStatus'], 'busy');
    assert.equal(told['SequenceNumber'], '0');
    assert.equal(told['SipResponseCode'], '486');
  });

  it('goes to the next carrier where one fails, and to none where the phone has spoken', async () => {
    const routes = [{ prefix: '+', cost: 1 }];
    open({
      carriers: [
        { name: 'alpha', routes },
        { name: 'beta', routes },
        { name: 'gamma', routes },
      ],
    });
    const call = await harness.call();
    harness.invited.refuse(503);
    await harness.settle();
    harness.invited.lose('timeout');
    await harness.settle();
    harness.invited.refuse(404);
    await harness.settle();
    assert.deepEqual(
      harness.signalling.outgoing.map(({ request: { destination } }) =>
        destination.kind === 'trunk' ? destination.carrier : '',
      ),
      ['alpha', 'beta', 'gamma'],
    );
    assert.equal(harness.row(call.sid).status, 'failed');
    assert.equal(harness.row(call.sid).sipCode, 404);
    assert.equal(harness.media.openLegs, 0);
    await harness.advance(1_000);
    const second = await harness.call();
    harness.invited.refuse(486);
    await harness.settle();
    assert.equal(harness.signalling.outgoing.length, 4);
    assert.equal(harness.row(second.sid).status, 'busy');
  });

  it('rings no longer than its time', async () => {
    open();
    const call = await harness.call({ timeoutMs: 20_000 });
    harness.invited.ring();
    await harness.advance(19_999);
    assert.equal(harness.invited.canceled, false);
    await harness.advance(1);
    assert.equal(harness.invited.canceled, true);
    assert.equal(harness.row(call.sid).status, 'no-answer');
    assert.equal(harness.media.openLegs, 0);
  });

  it('lasts no longer than its time', async () => {
    open({ app: () => twiml('<Pause length="3600"/>') });
    const call = await harness.call({ timeLimitMs: 30_000 });
    harness.invited.answer();
    await harness.settle();
    await harness.advance(30_000);
    assert.equal(harness.invited.dialog.byes, 1);
    assert.equal(harness.row(call.sid).status, 'completed');
  });

  it('keeps the pace of its account', async () => {
    open({ cps: 2 });
    for (let i = 0; i < 4; i++) await harness.call();
    assert.equal(harness.signalling.outgoing.length, 1);
    await harness.advance(500);
    assert.equal(harness.signalling.outgoing.length, 2);
    await harness.advance(1_000);
    assert.equal(harness.signalling.outgoing.length, 4);
    assert.equal(harness.latest('outbound-api').queueTimeMs, 1_500);
  });

  it('is refused when the queue is full', async () => {
    open({ queuedMax: 2 });
    for (let i = 0; i < 3; i++) await harness.call();
    const refused = await harness.voice.createCall(harness.wanted());
    assert.deepEqual(refused.ok ? 0 : refused.error.code, 22005);
  });

  it('is judged before it is accepted', async () => {
    open({ carriers: [{ name: 'alpha', routes: [{ prefix: '+1', cost: 1 }] }] });
    const code = async (change: Parameters<Harness['wanted']>[0]): Promise<number> => {
      const created = await harness.voice.createCall(harness.wanted(change));
      return created.ok ? 0 : created.error.code;
    };
    assert.equal(await code({ to: '' }), 21201);
    assert.equal(await code({ from: '' }), 21213);
    assert.equal(await code({ to: '+1' }), 21211);
    assert.equal(await code({ from: 'nobody' }), 21212);
    assert.equal(await code({ from: '+14155559999' }), 21210);
    assert.equal(await code({ to: '+442071838750' }), 21215);
    assert.equal(
      await code({ twiml: { kind: 'application', sid: 'AP00000000000000000000000000000001' } }),
      21218,
    );
    const url = { kind: 'url', method: 'POST', fallbackUrl: '', fallbackMethod: 'POST' } as const;
    assert.equal(await code({ twiml: { ...url, url: 'ftp://app.test' } }), 21205);
    assert.equal(await code({ account: { ...account, type: 'Trial' } }), 21219);
    assert.deepEqual(harness.changes, []);
    harness.verified.add('+14155559999');
    assert.equal(await code({ from: '+14155559999' }), 0);
  });

  it('may be canceled while it waits, while it rings, and not after', async () => {
    open({ app: () => twiml('<Pause length="60"/>') });
    const first = await harness.call();
    const second = await harness.call({ statusCallback: everything });
    assert.equal((await harness.voice.updateCall(second, { kind: 'cancel' })).ok, true);
    assert.equal(harness.row(second.sid).status, 'canceled');
    await harness.advance(2_000);
    assert.equal(harness.signalling.outgoing.length, 1);
    assert.equal(harness.sentTo(statusUrl)[0]?.['CallStatus'], 'canceled');
    harness.invited.answer();
    await harness.settle();
    const late = await harness.voice.updateCall(harness.row(first.sid), { kind: 'cancel' });
    assert.equal(late.ok ? 0 : late.error.code, 21220);
    const ended = await harness.voice.updateCall(harness.row(first.sid), { kind: 'complete' });
    assert.equal(ended.ok ? ended.value.status : '', 'completed');
    assert.equal(harness.invited.dialog.byes, 1);
    const again = await harness.voice.updateCall(harness.row(first.sid), { kind: 'complete' });
    assert.equal(again.ok ? 0 : again.error.code, 21220);
  });

  it('is sent elsewhere in the middle of a verb', async () => {
    open({
      app: ({ url }) => (url === appUrl ? twiml('<Pause length="60"/>') : twiml('<Pause length="9"/>')),
    });
    const call = await harness.call();
    const early = await harness.voice.updateCall(harness.row(call.sid), {
      kind: 'redirect',
      source: { kind: 'twiml', twiml: twiml('<Hangup/>') },
    });
    assert.equal(early.ok ? 0 : early.error.code, 21220);
    harness.invited.answer();
    await harness.settle();
    const url = 'http://app.test/elsewhere';
    await harness.voice.updateCall(harness.row(call.sid), {
      kind: 'redirect',
      source: { kind: 'url', url, method: 'POST', fallbackUrl: '', fallbackMethod: 'POST', params: [] },
    });
    await harness.settle();
    assert.equal(harness.sentTo(url).length, 1);
    assert.equal(harness.row(call.sid).status, 'in-progress');
    await harness.advance(9_000);
    assert.equal(harness.row(call.sid).status, 'completed');
    assert.equal(harness.sentTo(appUrl).length, 1);
  });

  it('runs TwiML of its own, or of an application', async () => {
    open();
    await harness.call({ twiml: { kind: 'twiml', twiml: twiml('<Hangup/>') } });
    harness.invited.answer();
    await harness.settle();
    assert.equal(harness.requests.length, 0);
    const sid = 'AP00000000000000000000000000000001';
    harness.applications.set(sid, {
      voiceUrl: 'http://app.test/application',
      voiceMethod: 'GET',
      voiceFallbackUrl: '',
      voiceFallbackMethod: 'POST',
      statusCallback: '',
      statusCallbackMethod: 'POST',
    });
    await harness.advance(1_000);
    await harness.call({ twiml: { kind: 'application', sid } });
    harness.invited.answer();
    await harness.settle();
    assert.deepEqual(
      harness.requests.map(({ url, method }) => `${method} ${url}`),
      ['GET http://app.test/application'],
    );
  });

  it('sends digits and is recorded from its answer', async () => {
    open({ app: () => twiml('<Pause length="60"/>') });
    const call = await harness.call({
      sendDigits: 'ww12#',
      recording: {
        channels: 'dual',
        track: 'both',
        trimSilence: true,
        statusCallback: { url: 'http://app.test/recording', method: 'POST', events: ['completed'] },
      },
      statusCallback: everything,
    });
    harness.invited.answer();
    await harness.settle();
    const [leg] = harness.media.legs;
    assert.deepEqual(leg?.sentDigits, ['ww12#']);
    assert.equal(leg.recorders[0]?.options.channels, 'dual');
    harness.invited.dialog.hangUp();
    await harness.settle();
    const [recorded] = harness.sentTo('http://app.test/recording');
    assert.equal(recorded?.['RecordingStatus'], 'completed');
    assert.equal(recorded['RecordingDuration'], '2');
    assert.equal(recorded['RecordingChannels'], '2');
    assert.equal(recorded['RecordingSource'], 'OutboundAPI');
    assert.equal(recorded['CallSid'], call.sid);
    const told = harness.sentTo(statusUrl).at(-1);
    assert.equal(told?.['RecordingSid'], recorded['RecordingSid']);
    assert.match(
      told?.['RecordingUrl'] ?? '',
      /^http:\/\/api\.test\/2010-04-01\/Accounts\/AC.*\/Recordings\/RE/,
    );
  });

  it('waits for the verdict on who has answered, or has it told', async () => {
    const thresholds = {
      timeoutMs: 30_000,
      speechThresholdMs: 2_400,
      speechEndThresholdMs: 1_200,
      silenceTimeoutMs: 5_000,
    };
    const wish = { mode: 'Enable', ...thresholds } as const;
    open({ app: () => twiml('<Pause length="60"/>') });
    await harness.call({ machineDetection: wish });
    harness.invited.answer();
    await harness.settle();
    assert.deepEqual(harness.requests, []);
    await harness.advance(30_000);
    assert.equal(harness.params(0)['AnsweredBy'], 'unknown');
    assert.equal(harness.media.legs[0]?.machines[0]?.closed, true);
    const callback = { url: 'http://app.test/amd', method: 'POST' } as const;
    const call = await harness.call({ machineDetection: { ...wish, callback }, asyncDetection: true });
    harness.invited.answer();
    await harness.settle();
    assert.equal(harness.sentTo(appUrl).length, 2);
    const [watch] = harness.media.legs[1]?.machines ?? [];
    assert.ok(watch);
    assert.deepEqual(watch.options, { until: 'answer', ...thresholds });
    watch.hear('machine_start');
    await harness.settle();
    assert.equal(harness.sentTo(callback.url)[0]?.['AnsweredBy'], 'machine_start');
    assert.equal(harness.row(call.sid).answeredBy, 'machine_start');
    assert.equal(watch.closed, true);
  });

  it('waits on through a restart, if it had not begun', async () => {
    open({ app: () => document('') });
    const [begun, waiting] = [await harness.call(), await harness.call({ timeoutMs: 7_000 })];
    open(await harness.crash());
    await harness.settle();
    assert.equal(harness.row(begun.sid).status, 'failed');
    assert.equal(harness.row(waiting.sid).status, 'initiated');
    assert.equal(harness.signalling.outgoing.length, 1);
    await harness.advance(7_000);
    assert.equal(harness.row(waiting.sid).status, 'no-answer');
  });

  it('is failed when its sound is lost, and completed when nothing is heard of it', async () => {
    open({ app: () => twiml('<Pause length="60"/>') });
    const call = await harness.call();
    harness.invited.answer();
    await harness.settle();
    harness.media.legs[0]?.fail('worker-died');
    await harness.settle();
    assert.equal(harness.row(call.sid).status, 'failed');
    assert.equal(harness.invited.dialog.byes, 1);
    const other = await harness.advance(1_000).then(() => harness.call());
    harness.invited.answer();
    await harness.settle();
    harness.media.legs[1]?.fail('rtp-timeout');
    await harness.settle();
    assert.equal(harness.row(other.sid).status, 'completed');
    assert.equal(harness.row(other.sid).errorCode, 32014);
  });

  it('to a SIP address goes there, with its credentials and headers', async () => {
    open();
    await harness.call({
      to: 'sip:desk@pbx.test',
      from: 'alice',
      sipUsername: 'u',
      sipPassword: 'p',
      headers: [['X-Key', '1']],
    });
    const { request } = harness.invited;
    assert.deepEqual(request.destination, {
      kind: 'uri',
      uri: 'sip:desk@pbx.test',
      username: 'u',
      password: 'p',
    });
    assert.equal(request.from, 'alice');
    assert.deepEqual(request.headers, [['X-Key', '1']]);
  });

  it('keeps a password sealed while it waits', async () => {
    open();
    const sip = { to: 'sip:desk@pbx.test', sipUsername: 'u', sipPassword: 'open sesame' };
    await harness.call(sip);
    await harness.call(sip);
    const left = await harness.crash();
    const onDisk = readdirSync(harness.folder).map((name) => join(harness.folder, name));
    const files = onDisk.filter((file) => statSync(file).isFile());
    assert.ok(files.length > 0);
    for (const file of files) assert.equal(readFileSync(file).includes('open sesame'), false, file);
    open(left);
    await harness.settle();
    const { destination } = harness.invited.request;
    assert.equal(destination.kind === 'uri' ? destination.password : '', 'open sesame');
  });
});
