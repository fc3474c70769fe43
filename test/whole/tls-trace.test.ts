import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createServer, type Server } from 'node:tls';
import type { Arrow, Ladder, Sound } from '../../edge/capture/ladder/ladder.ts';
import { Baresip } from '../peers/baresip.ts';
import { FastSmsc } from '../peers/fast-smsc.ts';
import { freePorts } from '../peers/ports.ts';
import { mayCapture } from '../peers/sniffer.ts';
import { selfSigned } from '../smpp/certificates.ts';
import { CallStage, soon, VoiceResponse } from './calls-fixture.ts';
import { until } from './edge-process.ts';

const password = 'Open-Sesame-12345';
const phoneHost = '127.0.0.3';
/** Without the capability to capture, what TLS hides is all that can be shown. */
const allowed = mayCapture();

const arrowsOf = ({ rows }: Ladder): readonly Arrow[] => rows.filter((row) => row.kind === 'arrow');
const soundsOf = ({ rows }: Ladder): readonly Sound[] => rows.filter((row) => row.kind === 'sound');
const secretly = (one: Ladder): readonly Arrow[] =>
  arrowsOf(one).filter(({ transport }) => transport === 'tls');
const read = (...words: readonly string[]): string =>
  execFileSync('tshark', words, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 1 << 26,
  });

