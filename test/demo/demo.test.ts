import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { runDemo } from '../../edge/demo/main.ts';
import { anyPorts, choosePorts } from '../../edge/demo/ports.ts';
import { keepFile } from '../support/evidence.ts';
import { root } from '../support/root.ts';

/** A run of the demo, and everything it has printed. */
function start(dataFolder: string) {
  const stop = new AbortController();
  let printed = '';
  const watchers = new Set<() => void>();
  const ended = runDemo(
    { dataFolder, ports: 'any', colour: false },
    {
      out(text) {
        printed += text;
        for (const look of watchers) look();
      },
      untilStopped: () => stop.signal,
    },
  );
  const shown = (pattern: RegExp): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!pattern.test(printed)) return;
        watchers.delete(look);
        resolve();
      };
      watchers.add(look);
      look();
    });
  return {
    ended,
    /** Resolves when what is printed fits, rejects if the run ends before. */
    until: (pattern: RegExp) =>
      Promise.race([
        shown(pattern),
        ended.then(() => assert.fail(`ended before ${pattern.source}:\n${printed}`)),
      ]),
    stop: () => {
      stop.abort();
      return ended;
    },
    get printed() {
      return printed;
    },
  };
}

const field = (printed: string, name: string): string =>
  new RegExp(`^ {2}${name} +(\\S+)`, 'm').exec(printed)?.[1] ?? '';

/** Where a WAV file of 16 bits and 8 kHz, mono, is loud, in stretches with at least 60 ms between them. */
function speechIn(file: string): { fromMs: number; toMs: number }[] {
  const bytes = readFileSync(file).subarray(44);
  const samples = new Int16Array(new Uint8Array(bytes).buffer);
  const stretches: { fromMs: number; toMs: number }[] = [];
  for (let at = 0; at + 160 <= samples.length; at += 160) {
    const energy = samples.subarray(at, at + 160).reduce((sum, sample) => sum + sample * sample, 0);
    if (energy / 160 < 300 * 300) continue;
    const fromMs = at / 8;
    const last = stretches.at(-1);
    if (last !== undefined && fromMs - last.toMs < 60) last.toMs = fromMs + 20;
    else stretches.push({ fromMs, toMs: fromMs + 20 });
  }
  return stretches;
}

