import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { askEdge } from '../../control/events/client.ts';
import type { Arrow, Ladder, Sound } from '../../edge/capture/ladder/ladder.ts';
import { FastSmsc } from '../peers/fast-smsc.ts';
import { mayCapture } from '../peers/sniffer.ts';
import { CallStage, soon, VoiceResponse } from './calls-fixture.ts';
import { until } from './edge-process.ts';

const read = (...words: readonly string[]): string =>
  execFileSync('tshark', words, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 1 << 26,
  });

/** Packets as tshark reads them, a column for each field. */
const fieldsOf = (
  file: string,
  filter: string,
  ...fields: readonly string[]
): readonly (readonly string[])[] =>
  read('-r', file, '-Y', filter, '-T', 'fields', ...fields.flatMap((field) => ['-e', field]))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));

/** RTP streams as tshark sums them up: ends, packets, lost ones, and the greatest jitter in milliseconds. */
const streamsOf = (file: string): readonly (readonly string[])[] =>
  Array.from(
    read('-r', file, '-q', '-z', 'rtp,streams').matchAll(
      /^ *[\d.]+ +[\d.]+ +(\S+) +(\d+) +(\S+) +(\d+) +0x\w+ +\S+ +(\d+) +(-?\d+) \(\S+\)(?: +\S+){5} +(\S+)/gm,
    ),
    ([, source = '', port = '', destination = '', at = '', packets = '', lost = '', max = '']) => [
      `${source}:${port}`,
      `${destination}:${at}`,
      packets,
      lost,
      max,
    ],
  );

const arrowsOf = ({ rows }: Ladder): readonly Arrow[] => rows.filter((row) => row.kind === 'arrow');
const soundsOf = ({ rows }: Ladder): readonly Sound[] => rows.filter((row) => row.kind === 'sound');

/** Captures need a capability; where these tests are run without it, the edge has to say so, and nothing else. */
const allowed = mayCapture();