describe('strowger trace, where TLS hides what passes', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'strowger-tls-trace-'));
  const file = (name: string): string => join(folder, name);
  const smsc = new FastSmsc({
    keep: true,
    password: 'opensesame',
    receipts: { delayMs: 20, form: 'both', states: [] },
  });
  let front: Server;
  let stage: CallStage;
  let tlsPort: number;
  before(async () => {
    const { cert, key } = selfSigned('edge.test', 'IP:127.0.0.1', `IP:${phoneHost}`);
    writeFileSync(file('cert.pem'), cert);
    writeFileSync(file('key.pem'), key);
    writeFileSync(file('both.pem'), cert + key);
    const smscPort = await smsc.listen();
    front = createServer({ cert, key }, (socket) => {
      const behind = connect(smscPort, '127.0.0.1');
      socket.pipe(behind).pipe(socket);
      for (const end of [socket, behind]) end.on('error', () => void (socket.destroy(), behind.destroy()));
    });
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
    const { port } = front.address() as AddressInfo;
    [tlsPort = 0] = await freePorts(1);
    stage = await CallStage.open({
      lines: ['capture: { interfaces: [lo], rtp: headers }'],
      listen: [`tls:127.0.0.1:${tlsPort}`],
      sip: [
        'digest: [MD5]',
        `tls: { certificate: ${file('cert.pem')}, key: ${file('key.pem')}, ca: ${file('cert.pem')} }`,
      ],
      carrier: [
        `smpp: { url: "smpps://edge:opensesame@127.0.0.1:${port}", tls: { ca: ${file('cert.pem')} } }`,
      ],
    });
  });
  after(async () => {
    await stage.close();
    front.close();
    await smsc.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A ladder, once it shows what has passed by now. */
  async function ladder(shows: (ladder: Ladder) => boolean, ...words: readonly string[]): Promise<Ladder> {
    let found: Ladder | undefined;
    await until(`trace ${words.join(' ')}`, async () => {
      const { status, json } = await stage.edge.run('trace', ...words, '--json');
      if (status === 0) found = json as Ladder;
      return found !== undefined && shows(found);
    });
    assert.ok(found !== undefined);
    return found;
  }

  /** Nothing that the ring has of TLS tells how to get in, or to listen. */
  function assertNoSecrets(): void {
    const captured = join(stage.edge.folder, 'data/captures');
    for (const segment of readdirSync(captured)) {
      if (!segment.includes('edge:')) continue;
      const text = readFileSync(join(captured, segment), 'latin1');
      assert.equal(text.includes('opensesame'), false);
      assert.doesNotMatch(text, /inline:(?!x+)/);
      assert.doesNotMatch(text, /response="(?!x+")/);
    }
  }

  it('shows a message and its receipt, which a carrier takes in TLS, as Wireshark does', async () => {
    const from = await stage.number('http://127.0.0.1/');
    const sent = await stage.client.messages.create({ from, to: '+13125550000', body: 'Mind the gap' });
    await until(
      'delivered',
      async () => (await stage.client.messages(sent.sid).fetch()).status === 'delivered',
    );
    const whole = ['submit_sm', 'submit_sm_resp', 'deliver_sm', 'deliver_sm_resp'];
    const shown = await ladder((one) => arrowsOf(one).length === whole.length, '--message', sent.sid);
    assert.deepEqual(
      secretly(shown).map(({ label }) => label.split(' ')[0]),
      whole,
    );
    assert.equal(JSON.stringify(shown).includes('Mind the gap'), false);
    const pcap = file('message.pcap');
    await stage.edge.done('trace', '--message', sent.sid, '--pcap', pcap, '--json');
    const theirs = read('-r', pcap, '-T', 'fields', '-e', 'frame.time_epoch', '-e', 'smpp.command_id');
    const ids = ['0x00000004', '0x80000004', '0x00000005', '0x80000005'];
    assert.deepEqual(
      theirs.trimEnd().split('\n'),
      secretly(shown).map(({ timeUs }, i) => `${(timeUs / 1e6).toFixed(6)}000\t${ids[i]}`),
    );
    const link = await ladder((one) => arrowsOf(one).length > 0, '--link', 'alpha', '--bodies');
    assert.equal(
      link.remarks.some((remark) => remark.includes('cannot be read')),
      false,
    );
    assertNoSecrets();
  });

  it('shows both legs of a call that came by TLS, and its sound under SRTP, as Wireshark does', async () => {
    const { sip } = stage.client;
    const script = stage.script();
    const called = stage.phone();
    const document = new VoiceResponse();
    document.dial({ callerId: await stage.number('http://127.0.0.1/') }, called.number);
    const domain = await sip.domains.create({
      domainName: 'traced.sip.localhost',
      secure: true,
      voiceUrl: script.on('voice', document),
    });
    const list = await sip.credentialLists.create({ friendlyName: 'traced' });
    await sip.credentialLists(list.sid).credentials.create({ username: 'alice', password });
    const { auth } = sip.domains(domain.sid);
    await auth.calls.credentialListMappings.create({ credentialListSid: list.sid });
    const [sipPort = 0, rtpPort = 0] = await freePorts(2);
    const alice = new Baresip({
      host: phoneHost,
      sipPort,
      rtpPort: Math.min(rtpPort, 65_000),
      edgePort: tlsPort,
      user: 'alice',
      password,
      domain: domain.domainName,
      codec: 'PCMU',
      toneHz: 440,
      tls: { ca: file('cert.pem'), certificate: file('both.pem') },
      srtp: true,
    });
    try {
      const calling = alice.call('help');
      const { form } = await soon(`the call; ${alice.output}`, script.next('voice'));
      const answered = await soon('the called phone answers', called.answered());
      answered.rtp.say(880);
      await soon(`alice is heard; ${alice.output}`, answered.rtp.hears(440));
      await answered.rtp.ticks(40);
      await answered.hangUp();
      await soon(`it ends; ${alice.output}`, calling);

      const sid = form['CallSid'] ?? '';
      const shown = await ladder(
        (one) => secretly(one).some(({ label }) => label === '200 OK (BYE)'),
        '--call',
        sid,
      );
      const pcap = file('call.pcap');
      await stage.edge.done('trace', '--call', sid, '--pcap', pcap, '--json');
      const theirs = read(
        ...[
          '-r',
          pcap,
          '-Y',
          'sip',
          '-T',
          'fields',
          '-e',
          'frame.time_epoch',
          '-e',
          'ip.src',
          '-e',
          'ip.dst',
        ],
        ...['-e', 'sip.Method', '-e', 'sip.Status-Code', '-e', 'sip.CSeq.method'],
      );
      assert.deepEqual(
        theirs.trimEnd().split('\n'),
        arrowsOf(shown)
          .filter(({ protocol }) => protocol === 'sip')
          .map(({ timeUs, source, destination, label, lines }) => {
            const [word = ''] = label.split(' ');
            const method = lines.find((line) => line.startsWith('CSeq: '))?.split(' ')[2] ?? '';
            const ends = [source, destination].map((end) => end.split(':')[0] ?? '');
            return [
              ...[`${(timeUs / 1e6).toFixed(6)}000`, ...ends],
              ...(/^\d/.test(word) ? ['', word] : [word, '']),
              method,
            ].join('\t');
          }),
      );
      const methods = secretly(shown).map(({ label }) => label.split(' ')[0]);
      for (const said of ['INVITE', '407', 'ACK', '100', '200', 'BYE'])
        assert.ok(methods.includes(said), said);
      assertNoSecrets();
      assert.equal(shown.remarks.length, 0, shown.remarks.join());
      if (!allowed) return;
      assert.ok(
        arrowsOf(shown).some(({ transport }) => transport === 'udp'),
        'the leg to the carrier is there',
      );
      const streams = soundsOf(shown);
      // Toward the caller there may be two: where its SDP says it is, and where it is heard from.
      const secured = streams.filter(({ secure }) => secure);
      assert.ok(secured.length >= 2 && streams.length - secured.length === 2, JSON.stringify(streams));
      const sums = Array.from(
        read('-r', pcap, '-q', '-z', 'rtp,streams').matchAll(
          /^ *[\d.]+ +[\d.]+ +(\S+) +(\d+) +(\S+) +(\d+) +0x\w+ +\S+ +(\d+) +(-?\d+) \(\S+\)(?: +\S+){5} +(\S+)/gm,
        ),
        ([, source = '', port = '', destination = '', at = '', packets = '', lost = '', max = '']) => ({
          stream: `${source}:${port} ${destination}:${at} ${packets} ${lost}`,
          jitterMaxMs: Number(max),
        }),
      );
      assert.deepEqual(
        streams.map((one) => `${one.source} ${one.destination} ${one.packets} ${one.lost}`).toSorted(),
        sums.map(({ stream }) => stream).toSorted(),
      );
      for (const one of streams) {
        const stream = `${one.source} ${one.destination} ${one.packets} ${one.lost}`;
        const theirMax = sums.find((sum) => sum.stream === stream)?.jitterMaxMs ?? NaN;
        assert.ok(Math.abs(theirMax - one.jitterMaxMs) < 0.002, `${stream}: ${theirMax}, ${one.jitterMaxMs}`);
      }
    } finally {
      alice.close();
    }
  });
});