describe('npm start', () => {
  const folder = mkdtempSync(join(tmpdir(), 'strowger-demo-'));
  const data = join(folder, 'data');
  let demo: ReturnType<typeof start>;

  before(async () => {
    demo = start(data);
    await demo.until(/Ctrl-C ends/);
  });
  after(async () => {
    await demo.stop();
    keepFile('demo', join(data, 'edge.log'));
    rmSync(folder, { recursive: true, force: true });
  });

  it('shows a text from the phone to its answer, step by step', () => {
    const steps = [
      /phone +\+15125550142 texts “Paris” to \+14155550100/,
      /edge +deliver_sm from carrier loopback; \+14155550100 belongs to AC[0-9a-f]{32}/,
      /carrier +deliver_sm_resp: SM[0-9a-f]{32} is on the edge's disk/,
      /webhook +the application is asked “Paris”, X-Twilio-Signature valid/,
      /TwiML +<Response><Message>Paris today: .*<\/Message><\/Response>/,
      /edge +SM[0-9a-f]{32} queued/,
      /carrier +submit_sm taken, message_id \d+: the message is sent/,
      /phone +\+15125550142 shows “Paris today: .*”/,
      /receipt +DELIVERED for message_id \d+: the message is delivered/,
    ];
    const [, story = ''] = demo.printed.split('A phone texts the weather application');
    let from = 0;
    for (const step of steps) {
      const at = story.slice(from).search(step);
      assert.ok(at >= 0, `${step.source} is missing after:\n${story.slice(0, from)}`);
      from += at;
    }
  });

  it('shows a message by REST to its status callbacks', () => {
    const [, story = ''] = demo.printed.split('The application sends the morning forecast');
    assert.match(story, /app +POST \/2010-04-01\/Accounts\/AC[0-9a-f]{32}\/Messages\.json/);
    assert.match(story, /edge +201: SM[0-9a-f]{32} queued, on disk; \+14155550100 sends 1 a second/);
    assert.match(story, /phone +\+15125550142 shows “Good morning! Paris today: .*”/);
    assert.match(story, /callback +.*sent, delivered; X-Twilio-Signature valid/);
  });

  it('shows a call from the phone to the status callback, and leaves its speech in a file', () => {
    const steps = [
      /phone +\+15125550142 dials \+14155550100 \(INVITE, Call-ID \S+\)/,
      /edge +INVITE from carrier loopback; \+14155550100 belongs to AC[0-9a-f]{32}: CA[0-9a-f]{32} is ringing/,
      /webhook +the application is asked about \+15125550142, X-Twilio-Signature valid/,
      /TwiML +<Response><Gather .*<Say>Paris today: .*<\/Say><\/Gather>/,
      /phone +the edge has answered, and speaks/,
      /phone +the edge has spoken and pauses; \+15125550142 presses 1/,
      /webhook +the application gets Digits=1, X-Twilio-Signature valid/,
      /TwiML +<Response><Say>London today: .*<\/Say><\/Response>/,
      /phone +BYE from the edge after \d+\.\d s/,
      /callback +completed after \d+ s; X-Twilio-Signature valid/,
      /phone +has recorded \d+\.\d s\. Listen to it: /,
    ];
    const [, story = ''] = demo.printed.split('A phone calls the weather application');
    let from = 0;
    for (const step of steps) {
      const at = story.slice(from).search(step);
      assert.ok(at >= 0, `${step.source} is missing after:\n${story.slice(0, from)}`);
      from += at;
    }
    const [, file = ''] = /Listen to it: (\S+)/.exec(story) ?? [];
    assert.equal(file, join(data, 'phones', 'weather-call.wav'));
    const stretches = speechIn(file);
    // Words have gaps between them; the longest is where the phone waited and pressed.
    assert.ok(stretches.length >= 4, JSON.stringify(stretches));
    const spokenMs = stretches.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
    assert.ok(spokenMs > 3_000, `${spokenMs} ms of speech`);
    const gaps = stretches.slice(1).map(({ fromMs }, index) => fromMs - (stretches[index]?.toMs ?? 0));
    assert.ok(Math.max(...gaps) > 700, JSON.stringify(gaps));
  });

  it("prints a program for Twilio's SDK that works as it is printed", async () => {
    const [, program = ''] = /^( {4}import twilio[^]*?console\.log.*$)/m.exec(demo.printed) ?? [];
    const [, proxy = '', ca = ''] =
      /HTTP_PROXY=(\S+) NODE_EXTRA_CA_CERTS=(\S+) node send\.mjs/.exec(demo.printed) ?? [];
    const place = join(folder, 'newcomer');
    mkdirSync(place);
    symlinkSync(join(root, 'node_modules'), join(place, 'node_modules'));
    writeFileSync(join(place, 'send.mjs'), program.replace(/^ {4}/gm, ''));
    const env = { PATH: process.env['PATH'], HTTP_PROXY: proxy, NODE_EXTRA_CA_CERTS: ca };
    const { stdout } = await promisify(execFile)(process.execPath, ['send.mjs'], { cwd: place, env });
    assert.match(stdout, /^SM[0-9a-f]{32} queued CA[0-9a-f]{32} queued$/m);
    await demo.until(/\+15125550142 has from \+14155550100: “Hello from my own code”/);
    await demo.until(/call \+14155550100 → \+15125550142, as the phone heard it: \S+\.wav/);
    const [, file = ''] = /as the phone heard it: (\S+)/.exec(demo.printed) ?? [];
    assert.ok(speechIn(file).length > 0, file);
  });

  it('refuses a second demo on the same data', async () => {
    await assert.rejects(start(data).ended, /another edge is running in /);
  });

  it('stops when asked to, and starts again with the same account', async () => {
    const first = demo;
    await first.stop();
    assert.match(first.printed, /^stopping$/m);
    demo = start(data);
    await demo.until(/Ctrl-C ends/);
    const names = ['Account SID', 'Auth token'];
    assert.deepEqual(
      names.map((name) => field(demo.printed, name)),
      names.map((name) => field(first.printed, name)),
    );
    assert.match(field(demo.printed, 'Account SID'), /^AC[0-9a-f]{32}$/);
  });
});

describe('the ports of the demo', () => {
  it('are others where those wanted are taken, and all different', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const address = holder.address();
    const taken = typeof address === 'object' && address !== null ? address.port : 0;
    const replaced: (readonly [string, number])[] = [];
    const ports = await choosePorts(
      { ...anyPorts, http: taken },
      (name, wanted) => void replaced.push([name, wanted]),
    );
    holder.close();
    assert.deepEqual(replaced, [['http', taken]]);
    const chosen = [ports.http, ports.proxy, ports.smpp, ports.metrics, ports.sip];
    assert.equal(new Set([...chosen, taken, 0]).size, 7);
  });
});
