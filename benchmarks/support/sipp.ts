import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const callsAtOnceMax = 10_000;
const socketBufferBytes = 4 * 2 ** 20;
/** Beyond the time that its calls take to start: for the last of them to end, one INVITE given up included. */
const graceMs = 45_000;

/** What one sipp says of its calls. */
export interface SippCounts {
  readonly succeeded: number;
  readonly failed: number;
  /** Messages that it sent again, or got again. */
  readonly retransmissions: number;
  /** What went wrong first, in sipp's words; '' if nothing. */
  readonly complaint: string;
}

export interface CallerLoad {
  readonly scenario: string;
  readonly to: { readonly port: number; readonly user: string };
  readonly callsPerSecond: number;
  readonly calls: number;
}

/** Debian's sipp with one scenario, its traces in a folder of its own. */
export class Sipp {
  readonly port: number;
  private readonly child: ChildProcess;
  private readonly folder: string;
  private readonly ended: Promise<void>;
  private output = '';

  private constructor(child: ChildProcess, folder: string, port: number) {
    this.child = child;
    this.folder = folder;
    this.port = port;
    const add = (data: Buffer): void => {
      this.output = (this.output + data.toString('latin1')).slice(-4_000);
    };
    child.stdout?.on('data', add);
    child.stderr?.on('data', add);
    this.ended = new Promise((resolve, reject) => {
      child.once('error', (error) => reject(new Error(`sipp (Debian's sip-tester): ${error.message}`)));
      child.once('close', () => resolve());
    });
    this.ended.catch(() => undefined);
  }

  /** Starts a phone that answers calls at `port` until it is stopped. */
  static async callee(scenario: string, port: number): Promise<Sipp> {
    return Sipp.start(scenario, port, ['-aa']);
  }

  /** Places calls from `port`, to the end of the last one. */
  static async call(load: CallerLoad, port: number): Promise<SippCounts> {
    const { to, callsPerSecond, calls } = load;
    const seconds = Math.ceil(calls / callsPerSecond + graceMs / 1000);
    const sipp = await Sipp.start(load.scenario, port, [
      ...['-s', to.user, '-r', String(callsPerSecond), '-m', String(calls)],
      ...['-timeout', `${seconds}s`, `127.0.0.1:${to.port}`],
    ]);
    try {
      await sipp.ended;
      return await sipp.counts();
    } finally {
      await sipp.stop();
    }
  }

  private static async start(scenario: string, port: number, args: readonly string[]): Promise<Sipp> {
    const folder = await mkdtemp(join(tmpdir(), 'strowger-sipp-'));
    await writeFile(join(folder, 'load.xml'), scenario);
    const common = [
      ...['-sf', 'load.xml', '-i', '127.0.0.1', '-p', String(port), '-nostdin'],
      ...['-l', String(callsAtOnceMax), '-buff_size', String(socketBufferBytes), '-timer_resol', '1'],
      ...['-trace_counts', '-trace_stat', '-stf', 'stat.csv', '-fd', '1'],
      ...['-trace_err', '-error_file', 'errors.log'],
    ];
    const child = spawn('sipp', [...common, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    const sipp = new Sipp(child, folder, port);
    if (child.pid === undefined) await sipp.ended;
    return sipp;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** As of its last report, at most a second ago. */
  async counts(): Promise<SippCounts> {
    const stat = last(await this.read('stat.csv'));
    const counts = last(await this.read(`load_${this.pid}_counts.csv`));
    const repeated = Array.from(counts).filter(([name]) => name.endsWith('_Retrans'));
    return {
      succeeded: stat.get('SuccessfulCall(C)') ?? 0,
      failed: stat.get('FailedCall(C)') ?? 0,
      retransmissions: repeated.reduce((sum, [, count]) => sum + count, 0),
      complaint: (await readFile(join(this.folder, 'errors.log'), 'latin1').catch(() => '')).slice(0, 600),
    };
  }

  async stop(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
    await rm(this.folder, { recursive: true, force: true });
  }

  private async read(name: string): Promise<string> {
    try {
      return await readFile(join(this.folder, name), 'latin1');
    } catch {
      throw new Error(`sipp left no ${name}:\n${this.output}`);
    }
  }
}

/** The last whole row of one of sipp's tables, by the names in its first. */
function last(csv: string): ReadonlyMap<string, number> {
  const lines = csv.slice(0, csv.lastIndexOf('\n')).split('\n');
  const names = lines[0]?.split(';') ?? [];
  const values = lines.at(-1)?.split(';') ?? [];
  return new Map(names.map((name, index) => [name, Number(values[index])]));
}
