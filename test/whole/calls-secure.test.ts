import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Baresip, type BaresipOptions } from '../peers/baresip.ts';
import { freePorts } from '../peers/ports.ts';
import { burstsOf, presence, readWav, toneWav } from '../peers/sound.ts';
import { selfSigned } from '../smpp/certificates.ts';
import { CallStage, soon, VoiceResponse } from './calls-fixture.ts';

const password = 'Open-Sesame-12345';
const phoneHost = '127.0.0.3';

describe('Calls over TLS, with SRTP', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'strowger-tls-'));
  const file = (name: string): string => join(folder, name);
  let stage: CallStage;
  let tlsPort: number;
  let domain: string;
  let domainSid: string;
  before(async () => {
    const { cert, key } = selfSigned('edge.test', 'IP:127.0.0.1', `IP:${phoneHost}`);
    writeFileSync(file('cert.pem'), cert);
    writeFileSync(file('key.pem'), key);
    writeFileSync(file('both.pem'), cert + key);
    [tlsPort = 0] = await freePorts(1);
    stage = await CallStage.open({
      listen: [`tls:127.0.0.1:${tlsPort}`],
      sip: [
        'digest: [MD5]',
        `tls: { certificate: ${file('cert.pem')}, key: ${file('key.pem')}, ca: ${file('cert.pem')} }`,
      ],
    });
    const { sip } = stage.client;
    const created = await sip.domains.create({
      domainName: 'safe.sip.localhost',
      sipRegistration: true,
      secure: true,
    });
    domain = created.domainName;
    domainSid = created.sid;
    const list = await sip.credentialLists.create({ friendlyName: 'safe' });
    await sip.credentialLists(list.sid).credentials.create({ username: 'alice', password });
    const { auth } = sip.domains(domainSid);
    await auth.registrations.credentialListMappings.create({ credentialListSid: list.sid });
    await auth.calls.credentialListMappings.create({ credentialListSid: list.sid });
  });
  after(async () => {
    await stage.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const phone = async (more: Partial<BaresipOptions> = {}): Promise<Baresip> => {
    const [sipPort = 0, rtpPort = 0] = await freePorts(2);
    return new Baresip({
      host: phoneHost,
      sipPort,
      rtpPort: Math.min(rtpPort, 65_000),
      edgePort: tlsPort,
      user: 'alice',
      password,
      domain,
      codec: 'PCMU',
      toneHz: 440,
      tls: { ca: file('cert.pem'), certificate: file('both.pem') },
      srtp: true,
      ...more,
    });
  };

  it('baresip calls: what is played is heard, what it says is recorded', async () => {
    const script = stage.script();
    const document = new VoiceResponse();
    document.play(script.on('tone.wav', { type: 'audio/wav', bytes: toneWav(1_000, 2_000) }));
    document.record({ playBeep: false, maxLength: 2, action: script.url('recorded') });
    await stage.client.sip.domains(domainSid).update({ voiceUrl: script.on('voice', document) });
    const alice = await phone();
    try {
      await soon('the call', alice.call('help'), 20_000);
      const { form } = await soon(`the recording; baresip: ${alice.output}`, script.next('recorded'));
      const [burst] = burstsOf(readWav(alice.heard).channels[0]!, 1_000);
      assert.ok(burst !== undefined && burst.lastsMs > 1_500, `baresip hears ${JSON.stringify(burst)}`);
      const bytes = Buffer.from(await (await fetch(`${form['RecordingUrl']}.wav`)).arrayBuffer());
      assert.ok(presence(readWav(bytes).channels[0], 440) > 0.7);
    } finally {
      alice.close();
    }
  });

  it('baresip registers, and talks with a phone of the carrier whose sound is in clear', async () => {
    const alice = await phone({ registers: true });
    try {
      await soon('the registration', alice.register());
      const dial = new VoiceResponse();
      dial.dial().sip(`sip:alice@${domain}`);
      const caller = await stage.callTo(dial);
      caller.rtp.say(1_000);
      await soon(`alice is heard; ${alice.output}`, caller.rtp.hears(440));
      await caller.rtp.ticks(75);
      await caller.hangUp();
      await alice.quit();
      const [burst] = burstsOf(readWav(alice.heard).channels[0]!, 1_000);
      assert.ok(burst !== undefined && burst.lastsMs > 1_000, `baresip hears ${JSON.stringify(burst)}`);
    } finally {
      alice.close();
    }
  });

  it('baresip is called at its own address by a URI that says secure=true', async () => {
    const [sipPort = 0] = await freePorts(1);
    const carol = await phone({ user: 'carol', sipPort });
    try {
      await soon('baresip', carol.listen());
      const dial = new VoiceResponse();
      dial.dial().sip(`sip:carol@${phoneHost}:${sipPort + 1};secure=true`);
      const caller = await stage.callTo(dial);
      await soon(`carol is heard; ${carol.output}`, caller.rtp.hears(440));
      await caller.hangUp();
    } finally {
      carol.close();
    }
  });

  it('refuses who does not encrypt', async () => {
    const [clear, unencrypted] = [
      await phone({ tls: undefined, srtp: false, edgePort: stage.sipPort }),
      await phone({ srtp: false }),
    ];
    try {
      await soon('both calls', Promise.all([clear.call('help'), unencrypted.call('help')]));
      assert.match(clear.output, /403 Forbidden/);
      assert.match(unencrypted.output, /488 Not Acceptable/);
    } finally {
      clear.close();
      unencrypted.close();
    }
  });
});
