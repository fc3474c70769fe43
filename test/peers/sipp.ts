import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';

/** Whether sipp is installed. */
export const hasSipp = (): boolean => spawnSync('sipp', ['-v'], { stdio: 'ignore' }).error === undefined;

export interface SippResult {
  readonly exitCode: number;
  readonly output: string;
}

/** One sipp. It never outlives the test by more than a moment: `stop` kills it. */
export class Sipp {
  readonly done: Promise<SippResult>;
  private readonly child: ChildProcess;

  /** `folder` is where it reads scenarios and leaves its traces. */
  constructor(args: readonly string[], folder: string) {
    this.child = spawn('sipp', [...args, '-nostdin'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const add = (data: Buffer): void => {
      output = (output + data.toString('latin1')).slice(-50_000);
    };
    this.child.stdout?.on('data', add);
    this.child.stderr?.on('data', add);
    this.done = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('close', (code) => resolve({ exitCode: code ?? -1, output }));
    });
  }

  stop(): Promise<SippResult> {
    this.child.kill('SIGKILL');
    return this.done;
  }
}
