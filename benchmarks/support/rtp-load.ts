import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What phones have sent and heard; see `rtp-load.c`. */
export interface RtpCounts {
  readonly sent: number;
  readonly received: number;
  /** Packets of no leg, or too short. */
  readonly foreign: number;
  /** Numbers missing in what played legs heard. */
  readonly skipped: number;
  readonly legsHeard: number;
  /** How late packets came: after they were sent, or after their time. */
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Share of the packets that came no later than 5 ms. */
  readonly within5Ms: number;
  readonly cpuUs: number;
}

/** The generator of `rtp-load.c`, compiled for this run, in a process of its own. */
export class RtpLoad {
  /** Where all phones are: RTP there, RTCP at the next. */
  readonly port: number;
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;
  private readonly folder: string;

  private constructor(child: ChildProcess, lines: AsyncIterator<string>, folder: string, port: number) {
    this.child = child;
    this.lines = lines;
    this.folder = folder;
    this.port = port;
  }

  /** Throws where there is no C compiler, with its name. */
  static async start(): Promise<RtpLoad> {
    const folder = await mkdtemp(join(tmpdir(), 'strowger-rtp-'));
    const program = join(folder, 'rtp-load');
    try {
      await run('cc', ['-O2', '-Wall', '-o', program, sourcePath()]);
      const child = spawn(program, [], { stdio: ['pipe', 'pipe', 'inherit'] });
      const reader: Interface = createInterface({ input: child.stdout });
      const lines = reader[Symbol.asyncIterator]();
      const first = await lines.next();
      const port = Number(/^port (\d+)$/.exec(first.done === true ? '' : first.value)?.[1] ?? 0);
      return new RtpLoad(child, lines, folder, port);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Legs that send to these ports for so long; `listen` expects that they are played to, `relay` that they are bridged. */
  async run(what: 'relay' | 'listen', seconds: number, ports: readonly number[]): Promise<RtpCounts> {
    this.child.stdin?.write(`${what} ${seconds} ${ports.join(' ')}\n`);
    const line = await this.lines.next();
    if (line.done === true) throw new Error('the generator of RTP has ended');
    return JSON.parse(line.value) as RtpCounts;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.stdin?.end();
    await ended;
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The source is not compiled into a build; it stays in the checkout. */
function sourcePath(): string {
  const here = import.meta.url;
  return fileURLToPath(
    new URL(here.endsWith('.ts') ? 'rtp-load.c' : '../../../benchmarks/support/rtp-load.c', here),
  );
}
