import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { keep, keepFile, note } from '../support/evidence.ts';
import { root } from '../support/root.ts';

/** The program under test, as an operator starts it; its sources, where these tests are run from theirs. */
const strowger = import.meta.url.endsWith('.ts')
  ? ['--import', import.meta.resolve('tsx'), join(root, 'edge/cli.ts')]
  : [join(root, 'edge/strowger.mjs')];

/** How a command ended. */
export interface Ended {
  readonly status: number;
  readonly out: string;
  readonly err: string;
  /** Standard output as one JSON value; undefined if it is none. */
  readonly json: unknown;
}

/** What `ready` names. */
export interface Ready {
  readonly api: string;
  readonly metrics: string;
  readonly smpp: string | null;
  readonly sip: string | null;
  readonly console?: string;
}

export interface Credentials {
  readonly sid: string;
  readonly token: string;
}

/** An edge as a process of its own, with its configuration and data in a temporary folder. */
export class EdgeProcess {
  readonly folder: string;
  readonly config: string;
  private child: ChildProcess | undefined;
  /** Processes that have succeeded the first. */
  private readonly successors: number[] = [];
  private readyLines = 0;
  /** What the edge finds in its environment besides ours. */
  readonly environment: Record<string, string> = {};
  /** Everything the edge wrote, over all its lives. */
  log = '';
  /** The line that said so, once it is up. */
  readyLine = '';

  private constructor(folder: string) {
    this.folder = folder;
    this.config = join(folder, 'strowger.yaml');
  }

  /** Writes the configuration: data, listeners on free ports of 127.0.0.1, and `lines`. Starts nothing. */
  static async create(lines: (folder: string) => readonly string[] = () => []): Promise<EdgeProcess> {
    const edge = new EdgeProcess(await mkdtemp(join(tmpdir(), 'strowger-whole-')));
    const common = [
      `data: ${join(edge.folder, 'data')}`,
      'metrics: { listen: 127.0.0.1:0 }',
      'log: { level: trace }',
    ];
    await edge.configure([...common, ...lines(edge.folder)]);
    return edge;
  }

  async configure(lines: readonly string[]): Promise<void> {
    for (const secret of secretsIn(lines)) note('configured password', secret);
    await writeFile(this.config, `${lines.join('\n')}\n`, { mode: 0o600 });
  }

