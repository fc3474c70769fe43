import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePorts } from '../../test/peers/ports.ts';
import { messageNumber } from '../../test/peers/smsc-record.ts';
import { keepFile } from '../../test/support/evidence.ts';
import { family } from './proc.ts';
import { senderNumber } from './requests.ts';

const run = promisify(execFile);
const readyWithinMs = 120_000;
const buyersAtOnce = 16;
/** A run's messages are at the front of the list; a million of them need not be read to name twenty. */
const explainPages = 200;

interface MessagePage {
  readonly messages: readonly {
    readonly body: string;
    readonly sid: string;
    readonly status: string;
    readonly error_code: number | null;
  }[];
  readonly next_page_uri: string | null;
}

export interface EdgeSettings {
  /** Port of the carrier's SMSC on 127.0.0.1; without one the carrier brings no messages. */
  readonly carrierPort?: number;
  readonly window?: number;
  readonly sessions?: number;
  /** Further carriers whose links are bound to the same SMSC, and which no message takes. */
  readonly idleCarriers?: number;
  /** Numbers of the account: `senderNumber(0)` and so on. */
  readonly senders: number;
  /** Whether the account buys its numbers; they are for sale otherwise. Default true. */
  readonly bought?: boolean;
  /** Segments a second of each sender. Default 100,000. */
  readonly perSecond?: number;
  /** Segments that may wait for one sender. */
  readonly queueSegmentsMax?: number;
  /** Calls: the carrier's SIP port on 127.0.0.1, where calls go. Those from there are let in at any rate. */
  readonly calls?: {
    readonly trunkPort: number;
    /** What the application of each number is, the first one first. */
    readonly voiceUrls: readonly string[];
  };
}

/** The program under test: `edge/strowger.mjs` beside this folder, or beside `build/` when compiled. */
function strowgerPath(): string {
  const here = fileURLToPath(new URL('../..', import.meta.url));
  return join(import.meta.url.endsWith('.ts') ? here : join(here, '..'), 'edge/strowger.mjs');
}

/**
 * An edge with a store of its own in a temporary folder, one account and its numbers, started and stopped as an
 * operator does: by the `strowger` command.
 */
export class Edge {
  /** Where the REST API listens, once started. */
  apiPort = 0;
  /** Where Prometheus scrapes, once started. */
  metricsPort = 0;
  /** Where the SIP server listens, once started; 0 without calls. */
  sipPort = 0;
  /** Where tenants bind. */
  readonly smppPort: number;
  readonly sid: string;
  readonly token: string;
  readonly folder: string;
  private readonly config: string;
  private child: ChildProcess | undefined;

  private constructor(folder: string, config: string, smppPort: number, sid: string, token: string) {
    this.smppPort = smppPort;
    this.folder = folder;
    this.config = config;
    this.sid = sid;
    this.token = token;
  }

  /** Writes the configuration, makes the account, starts the edge and gives the account its numbers. */
  static async create(settings: EdgeSettings): Promise<Edge> {
    const folder = await mkdtemp(join(tmpdir(), 'strowger-bench-'));
    const config = join(folder, 'strowger.yaml');
    const [smppPort = 0] = await freePorts(1);
    await writeFile(config, yamlOf(folder, smppPort, settings), { mode: 0o600 });
    const account = (await strowger(config, ['account', 'create', '--friendly-name', 'Benchmark'])) as {
      sid: string;
      auth_token: string;
    };
    await writeFile(join(folder, 'numbers.csv'), csvOf(settings.senders));
    await strowger(config, ['number', 'import', join(folder, 'numbers.csv')]);
    const edge = new Edge(folder, config, smppPort, account.sid, account.auth_token);
    try {
      await edge.start();
      if (settings.bought !== false) await edge.buyNumbers(settings);
    } catch (error) {
      await edge.remove();
      throw error;
    }
    return edge;
  }

