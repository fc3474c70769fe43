import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Baresip } from '../peers/baresip.ts';
import { freePorts } from '../peers/ports.ts';
import { SipRegistrar } from '../peers/sip-registrar.ts';
import { burstsOf, readWav, toneWav } from '../peers/sound.ts';
import { CallStage, soon, VoiceResponse } from './calls-fixture.ts';
import { until } from './edge-process.ts';

const password = 'Open-Sesame-12345';

describe('Registrations', { timeout: 120_000 }, () => {
  let stage: CallStage;
  let registrar: SipRegistrar;
  let domain: string;
  let domainSid: string;
  before(async () => {
    registrar = await SipRegistrar.open();
    stage = await CallStage.open({
      sip: ['digest: [MD5]'],
      lines: [
        '  - name: beta',
        '    sip:',
        `      proxy: "sip:127.0.0.1:${registrar.port}"`,
        '      username: line-7',
        '      password: "a secret"',
        '      register: { expiresSeconds: 600 }',
      ],
    });
    const { sip } = stage.client;
    const created = await sip.domains.create({ domainName: 'desks.sip.localhost', sipRegistration: true });
    domain = created.domainName;
    domainSid = created.sid;
    const list = await sip.credentialLists.create({ friendlyName: 'desks' });
    for (const username of ['alice', 'bob'])
      await sip.credentialLists(list.sid).credentials.create({ username, password });
    const { auth } = sip.domains(domainSid);
    await auth.registrations.credentialListMappings.create({ credentialListSid: list.sid });
    await auth.calls.credentialListMappings.create({ credentialListSid: list.sid });
  });
  after(async () => {
    await stage.close();
    registrar.close();
  });

  const desk = async (user: string, toneHz: number): Promise<Baresip> => {
    const [sipPort = 0, rtpPort = 0] = await freePorts(2);
    return new Baresip({
      host: '127.0.0.3',
      sipPort,
      rtpPort: Math.min(rtpPort, 65_000),
      edgePort: stage.sipPort,
      user,
      password,
      domain,
      codec: 'PCMU',
      toneHz,
      registers: true,
    });
  };

  it('a trunk registers with its carrier, and operators see it', async () => {
    const registered = await soon('the REGISTER', registrar.registered());
    assert.match(registered, new RegExp(`^600 <sip:line-7@127\\.0\\.0\\.1:${stage.sipPort}>$`));
    await until('its state is known', async () => {
      const { trunks } = (await stage.edge.done('status', '--json')) as {
        trunks: { carrier: string; registration: string | null }[];
      };
      const states = trunks.map(({ carrier, registration }) => `${carrier} ${registration}`);
      return states.join() === 'alpha null,beta registered';
    });
  });

  it('nobody answers for an endpoint that has not registered', async () => {
    const script = stage.script();
    const call = await stage.client.calls.create({
      to: `sip:bob@${domain}`,
      from: 'reception',
      twiml: '<Response><Hangup/></Response>',
      statusCallback: script.url('status'),
    });
    const { form } = await soon('the end', script.next('status'));
    assert.deepEqual(
      [form['CallSid'], form['CallStatus'], form['SipResponseCode']],
      [call.sid, 'failed', '480'],
    );
  });

  it('baresip registers, is called by REST and by <Dial>, and leaves', async () => {
    const script = stage.script();
    const alice = await desk('alice', 440);
    try {
      await soon('the registration', alice.register());
      const document = new VoiceResponse();
      document.play(script.on('tone.wav', { type: 'audio/wav', bytes: toneWav(1_000, 2_000) }));
      await stage.client.calls.create({
        to: `sip:alice@${domain}`,
        from: 'reception',
        twiml: document.toString(),
        statusCallback: script.url('status'),
      });
      const { form } = await soon(`the end of the call; ${alice.output}`, script.next('status'), 30_000);
      assert.equal(form['CallStatus'], 'completed');
      const dial = new VoiceResponse();
      dial.dial().sip(`sip:alice@${domain}`);
      const caller = await stage.callTo(dial);
      caller.rtp.say(620);
      await soon('the desk is heard', caller.rtp.hears(440));
      await caller.hangUp();
      await alice.quit();
      const [burst] = burstsOf(readWav(alice.heard).channels[0]!, 1_000);
      assert.ok(burst !== undefined && burst.lastsMs > 1_500, `baresip heard ${JSON.stringify(burst)}`);
      // It took its registration back when it left.
      await stage.client.calls.create({
        to: `sip:alice@${domain}`,
        from: 'reception',
        twiml: document.toString(),
        statusCallback: script.url('left'),
      });
      const last = await soon('the end', script.next('left'));
      assert.equal(last.form['SipResponseCode'], '480');
    } finally {
      alice.close();
    }
  });

  it('calls between users of a domain are for its application', async () => {
    const script = stage.script();
    const document = new VoiceResponse();
    document.hangup();
    await stage.client.sip.domains(domainSid).update({ voiceUrl: script.on('voice', document) });
    const bob = await desk('bob', 440);
    try {
      const [asked] = await soon('the call', Promise.all([script.next('voice'), bob.call('alice')]));
      assert.deepEqual(
        [asked.form['From'], asked.form['To'], asked.form['SipDomainSid']],
        [`sip:bob@${domain}`, `sip:alice@${domain}`, domainSid],
      );
      const { SipDomain, SipUsername, SipSourceIp } = asked.form;
      assert.deepEqual([SipDomain, SipUsername, SipSourceIp], [domain, 'bob', '127.0.0.3']);
    } finally {
      bob.close();
    }
  });
});