  /** Starts the edge and waits for its line; throws with what it wrote if it ends instead. */
  async start(): Promise<Ready> {
    const child = spawn(process.execPath, [...strowger, 'up', '--config', this.config], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...this.environment },
    });
    this.child = child;
    child.stderr.on('data', (chunk: Buffer) => {
      keep('edge', chunk);
      this.log += chunk.toString();
    });
    await new Promise<void>((resolve, reject) => {
      child.once('exit', (code) =>
        reject(new Error(`the edge ended with ${code}:\n${this.log.slice(-4000)}`)),
      );
      createInterface({ input: child.stdout }).on('line', (line) => {
        keep('edge', `${line}\n`);
        if (!line.startsWith('ready ')) {
          this.log += `${line}\n`;
          return;
        }
        this.readyLine = line;
        this.readyLines++;
        resolve();
      });
    });
    return JSON.parse(this.readyLine.slice('ready '.length)) as Ready;
  }

  /** Of the process that serves. */
  get pid(): number {
    return this.successors.at(-1) ?? this.child?.pid ?? 0;
  }

  /** Has the edge start a successor; gives its process number. */
  async beginSuccession(): Promise<number> {
    const from = this.log.length;
    process.kill(this.pid, 'SIGHUP');
    const started = /"successor":(\d+),"message":"a successor is being started"/;
    await until('a successor is started', () => started.test(this.log.slice(from)));
    return Number(started.exec(this.log.slice(from))?.[1]);
  }

  /** The same, and waits until it serves. */
  async succeed(): Promise<void> {
    const before = this.readyLines;
    const successor = await this.beginSuccession();
    await until('the successor is ready', () => this.readyLines > before);
    await until('it serves', () => this.log.includes(`"successor":${successor},"yieldMs"`));
    this.follow(successor);
  }

  /** Another process serves. */
  follow(pid: number): void {
    this.successors.push(pid);
  }

  /** Ends the edge; gives its exit status, null if the signal ended it. Of a successor the status is not known. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<number | null> {
    for (const pid of this.successors.splice(0)) {
      if (runs(pid)) process.kill(pid, signal);
      await until('the successor has ended', () => !runs(pid));
    }
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null)
      return child?.exitCode ?? null;
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.kill(signal);
    return ended;
  }

  /** Waits until the edge has ended by itself; gives its exit status. */
  async ended(): Promise<number | null> {
    const { child } = this;
    if (child?.exitCode === null) await once(child, 'exit');
    return child?.exitCode ?? null;
  }

  /** Ends the edge, whatever its state, and leaves nothing behind. */
  async remove(): Promise<void> {
    await this.stop('SIGKILL');
    keepFile('store', join(this.folder, 'data', 'store.lmdb'));
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Runs a command with this configuration. */
  run(...words: readonly string[]): Promise<Ended> {
    return command('--config', this.config, ...words);
  }

  /** A command that goes on until it is told to stop. */
  begun(...words: readonly string[]): ChildProcess {
    return spawn(process.execPath, [...strowger, '--config', this.config, ...words], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  }

  /** Makes an account and gives it `numbers`, which the carrier alpha brings. */
  async account(numbers: readonly string[]): Promise<Credentials> {
    const made = await this.done('account', 'create', '--friendly-name', 'Whole', '--json');
    const { sid, auth_token: token } = made as { sid: string; auth_token: string };
    await writeFile(join(this.folder, 'numbers.csv'), csvOf(numbers));
    await this.done('number', 'import', join(this.folder, 'numbers.csv'), '--json');
    for (const number of numbers) await this.done('number', 'assign', number, sid, '--json');
    return { sid, token };
  }

  /** Runs a command that must succeed and gives its value. */
  async done(...words: readonly string[]): Promise<unknown> {
    const { status, err, json } = await this.run(...words);
    if (status !== 0) throw new Error(`strowger ${words.join(' ')}: ${status} ${err}`);
    return json;
  }
}

/** Whether a process is there and has not ended. */
export function runs(pid: number): boolean {
  try {
    // A successor whose parent has ended is nobody's child here: it may stay behind as a zombie.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Passwords that lines of a configuration hold. */
function secretsIn(lines: readonly string[]): readonly string[] {
  const found = lines.join('\n').matchAll(/\bpassword: "?([^\s",}]+)|:\/\/[^\s:/"@]*:([^\s"@]+)@/g);
  return Array.from(found, ([, password, inUrl]) => password ?? inUrl ?? '');
}

/** Whether these words ask for a secret, which is then shown once. */
const handsOut = (words: readonly string[]): boolean =>
  /\b(account (create|smpp|token)|console user|seal)\b/.test(words.join(' '));

/** Runs `strowger` with exactly these words. */
export function command(...words: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...strowger, ...words], (error, out, err) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      keep('command', handsOut(words) ? err : `${out}${err}`);
      resolve({ status, out, err, json: jsonOf(out) });
    });
  });
}

/** A carrier whose SMSC listens on `port`, reconnecting quickly, with every number as its route. */
export const carrierLines = (port: number, more: readonly string[] = []): string[] => [
  'carriers:',
  '  - name: alpha',
  '    smpp:',
  `      url: "smpp://edge:secret@127.0.0.1:${port}"`,
  '      throughput: 100000',
  '      timers: { reconnectMinMs: 100, reconnectMaxMs: 200 }',
  ...more.map((line) => `      ${line}`),
  '    routes: [ { prefix: "+", cost: 1 } ]',
  'senders: { local: 100000 }',
];

export function csvOf(numbers: readonly string[]): string {
  const rows = numbers.map((e164) => `${e164},US,local,CA,San Francisco,true,true,true,false,alpha`);
  return ['e164,country,type,region,locality,voice,sms,mms,fax,carrier', ...rows, ''].join('\n');
}

export const basic = ({ sid, token }: Credentials): string =>
  `Basic ${Buffer.from(`${sid}:${token}`).toString('base64')}`;

/** Waits until something holds, for as long as 20 s; `what` names it when it does not. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + 20_000;
  while (!(await holds())) {
    if (performance.now() > deadlineMs) throw new Error(`not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
