import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Asked, Script } from '../peers/application.ts';
import type { PhoneCall } from '../peers/phone-call.ts';
import { said } from '../peers/recorded-speech.ts';
import { headerOf, uriOf } from '../peers/sip-bytes.ts';
import { toneWav } from '../peers/sound.ts';
import { CallStage, soon, VoiceResponse } from './calls-fixture.ts';

type Dial = ReturnType<VoiceResponse['dial']>;
type DialAttributes = NonNullable<Parameters<VoiceResponse['dial']>[0]>;

/** Both say their own tone until each hears the other's. */
async function talk(one: PhoneCall, other: PhoneCall): Promise<void> {
  one.rtp.say(440);
  other.rtp.say(1_100);
  await soon('they hear each other', Promise.all([one.rtp.hears(1_100), other.rtp.hears(440)]));
}

/** Resolves when no packet has come for 200 ms. */
async function quiet(call: PhoneCall): Promise<void> {
  let before: number;
  do {
    before = call.rtp.packets.length;
    await call.listen(10);
  } while (call.rtp.packets.length > before);
}

describe('Calls that are connected', { timeout: 100_000, concurrency: 4 }, () => {
  let stage: CallStage;
  before(async () => {
    stage = await CallStage.open();
  });
  after(() => stage.close());

  /** A call whose document dials, and asks `dialled` for what comes then. */
  async function dialling(
    attributes: DialAttributes,
    write: (dial: Dial, script: Script) => void,
    options: Parameters<CallStage['call']>[1] = {},
  ): Promise<PhoneCall & { script: Script }> {
    const script = stage.script();
    const document = new VoiceResponse();
    write(document.dial({ action: script.url('dialled'), ...attributes }), script);
    const call = await stage.call(await stage.number(script.on('voice', document)), options);
    return Object.assign(call, { script });
  }

  const dialled = async (script: Script): Promise<Asked['form']> =>
    (await soon('the action', script.next('dialled'))).form;

  it('Number: both hear each other, and hanging up ends both', async () => {
    const phone = stage.phone();
    const caller = await dialling({}, (dial) => dial.number(phone.number));
    const callee = await soon('the phone answers', phone.answered());
    assert.match(uriOf(callee.invite), new RegExp(`^sip:\\${phone.number}@`));
    await talk(caller, callee);
    await callee.press('42');
    await soon(
      'digits cross',
      caller.rtp.until(() => caller.rtp.digits.join('') === '42'),
    );
    await callee.hangUp();
    const form = await dialled(caller.script);
    assert.equal(form['DialCallStatus'], 'completed');
    assert.equal(form['DialBridged'], 'true');
    assert.match(form['DialCallSid'] ?? '', /^CA[0-9a-f]{32}$/);
    assert.equal(await soon('the caller is hung up', caller.over), 'edge');
    const child = await stage.client.calls(form['DialCallSid']!).fetch();
    assert.equal(child.parentCallSid, form['CallSid']);
    assert.equal(child.status, 'completed');
    assert.equal(child.direction, 'outbound-dial');
  });

  it('Number: a caller who hangs up takes the other along', async () => {
    const phone = stage.phone();
    const caller = await dialling({}, (dial) => dial.number(phone.number));
    const callee = await soon('the phone answers', phone.answered());
    await talk(caller, callee);
    await caller.hangUp();
    assert.equal(await soon('the callee is hung up', callee.over), 'edge');
  });

  it('Number: PCMU and PCMA understand each other', async () => {
    const phone = stage.phone({ codecs: ['PCMA'] });
    const caller = await dialling({}, (dial) => dial.number(phone.number), { codecs: ['PCMU'] });
    const callee = await soon('the phone answers', phone.answered());
    await talk(caller, callee);
    const [toCaller, toCallee] = [caller, callee].map(({ rtp }) => rtp.packets.at(-1)?.payloadType);
    assert.deepEqual([toCaller, toCallee], [0, 8]);
    await caller.hangUp();
  });

  it('Number: busy', async () => {
    const phone = stage.phone({ refuses: 486 });
    const caller = await dialling({}, (dial) => dial.number(phone.number));
    assert.equal((await dialled(caller.script))['DialCallStatus'], 'busy');
  });

  it('Number: nobody answers, and the ringing ends', async () => {
    const phone = stage.phone({ ringMs: Infinity });
    const caller = await dialling({ timeout: 2 }, (dial) => dial.number(phone.number));
    await soon('the caller hears ringing', caller.rtp.hears(440, 480));
    const ringing = await phone.rung();
    assert.equal((await dialled(caller.script))['DialCallStatus'], 'no-answer');
    assert.equal(await soon('the ringing ends', ringing.over), 'cancelled');
  });

  it('Number: no such number', async () => {
    const caller = await dialling({}, (dial) => dial.number('+13125559999'));
    assert.equal((await dialled(caller.script))['DialCallStatus'], 'failed');
  });

  it('Number: the caller hears what the carrier says before the answer', async () => {
    const phone = stage.phone({ ringMs: Infinity, early: [620] });
    const caller = await dialling({}, (dial) => dial.number(phone.number));
    await soon('early media', caller.rtp.hears(620));
    await caller.hangUp();
    assert.equal(await soon('the ringing ends', (await phone.rung()).over), 'cancelled');
  });

  it('answerOnBridge: the caller is answered with the other', async () => {
    const script = stage.script();
    const phone = stage.phone({ ringMs: 500 });
    const document = new VoiceResponse();
    document.dial({ answerOnBridge: true }, phone.number);
    const caller = await stage.dial(await stage.number(script.on('voice', document)));
    const ringing = await soon('the phone rings', phone.rung());
    assert.equal(
      await Promise.race([caller.established.then(() => 'answered'), Promise.resolve('ringing')]),
      'ringing',
    );
    await soon('the caller is answered', caller.established);
    await talk(caller, ringing);
    await caller.hangUp();
  });

  it('answerOnBridge: a caller who rings hears what the carrier says, and is answered in the same session', async () => {
    const script = stage.script();
    const phone = stage.phone({ ringMs: 1_500, early: [620] });
    const document = new VoiceResponse();
    document.dial({ answerOnBridge: true }, phone.number);
    const caller = await stage.dial(await stage.number(script.on('voice', document)));
    caller.rtp.say(440);
    await soon('early media', caller.rtp.hears(620));
    assert.ok(caller.progress.includes(183));
    assert.equal(
      await Promise.race([caller.established.then(() => 'answered'), Promise.resolve('ringing')]),
      'ringing',
    );
    const early = caller.rtp.packets.at(-1)?.ssrc;
    await soon('the caller is answered', caller.established);
    await talk(caller, await phone.answered());
    assert.equal(caller.rtp.packets.at(-1)?.ssrc, early);
    await caller.hangUp();
  });

  it('several at once: the first to answer talks, the others are cancelled', async () => {
    const [slow, quick, busy] = [
      stage.phone({ ringMs: Infinity }),
      stage.phone({ ringMs: 300 }),
      stage.phone({ refuses: 486 }),
    ];
    const caller = await dialling({}, (dial) => {
      for (const phone of [slow, quick, busy]) dial.number(phone.number);
    });
    const callee = await soon('one answers', quick.answered());
    assert.equal(await soon('the other is cancelled', (await slow.rung()).over), 'cancelled');
    assert.equal(busy.calls.length, 1);
    await talk(caller, callee);
    await callee.hangUp();
    const form = await dialled(caller.script);
    assert.equal(form['DialCallStatus'], 'completed');
    const children = await stage.client.calls.list({ parentCallSid: form['CallSid']! });
    assert.deepEqual(children.map(({ status }) => status).sort(), ['busy', 'canceled', 'completed']);
  });

  it('sequential: one after another', async () => {
    const [busy, first, second] = [stage.phone({ refuses: 486 }), stage.phone(), stage.phone()];
    const caller = await dialling({ sequential: true }, (dial) => {
      for (const phone of [busy, first, second]) dial.number(phone.number);
    });
    const callee = await soon('the second answers', first.answered());
    await talk(caller, callee);
    assert.equal(busy.calls.length, 1);
    assert.equal(second.calls.length, 0);
    await callee.hangUp();
    assert.equal((await dialled(caller.script))['DialCallStatus'], 'completed');
  });

  it('Number url: the called party alone hears a whisper first', async () => {
    const phone = stage.phone();
    const caller = await dialling({}, (dial, script) => {
      const whisper = new VoiceResponse();
      whisper.play(script.on('whisper.wav', { type: 'audio/wav', bytes: toneWav(1_700, 800) }));
      dial.number({ url: script.on('whisper', whisper) }, phone.number);
    });
    const callee = await soon('the phone answers', phone.answered());
    await soon('the whisper', callee.rtp.hears(1_700));
    assert.ok(caller.rtp.share(1_700) < 0.1);
    const { form } = await caller.script.next('whisper');
    assert.equal(form['ParentCallSid'], (await caller.script.next('voice')).form['CallSid']);
    await talk(caller, callee);
    await caller.hangUp();
  });

  it('Number url: a whisper that hangs up refuses the call', async () => {
    const phone = stage.phone();
    const caller = await dialling({}, (dial, script) => {
      const whisper = new VoiceResponse();
      whisper.hangup();
      dial.number({ url: script.on('whisper', whisper) }, phone.number);
    });
    const form = await dialled(caller.script);
    assert.equal(form['DialCallStatus'], 'completed');
    assert.equal(form['DialBridged'], 'false');
  });

  it('machineDetection: who has answered is told while both talk', async () => {
    const phone = stage.phone();
    const caller = await dialling({}, (dial, script) =>
      dial.number({ machineDetection: 'Enable', amdStatusCallback: script.url('amd') }, phone.number),
    );
    const callee = await soon('the phone answers', phone.answered());
    await talk(caller, callee);
    callee.rtp.say();
    await callee.speak(said('vm-intro'));
    const { form } = await soon('the verdict', caller.script.next('amd'));
    assert.equal(form['AnsweredBy'], 'machine_start');
    assert.equal(form['ParentCallSid'], (await caller.script.next('voice')).form['CallSid']);
    const child = await stage.client.calls(form['CallSid']!).fetch();
    assert.equal(child.answeredBy, 'machine_start');
    await caller.hangUp();
  });

  it('sendDigits: after the answer', async () => {
    const phone = stage.phone();
    const caller = await dialling({}, (dial) => dial.number({ sendDigits: 'w12#' }, phone.number));
    const callee = await soon('the phone answers', phone.answered());
    await soon(
      'the digits',
      callee.rtp.until(() => callee.rtp.digits.join('') === '12#'),
    );
    await talk(caller, callee);
    await caller.hangUp();
  });

  it('statusCallback of a Number: in order', async () => {
    const phone = stage.phone({ ringMs: 100 });
    const caller = await dialling({}, (dial, script) =>
      dial.number(
        {
          statusCallback: script.url('status'),
          statusCallbackEvent: ['initiated', 'ringing', 'answered', 'completed'],
        },
        phone.number,
      ),
    );
    const callee = await soon('the phone answers', phone.answered());
    await talk(caller, callee);
    await callee.hangUp();
    await soon('all callbacks', caller.script.next('status', 3));
    const told = caller.script.at('status').map(({ form }) => [form['CallStatus'], form['SequenceNumber']]);
    assert.deepEqual(told, [
      ['initiated', '0'],
      ['ringing', '1'],
      ['in-progress', '2'],
      ['completed', '3'],
    ]);
  });

  it('hangupOnStar: the caller goes on alone', async () => {
    const phone = stage.phone();
    const caller = await dialling({ hangupOnStar: true }, (dial) => dial.number(phone.number));
    const callee = await soon('the phone answers', phone.answered());
    await talk(caller, callee);
    await caller.press('*');
    assert.equal(await soon('the other is hung up', callee.over), 'edge');
    assert.equal((await dialled(caller.script))['DialCallStatus'], 'completed');
  });

  it('timeLimit: both are taken apart', async () => {
    const phone = stage.phone();
    const caller = await dialling({ timeLimit: 1 }, (dial) => dial.number(phone.number));
    const callee = await soon('the phone answers', phone.answered());
    assert.equal(await soon('the other is hung up', callee.over), 'edge');
    assert.match((await dialled(caller.script))['DialCallDuration'] ?? '', /^[12]$/);
  });

  it('Sip: an endpoint by its address, with headers there and back', async () => {
    const phone = stage.trunk.phone('alice', { headers: [['X-Desk', '4']] });
    const uri = `sip:alice@127.0.0.1:${stage.trunk.port}?X-Order=17`;
    const caller = await dialling({}, (dial) => dial.sip(uri));
    const callee = await soon('the endpoint answers', phone.answered());
    assert.equal(headerOf(callee.invite, 'X-Order'), '17');
    await talk(caller, callee);
    await callee.hangUp([['X-Reason', 'lunch']]);
    const form = await dialled(caller.script);
    assert.equal(form['DialCallStatus'], 'completed');
    assert.equal(form['DialSipResponseCode'], '200');
    assert.equal(form['DialSipCallId'], callee.callId);
    assert.equal(form['DialSipHeader_X-Desk'], '4');
    assert.equal(form['DialSipHeader_X-Reason'], 'lunch');
  });

  it('Sip: an endpoint that refuses, and says why', async () => {
    const phone = stage.trunk.phone('bob', { refuses: 480, headers: [['X-Reason', 'holidays']] });
    const caller = await dialling({}, (dial) => dial.sip(`sip:bob@127.0.0.1:${stage.trunk.port}`));
    const form = await dialled(caller.script);
    assert.deepEqual(
      [form['DialCallStatus'], form['DialSipResponseCode'], form['DialSipHeader_X-Reason']],
      ['no-answer', '480', 'holidays'],
    );
    assert.equal(form['DialSipCallId'], phone.calls[0]?.callId);
  });

  it('callerId: not one of the account', async () => {
    const phone = stage.phone();
    const caller = await dialling({ callerId: '+14155550000' }, (dial) => dial.number(phone.number));
    const form = await dialled(caller.script);
    assert.equal(form['DialCallStatus'], 'failed');
    assert.equal(phone.calls.length, 0);
    const alerts = await stage.client.calls(form['CallSid']!).notifications.list();
    assert.deepEqual(
      alerts.map(({ errorCode }) => errorCode),
      ['13214'],
    );
  });

  it('callerId: a number of the account', async () => {
    const phone = stage.phone();
    const own = await stage.number('');
    const caller = await dialling({ callerId: own }, (dial) => dial.number(phone.number));
    const callee = await soon('the phone answers', phone.answered());
    assert.match(headerOf(callee.invite, 'From'), new RegExp(`<sip:\\${own}@`));
    assert.match(headerOf(callee.invite, 'P-Asserted-Identity'), new RegExp(`\\${own}@`));
    await caller.hangUp();
  });

  it('referUrl: the called party hands the caller over', async () => {
    const phone = stage.phone();
    const script = stage.script();
    const next = new VoiceResponse();
    next.play(script.on('next.wav', { type: 'audio/wav', bytes: toneWav(1_900, 600) }));
    const caller = await dialling({ referUrl: script.on('refer', next) }, (dial) =>
      dial.number(phone.number),
    );
    const callee = await soon('the phone answers', phone.answered());
    await talk(caller, callee);
    const response = await callee.request('REFER', [['Refer-To', '<sip:dave@example.com>']]);
    assert.match(response.start, /^SIP\/2\.0 202 /);
    const { form } = await soon('the application is asked', script.next('refer'));
    assert.equal(form['ReferTransferTarget'], 'sip:dave@example.com');
    await soon('the caller goes on', caller.rtp.hears(1_900));
    await soon('the end', caller.over);
    assert.ok(callee.requests.some(({ start }) => start.startsWith('NOTIFY ')));
  });

  it('late offers: of a call, and within it', async () => {
    const phone = stage.phone();
    const caller = await dialling({}, (dial) => dial.number(phone.number), { late: true });
    const callee = await soon('the phone answers', phone.answered());
    await talk(caller, callee);
    assert.equal(await caller.reinviteLate('sendonly'), 200);
    await soon(
      'nothing more is sent to who holds',
      callee.rtp.ticks(10).then(() => quiet(caller)),
    );
    assert.equal(await caller.reinviteLate('sendrecv'), 200);
    await talk(caller, callee);
    await caller.hangUp();
  });

  it('hold by re-INVITE: and talking again', async () => {
    const phone = stage.phone();
    const caller = await dialling({}, (dial) => dial.number(phone.number));
    const callee = await soon('the phone answers', phone.answered());
    await talk(caller, callee);
    assert.equal(await caller.reinvite('sendonly'), 200);
    caller.rtp.forget();
    await callee.listen(15);
    assert.ok(caller.rtp.share(1_100) < 0.1, 'nothing is sent to who holds');
    assert.equal(await caller.reinvite('sendrecv'), 200);
    await talk(caller, callee);
    await caller.hangUp();
  });
});
