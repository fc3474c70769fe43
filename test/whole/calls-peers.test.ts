import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Baresip } from '../peers/baresip.ts';
import { freePorts } from '../peers/ports.ts';
import { Sipp } from '../peers/sipp.ts';
import { headerOf, statusOf } from '../peers/sip-bytes.ts';
import { mayCapture, Sniffer } from '../peers/sniffer.ts';
import { burstsOf, presence, readWav, toneWav } from '../peers/sound.ts';
import { CallStage, mediaPorts, soon, VoiceResponse } from './calls-fixture.ts';
import { until } from './edge-process.ts';

/** `SIPP_CALLS=5000 npm run test:one test/whole/calls-peers.test.ts` asks for more. */
const sippCalls = Number(process.env['SIPP_CALLS'] ?? 200);
const sippCallsPerSecond = 50;

const capturing = mayCapture();
const notCaptured = capturing ? '' : ' (NOT RUN: this user may not capture on lo)';

describe('Calls with peers that are not ours', { timeout: 150_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'strowger-sipp-'));
  let stage: CallStage;
  let sniffer: Sniffer | undefined;
  before(async () => {
    stage = await CallStage.open({ sip: ['digest: [MD5]'] });
    if (capturing) sniffer = await Sniffer.start(mediaPorts(), [stage.sipPort, stage.trunk.port]);
  });
  after(async () => {
    await sniffer?.close();
    await stage.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const callsGoingOn = async (): Promise<number> =>
    (await stage.client.calls.list({ status: 'in-progress', limit: 1 })).length +
    (await stage.client.calls.list({ status: 'ringing', limit: 1 })).length;

  it('baresip, behind a SIP domain: authenticated, and heard both ways', async () => {
    const script = stage.script();
    const { sip } = stage.client;
    const document = new VoiceResponse();
    document.play(script.on('tone.wav', { type: 'audio/wav', bytes: toneWav(1_000, 2_000) }));
    document.record({ playBeep: false, maxLength: 2, action: script.url('recorded') });
    const { sid, domainName: domain } = await sip.domains.create({
      domainName: 'phones.sip.localhost',
      voiceUrl: script.on('voice', document),
    });
    const [user, password] = ['alice', 'Open-Sesame-12345'];
    const list = await sip.credentialLists.create({ friendlyName: 'phones' });
    await sip.credentialLists(list.sid).credentials.create({ username: user, password });
    const { credentialListMappings } = sip.domains(sid).auth.calls;
    await credentialListMappings.create({ credentialListSid: list.sid });
    const [sipPort = 0, rtpPort = 0] = await freePorts(2);
    const baresip = new Baresip({
      host: '127.0.0.3',
      sipPort,
      rtpPort: Math.min(rtpPort, 65_000),
      edgePort: stage.sipPort,
      user,
      password,
      domain,
      codec: 'PCMA',
      toneHz: 440,
    });
    try {
      await soon('the call', baresip.call('help'), 20_000);
      const { form } = await soon(`the recording; baresip: ${baresip.output}`, script.next('recorded'));
      assert.equal(form['From'], `sip:${user}@${domain}`);
      const heard = readWav(baresip.heard);
      assert.equal(heard.rateHz, 8_000);
      const [burst] = burstsOf(heard.channels[0]!, 1_000);
      assert.ok(burst !== undefined && burst.lastsMs > 1_500, `baresip hears ${JSON.stringify(burst)}`);
      const bytes = Buffer.from(await (await fetch(`${form['RecordingUrl']}.wav`)).arrayBuffer());
      assert.ok(presence(readWav(bytes).channels[0], 440) > 0.7);
    } finally {
      baresip.close();
    }
  });

  it(`sipp: ${sippCalls} calls that hear a tone and hang up`, async () => {
    const script = stage.script();
    const document = new VoiceResponse();
    document.play({ loop: 0 }, script.on('tone.wav', { type: 'audio/wav', bytes: toneWav(500, 1_000) }));
    const number = await stage.number(script.on('voice', document));
    const [port = 0] = await freePorts(1);
    const uac = sipp('uac', port, ['-s', number, '-m', String(sippCalls), '-d', '500']);
    const { exitCode, output } = await soon('sipp', uac.done, sippMs);
    assert.equal(exitCode, 0, output);
    assert.equal(script.at('voice').length, sippCalls);
    await until('all calls are over', async () => (await callsGoingOn()) === 0);
  });

  it(`sipp to sipp: ${sippCalls} calls that are connected`, async () => {
    const script = stage.script();
    const [uacPort = 0, uasPort = 0] = await freePorts(2);
    const document = new VoiceResponse();
    document.dial().sip(`sip:service@127.0.0.1:${uasPort};transport=udp`);
    const number = await stage.number(script.on('voice', document));
    const uas = sipp('uas', uasPort, []);
    const uac = sipp('uac', uacPort, ['-s', number, '-m', String(sippCalls), '-d', '500']);
    const { exitCode, output } = await soon('sipp', uac.done, sippMs);
    assert.equal(exitCode, 0, output);
    await until('all calls are over', async () => (await callsGoingOn()) === 0);
    await uas.stop();
    const [first] = script.at('voice');
    const [child] = await stage.client.calls.list({ parentCallSid: first!.form['CallSid']! });
    assert.equal(child?.status, 'completed');
  });

  it('phones of the carrier talk, and press', async () => {
    const phone = stage.phone({ codecs: ['PCMA'] });
    const document = new VoiceResponse();
    document.dial({}, phone.number);
    const caller = await stage.callTo(document, { codecs: ['PCMU'] });
    const callee = await soon('the phone answers', phone.answered());
    caller.rtp.say(440);
    callee.rtp.say(1_100);
    await soon('they hear each other', Promise.all([caller.rtp.hears(1_100), callee.rtp.hears(440)]));
    await caller.press('159#');
    await soon(
      'the digits',
      callee.rtp.until(() => callee.rtp.digits.length === 4),
    );
    await caller.hangUp();
    await callee.over;
  });

  it('a caller confirms that it heard us ring, presses by INFO, and updates its session', async () => {
    const phone = stage.phone({ reliable: true });
    const script = stage.script();
    const document = new VoiceResponse();
    document.gather({ numDigits: 1, action: script.url('pressed') });
    const next = new VoiceResponse();
    next.dial({ referUrl: script.url('referred') }, phone.number);
    script.on('pressed', next);
    const number = await stage.number(script.on('voice', document));
    const caller = await stage.call(number, { headers: [['Require', '100rel']] });
    assert.ok(caller.progress.includes(180));
    await caller.request(
      'INFO',
      [['Content-Type', 'application/dtmf-relay']],
      'Signal=7\r\nDuration=160\r\n',
    );
    assert.equal((await soon('the digit', script.next('pressed'))).form['Digits'], '7');
    const callee = await soon('the phone answers', phone.answered());
    assert.equal(headerOf(callee.requests[0]!, 'RAck'), `7 ${headerOf(callee.invite, 'CSeq')}`);
    assert.equal(statusOf(await caller.request('UPDATE')), 200);
    const offer = caller.rtp.sdp();
    const updated = await caller.request('UPDATE', [['Content-Type', 'application/sdp']], offer);
    assert.equal(statusOf(updated), 200);
    assert.match(updated.body, /^m=audio \d+ RTP\/AVP /m);
    caller.rtp.say(440);
    callee.rtp.say(1_100);
    await soon('they hear each other', Promise.all([caller.rtp.hears(1_100), callee.rtp.hears(440)]));
    const referred = await callee.request('REFER', [['Refer-To', '<sip:dave@example.com>']]);
    assert.equal(statusOf(referred), 202);
    await soon('the application is asked', script.next('referred'));
    await soon('the end', caller.over);
  });

  it('an endpoint is referred elsewhere', async () => {
    const endpoint = stage.trunk.phone('bob');
    const script = stage.script();
    const document = new VoiceResponse();
    document.refer({ action: script.url('referred') }).sip('sip:carol@127.0.0.1;transport=udp');
    await stage.client.calls.create({
      from: await stage.number(''),
      to: `sip:bob@127.0.0.1:${stage.trunk.port}`,
      twiml: document.toString(),
    });
    await soon('the endpoint answers', endpoint.answered());
    const { form } = await soon('the action', script.next('referred'));
    assert.equal(form['ReferCallStatus'], 'completed');
  });

  it(`tshark finds nothing malformed in all of this${notCaptured}`, { skip: !capturing }, async () => {
    await sniffer!.stop();
    for (const protocol of ['sip', 'sdp', 'rtp', 'rtcp', 'rtpevent'])
      assert.ok(sniffer!.packets(protocol).length > 0, `${protocol} was captured`);
    for (const method of ['REFER', 'NOTIFY', 'PRACK', 'UPDATE', 'INFO']) {
      const both = [`sip.Method == "${method}"`, `sip.CSeq.method == "${method}" && sip.Status-Code < 300`];
      for (const filter of both) assert.ok(sniffer!.packets(filter).length > 0, `${filter} was captured`);
    }
    assert.deepEqual(sniffer!.packets('_ws.malformed || _ws.expert.severity == error'), []);
  });

  const sippMs = 20_000 + (sippCalls / sippCallsPerSecond) * 2_000;

  function sipp(scenario: string, port: number, more: readonly string[]): Sipp {
    const rate = ['-r', String(sippCallsPerSecond), '-timeout', String(sippMs / 1_000)];
    return new Sipp(
      [
        '-sn',
        scenario,
        '-i',
        '127.0.0.1',
        '-p',
        String(port),
        '-nr',
        ...rate,
        ...more,
        `127.0.0.1:${stage.sipPort}`,
      ],
      folder,
    );
  }
});