describe('strowger trace, on the packets of a running edge', { timeout: 100_000 }, () => {
  const smsc = new FastSmsc({
    keep: true,
    password: 'opensesame',
    receipts: { delayMs: 20, form: 'both', states: [] },
  });
  let stage: CallStage;
  before(async () => {
    const port = await smsc.listen();
    stage = await CallStage.open({
      lines: ['capture: { interfaces: [lo], rtp: headers }'],
      carrier: [`smpp: { url: "smpp://edge:opensesame@127.0.0.1:${port}" }`],
    });
    await until('the edge captures, or says why not', async () => {
      const { open, troubles } = await captures();
      return open.length > 0 || 'lo' in troubles;
    });
  });
  after(async () => {
    await stage.close();
    await smsc.close();
  });

  async function captures(): Promise<{ readonly open: readonly string[]; readonly troubles: object }> {
    const answer = await askEdge(join(stage.edge.folder, 'data/control.sock'), 'captures');
    assert.ok(answer.ok);
    return answer.value as unknown as Awaited<ReturnType<typeof captures>>;
  }

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

  it('tells what keeps it from the packets, where it may not capture', async () => {
    const { json } = await stage.edge.run('doctor', '--json');
    const { findings } = json as {
      findings: readonly { subject: string; verdict: string; remedy: string }[];
    };
    const finding = findings.find(({ subject }) => subject === 'captures');
    assert.equal(finding?.verdict, allowed ? 'ok' : 'wrong');
    if (!allowed) assert.match(finding.remedy, /capture\.conf/);
    const unknown = await stage.edge.run('trace', '--call', `CA${'0'.repeat(32)}`);
    assert.deepEqual([unknown.status, unknown.err], [1, `strowger: there is no call CA${'0'.repeat(32)}\n`]);
    const twice = await stage.edge.run('trace', '--link', 'alpha', '--message', 'SM');
    assert.equal(twice.status, 1);
  });

  it('agrees with tshark on a call with two legs and its sound', async () => {
    const script = stage.script();
    const called = stage.phone();
    const document = new VoiceResponse();
    document.dial({}, called.number);
    const call = await stage.call(await stage.number(script.on('voice', document)));
    const { form } = await script.next('voice');
    const sid = form['CallSid'] ?? '';
    const answered = await soon('the called phone answers', called.answered());
    call.rtp.say(440);
    answered.rtp.say(880);
    await soon('both hear each other', Promise.all([call.listen(40), answered.listen(40)]));
    await call.hangUp();
    await soon('the other is hung up', answered.over);
    if (!allowed) {
      const refused = await stage.edge.run('trace', '--call', sid);
      assert.equal(refused.status, 1);
      return;
    }
    const byes = (one: Ladder): number =>
      arrowsOf(one).filter(({ label }) => label === '200 OK (BYE)').length;
    const shown = await ladder((one) => byes(one) === 2, '--call', sid);
    const file = join(stage.edge.folder, 'call.pcap');
    await stage.edge.done('trace', '--call', sid, '--pcap', file, '--json');
    assert.equal(statSync(file).mode & 0o777, 0o600);

    const theirs = fieldsOf(
      file,
      'sip',
      ...['frame.time_epoch', 'ip.src', 'udp.srcport', 'ip.dst', 'udp.dstport'],
      ...['sip.Method', 'sip.Status-Code', 'sip.CSeq.method'],
    ).map(([time, source, port, destination, at, method, status, of]) => [
      Math.round(Number(time) * 1e6),
      `${source}:${port}`,
      `${destination}:${at}`,
      method === '' ? `${status} ${of}` : method,
    ]);
    const ours = arrowsOf(shown).map(({ timeUs, source, destination, label, lines }) => {
      const cseq = lines.find((line) => line.startsWith('CSeq: '))?.split(' ')[2] ?? '';
      const [word = ''] = label.split(' ');
      return [timeUs, source, destination, /^\d/.test(word) ? `${word} ${cseq}` : word];
    });
    assert.deepEqual(ours, theirs);
    assert.ok(ours.length >= 14, 'both legs are there');
    const streams = soundsOf(shown)
      .map(({ source, destination, packets, lost, jitterMaxMs }) => [
        ...[source, destination, String(packets), String(lost)],
        String(jitterMaxMs),
      ])
      .toSorted();
    assert.equal(streams.length, 4);
    const sums = streamsOf(file).toSorted();
    assert.deepEqual(
      streams.map((stream) => stream.slice(0, 4)),
      sums.map((stream) => stream.slice(0, 4)),
    );
    // Of the jitter they round the last digit each in their own way.
    for (const [index, sum] of sums.entries())
      assert.ok(Math.abs(Number(sum[4]) - Number(streams[index]?.[4])) < 0.002, String(sum));
    // Headers alone: 12 octets behind those of IP and UDP.
    assert.deepEqual(new Set(fieldsOf(file, 'rtp', 'frame.cap_len').flat()), new Set([String(20 + 8 + 12)]));
    const text = await stage.edge.run('trace', '--call', sid);
    for (const line of text.out.split('\n')) assert.ok(line.length <= 100, line);
    assert.match(text.out, /RTP PCMU/);
  });

  it('follows a call to a leg that begins while it is followed', async () => {
    if (!allowed) return;
    const script = stage.script();
    const called = stage.phone();
    const dial = new VoiceResponse();
    dial.dial({}, called.number);
    const menu = new VoiceResponse();
    menu.gather({ numDigits: 1, timeout: 60, action: script.on('pressed', dial) });
    const call = await stage.call(await stage.number(script.on('voice', menu)));
    const { form } = await script.next('voice');
    const following = stage.edge.begun('trace', '--follow', '--call', form['CallSid'] ?? '', '--json');
    let text = '';
    following.stdout?.setEncoding('utf8').on('data', (more: string) => (text += more));
    const ended = new Promise((resolve) => following.once('exit', resolve));
    const shows = (what: RegExp): Promise<void> =>
      until(`${String(what)} is shown`, () => Promise.resolve(what.test(text)));
    await shows(/"label":"INVITE"/);
    assert.equal(text.includes(called.number), false);
    await call.press('1');
    const answered = await soon('the called phone answers', called.answered());
    await shows(new RegExp(`INVITE sip:\\${called.number}@`));
    await call.hangUp();
    await soon('the other is hung up', answered.over);
    await shows(/"label":"200 OK \(BYE\)"[^]*"label":"200 OK \(BYE\)"/);
    following.kill('SIGINT');
    assert.equal(await soon('the trace ends', ended), 0);
    assert.match(text, /"kind":"sound"/);
  });

  it('shows a message with its receipt, its text only when asked, and never a password', async () => {
    const from = await stage.number('http://127.0.0.1/');
    const sent = await stage.client.messages.create({ from, to: '+13125550000', body: 'Mind the gap' });
    await until(
      'delivered',
      async () => (await stage.client.messages(sent.sid).fetch()).status === 'delivered',
    );
    if (!allowed) return;
    const labels = (one: Ladder): readonly string[] =>
      arrowsOf(one).map(({ label }) => label.split(' ')[0] ?? '');
    const whole = ['submit_sm', 'submit_sm_resp', 'deliver_sm', 'deliver_sm_resp'];
    const shown = await ladder((one) => labels(one).length === whole.length, '--message', sent.sid);
    assert.deepEqual(labels(shown), whole);
    assert.equal(JSON.stringify(shown).includes('Mind the gap'), false);
    const bodies = await ladder(() => true, '--message', sent.sid, '--bodies');
    assert.equal(JSON.stringify(bodies).includes('Mind the gap'), true);
    const file = join(stage.edge.folder, 'message.pcap');
    await stage.edge.done('trace', '--message', sent.sid, '--pcap', file, '--json');
    const { port } = new URL(
      `tcp://${shown.participants.find(({ name }) => name === 'alpha')?.endpoints[0]}`,
    );
    const theirs = read('-r', file, '-d', `tcp.port==${port},smpp`, '-T', 'fields', '-e', 'smpp.command_id');
    assert.deepEqual(theirs.match(/0x[0-9a-f]+/g), ['0x00000004', '0x80000004', '0x00000005', '0x80000005']);

    const link = await ladder(
      (one) => labels(one).includes('deliver_sm_resp'),
      '--link',
      'alpha',
      '--bodies',
    );
    assert.equal(JSON.stringify(link).includes('opensesame'), false);
    const captured = join(stage.edge.folder, 'data/captures');
    assert.equal(statSync(captured).mode & 0o777, 0o700);
    for (const segment of readdirSync(captured))
      assert.equal(statSync(join(captured, segment)).mode & 0o777, 0o600);
  });
});