  /** Starts the edge and resolves when it prints `ready`; gives the time of its start in Unix ms. */
  async start(): Promise<number> {
    const startedMs = Date.now();
    const child = spawn(process.execPath, [strowgerPath(), 'up', '--config', this.config], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    const log = createWriteStream(join(this.folder, 'edge.log'), { flags: 'a' });
    child.stderr.pipe(log, { end: false });
    const ready = await new Promise<string | undefined>((resolve) => {
      const patience = setTimeout(() => resolve(undefined), readyWithinMs);
      child.once('exit', () => resolve(undefined));
      createInterface({ input: child.stdout }).on('line', (line) => {
        log.write(`${line}\n`);
        if (!line.startsWith('ready ')) return;
        clearTimeout(patience);
        resolve(line.slice('ready '.length));
      });
    });
    if (ready === undefined) throw new Error(`the edge did not start:\n${await this.logTail()}`);
    const { api, metrics, sip } = JSON.parse(ready) as { api: string; metrics: string; sip: string | null };
    this.apiPort = portOf(api);
    this.metricsPort = portOf(metrics);
    this.sipPort = portOf(sip ?? '');
    return startedMs;
  }

  /** Its processes. */
  pids(): number[] {
    return this.child?.pid === undefined ? [] : family(this.child.pid);
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }

  async remove(): Promise<void> {
    await this.stop('SIGKILL');
    keepFile('edge', join(this.folder, 'edge.log'));
    await rm(this.folder, { recursive: true, force: true });
  }

  /** What the API says of the latest messages whose bodies end in these numbers, and the end of the log. */
  async explain(numbers: readonly number[]): Promise<string> {
    const wanted = new Set(numbers);
    const lines: string[] = [];
    let page: string | null = `/2010-04-01/Accounts/${this.sid}/Messages.json?PageSize=1000`;
    for (let read = 0; page !== null && wanted.size > 0 && read < explainPages; read++) {
      const reply = await fetch(`http://127.0.0.1:${this.apiPort}${page}`, {
        headers: { authorization: this.authorization },
      });
      const list = (await reply.json()) as MessagePage;
      for (const { body, sid, status, error_code } of list.messages) {
        const number = messageNumber(body) ?? -1;
        if (!wanted.delete(number)) continue;
        lines.push(`#${number} ${sid} ${status} ${error_code ?? ''}`.trimEnd());
      }
      page = list.next_page_uri;
    }
    for (const number of wanted) lines.push(`#${number} is not in the list`);
    return [...lines, await this.logTail()].join('\n');
  }

  async logTail(): Promise<string> {
    const text = await readFile(join(this.folder, 'edge.log'), 'utf8').catch(() => '');
    return text.slice(-4000);
  }

  /** What the account's requests carry. */
  get authorization(): string {
    return `Basic ${Buffer.from(`${this.sid}:${this.token}`).toString('base64')}`;
  }

  /** Buys every sender by REST, as a tenant would; the command takes one number at a time. */
  private async buyNumbers({ senders: count, calls }: EdgeSettings): Promise<void> {
    const url = `http://127.0.0.1:${this.apiPort}/2010-04-01/Accounts/${this.sid}/IncomingPhoneNumbers.json`;
    const { authorization } = this;
    let next = 0;
    const buyer = async (): Promise<void> => {
      while (next < count) {
        const voiceUrl = calls?.voiceUrls[next];
        const body = new URLSearchParams({ PhoneNumber: senderNumber(next++) });
        if (voiceUrl !== undefined) body.set('VoiceUrl', voiceUrl);
        const reply = await fetch(url, { method: 'POST', headers: { authorization }, body });
        const text = await reply.text();
        if (reply.status !== 201) throw new Error(`buying a number: ${reply.status} ${text}`);
      }
    };
    await Promise.all(Array.from({ length: buyersAtOnce }, buyer));
  }
}

async function strowger(config: string, words: readonly string[]): Promise<unknown> {
  const { stdout } = await run(process.execPath, [strowgerPath(), ...words, '--config', config, '--json']);
  return JSON.parse(stdout);
}

const portOf = (text: string): number => Number(/:(\d+)\D*$/.exec(text)?.[1] ?? 0);

/** No pacing by sender class and none by the link: the edge's own speed is the question. */
function yamlOf(folder: string, smppPort: number, settings: EdgeSettings): string {
  const { carrierPort, window = 500, sessions = 1, queueSegmentsMax = 1_000_000, calls } = settings;
  const { idleCarriers = 0, perSecond = 100_000 } = settings;
  const timers = '{ reconnectMinMs: 100, reconnectMaxMs: 1000 }';
  const smpp = [
    '    smpp:',
    `      url: "smpp://bench:secret@127.0.0.1:${carrierPort}"`,
    `      window: ${window}`,
    `      sessions: ${sessions}`,
    '      throughput: 100000',
    `      timers: ${timers}`,
  ];
  const trunk = [
    '    sip:',
    `      proxy: "sip:127.0.0.1:${calls?.trunkPort};transport=udp"`,
    '      accept: ["127.0.0.1"]',
    '      cps: 100000',
    '      channels: 100000',
  ];
  const voice = [
    'sip: { listen: ["udp:127.0.0.1:0"] }',
    'media: { address: 127.0.0.1, ports: 10000-31999 }',
    'webhooks: { allowPrivate: true }',
  ];
  return [
    `data: ${join(folder, 'data')}`,
    'http: { listen: 127.0.0.1:0, maxConcurrentPerAccount: 10000 }',
    'metrics: { listen: 127.0.0.1:0 }',
    `smpp: { listen: 127.0.0.1:${smppPort}, window: 10000 }`,
    'carriers:',
    '  - name: alpha',
    ...(carrierPort === undefined ? [] : smpp),
    ...(calls === undefined ? [] : trunk),
    '    routes: [ { prefix: "+", cost: 1 } ]',
    ...Array.from({ length: idleCarriers }, (_, at) => [`  - name: idle${at}`, ...smpp]).flat(),
    ...(calls === undefined ? [] : voice),
    `senders: { local: ${perSecond} }`,
    `messages: { queueSegmentsMax: ${queueSegmentsMax} }`,
    'log: { level: warn }',
    '',
  ].join('\n');
}

function csvOf(senders: number): string {
  const rows = Array.from(
    { length: senders },
    (_, index) => `${senderNumber(index)},US,local,CA,San Francisco,true,true,true,false,alpha`,
  );
  return ['e164,country,type,region,locality,voice,sms,mms,fax,carrier', ...rows, ''].join('\n');
}
