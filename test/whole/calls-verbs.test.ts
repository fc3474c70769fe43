import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { FastSmsc } from '../peers/fast-smsc.ts';
import type { PhoneCall } from '../peers/phone-call.ts';
import { headerOf, statusOf } from '../peers/sip-bytes.ts';
import { SipTrunk } from '../peers/sip-trunk.ts';
import { toneWav } from '../peers/sound.ts';
import { CallStage, soon, VoiceResponse } from './calls-fixture.ts';
import { until } from './edge-process.ts';

/** Both say their own tone until each hears the other's. */
async function talk(one: PhoneCall, other: PhoneCall): Promise<void> {
  one.rtp.say(440);
  other.rtp.say(1_100);
  await soon('they hear each other', Promise.all([one.rtp.hears(1_100), other.rtp.hears(440)]));
}

describe('The other verbs of calls', { timeout: 100_000, concurrency: 4 }, () => {
  const smsc = new FastSmsc({ keep: true });
  let stage: CallStage;
  before(async () => {
    const port = await smsc.listen();
    stage = await CallStage.open({ carrier: [`smpp: { url: "smpp://edge:secret@127.0.0.1:${port}" }`] });
  });
  after(async () => {
    await stage.close();
    await smsc.close();
  });

  /** A document that plays this tone for as long. */
  const playing = (hz: number, durationMs: number): VoiceResponse => {
    const script = stage.script();
    const document = new VoiceResponse();
    document.play(script.on('tone.wav', { type: 'audio/wav', bytes: toneWav(hz, durationMs) }));
    return document;
  };

  it('Enqueue, Queue: a caller waits for an agent, whispered to, and both talk', async () => {
    const script = stage.script();
    const enqueued = new VoiceResponse();
    enqueued.enqueue(
      { waitUrl: script.on('wait', playing(2_400, 20_000)), action: script.url('dequeued') },
      'help',
    );
    const caller = await stage.call(await stage.number(script.on('voice', enqueued)));
    await soon('the caller hears the wait', caller.rtp.hears(2_400));
    const { form: waiting } = await script.next('wait');
    assert.equal(waiting['QueuePosition'], '1');
    const queue = (await stage.client.queues.list()).find(({ friendlyName }) => friendlyName === 'help')!;
    assert.equal(queue.currentSize, 1);
    assert.equal((await stage.client.queues(queue.sid).members('Front').fetch()).callSid, waiting['CallSid']);

    const dial = new VoiceResponse();
    dial
      .dial({ action: script.url('dialled') })
      .queue({ url: script.on('whisper', playing(1_700, 600)) }, 'help');
    const agent = await stage.call(await stage.number(script.on('agent', dial)));
    await soon('the whisper', caller.rtp.hears(1_700));
    await talk(caller, agent);
    assert.ok((await script.next('whisper')).form['DequeingCallSid'] !== undefined);
    await caller.hangUp();
    assert.equal(
      (await soon('the agent goes on', script.next('dialled'))).form['DialCallStatus'],
      'completed',
    );
    assert.equal((await soon('the action', script.next('dequeued'))).form['QueueResult'], 'bridged');
  });

  it('Leave: a caller leaves the queue and goes on', async () => {
    const script = stage.script();
    const wait = new VoiceResponse();
    wait.leave();
    const document = new VoiceResponse();
    document.enqueue({ waitUrl: script.on('wait', wait), action: script.url('left') }, 'short');
    await stage.call(await stage.number(script.on('voice', document)));
    assert.equal((await soon('the action', script.next('left'))).form['QueueResult'], 'leave');
  });

  it('Members: the REST API takes a caller out of the queue', async () => {
    const script = stage.script();
    const document = new VoiceResponse();
    document.enqueue({ waitUrl: script.on('wait', playing(2_400, 20_000)) }, 'desk');
    const call = await stage.call(await stage.number(script.on('voice', document)));
    await soon('the caller waits', script.next('wait'));
    const queue = (await stage.client.queues.list()).find(({ friendlyName }) => friendlyName === 'desk')!;
    await stage.client
      .queues(queue.sid)
      .members('Front')
      .update({ url: script.on('next', playing(700, 600)) });
    await soon('what follows', call.rtp.hears(700));
    await call.hangUp();
  });

  it('Reject: busy, and declined', async () => {
    for (const [reason, status, told] of [
      ['busy', 486, 'busy'],
      ['rejected', 603, 'no-answer'],
    ] as const) {
      const script = stage.script();
      const document = new VoiceResponse();
      document.reject({ reason });
      const number = await stage.number(script.on('voice', document), {
        statusCallback: script.url('status'),
      });
      const call = await stage.dial(number);
      assert.equal(statusOf(await soon('the refusal', call.final)), status);
      const { form } = await soon('the callback', script.next('status'));
      assert.equal(form['CallStatus'], told);
    }
  });

  it('Hangup: answers first', async () => {
    const document = new VoiceResponse();
    document.hangup();
    const call = await stage.callTo(document);
    assert.equal(await soon('the end', call.over), 'edge');
  });

  it('Redirect: by a relative URL, with GET', async () => {
    const script = stage.script();
    const document = new VoiceResponse();
    document.redirect({ method: 'GET' }, 'other?order=7');
    script.on('other', playing(900, 500));
    const call = await stage.call(await stage.number(script.on('voice', document)));
    await soon('the other document', call.rtp.hears(900));
    const asked = await script.next('other');
    assert.equal(asked.method, 'GET');
    assert.ok(asked.signed);
    assert.equal(asked.form['order'], '7');
    await soon('the end', call.over);
  });

  it('Refer: a SIP endpoint is handed over', async () => {
    const phone = stage.trunk.phone('bob');
    const script = stage.script();
    const document = new VoiceResponse();
    document.refer({ action: script.url('referred') }).sip('sip:carol@127.0.0.1;transport=udp');
    const from = await stage.number('');
    await stage.client.calls.create({
      from,
      to: `sip:bob@127.0.0.1:${stage.trunk.port}`,
      twiml: document.toString(),
    });
    const call = await soon('the endpoint answers', phone.answered());
    const { form } = await soon('the action', script.next('referred'));
    assert.equal(form['ReferCallStatus'], 'completed');
    assert.equal(form['ReferSipResponseCode'], '202');
    assert.equal(form['NotifySipResponseCode'], '200');
    const refer = call.requests.find(({ start }) => start.startsWith('REFER '));
    assert.match(headerOf(refer!, 'Refer-To'), /^<sip:carol@127\.0\.0\.1;transport=udp>$/);
  });

  it('Echo: the caller hears himself', async () => {
    const document = new VoiceResponse();
    document.echo();
    const call = await stage.callTo(document);
    call.rtp.say(1_350);
    await soon('the echo', call.rtp.hears(1_350));
    await call.hangUp();
  });

  it('Sms: sent in a call, to its other party', async () => {
    const script = stage.script();
    const document = new VoiceResponse();
    document.sms({ action: script.url('sent') }, 'You are calling.');
    const call = await stage.call(await stage.number(script.on('voice', document)));
    const { form } = await soon('the action', script.next('sent'));
    assert.match(form['MessageSid'] ?? '', /^SM/);
    const bodies = (): string[] =>
      [...smsc.record.messages()]
        .filter(({ destination }) => `+${destination}` === form['From'])
        .map(({ body }) => body);
    await until('it is submitted', () => bodies().length > 0);
    assert.deepEqual(bodies(), ['You are calling.']);
    await soon('the end', call.over);
  });

  it('a SIP domain takes calls from the addresses it admits, with their headers', async () => {
    const script = stage.script();
    const pbx = await SipTrunk.open('127.0.0.2');
    pbx.edgePort = stage.sipPort;
    try {
      const { sip } = stage.client;
      const domain = await sip.domains.create({
        domainName: 'acme.sip.localhost',
        voiceUrl: script.on('voice', playing(1_250, 700)),
      });
      const host = domain.domainName;
      const early = await pbx.call('alice', 'anyone', { host });
      assert.equal(statusOf(await soon('the refusal', early.final)), 403);
      const list = await sip.ipAccessControlLists.create({ friendlyName: 'office' });
      await sip
        .ipAccessControlLists(list.sid)
        .ipAddresses.create({ friendlyName: 'pbx', ipAddress: '127.0.0.2' });
      await sip
        .domains(domain.sid)
        .auth.calls.ipAccessControlListMappings.create({ ipAccessControlListSid: list.sid });
      const call = await pbx.call('alice', 'sales', { host, headers: [['X-Order', '17']] });
      await soon('the tone', call.rtp.hears(1_250));
      const { form } = await script.next('voice');
      assert.equal(form['SipHeader_X-Order'], '17');
      assert.equal(form['SipDomainSid'], domain.sid);
      assert.equal(form['SipDomain'], host);
      assert.equal(form['SipCallId'], call.callId);
      assert.equal(form['SipSourceIp'], '127.0.0.2');
      assert.equal(form['SipUsername'], undefined);
      assert.equal(form['To'], `sip:sales@${host}`);
      assert.equal(await soon('the end', call.over), 'edge');
    } finally {
      pbx.close();
    }
  });
});
