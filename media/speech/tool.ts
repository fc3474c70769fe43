import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import type { Clock } from '../../control/base/clock.ts';
import { fail, ok, type Result } from '../../control/base/result.ts';

export interface ToolOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** UTF-8, on standard input. */
  readonly input: string;
  readonly timeoutMs: number;
  readonly outputMaxBytes: number;
  readonly clock: Clock;
}

export type ToolRefusal = 'unavailable' | 'timeout' | 'too-large';

/**
 * A priority below the edge's own: sound that is being sent and signalling come before sound that is being made. A
 * process that has ended meanwhile has no priority any more.
 */
function yieldProcessor(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    return;
  }
}

/** Runs a program, never through a shell, and gives what it wrote; bounded in time and bytes. */
export function runTool(options: ToolOptions): Promise<Result<Buffer, ToolRefusal>> {
  return new Promise((resolve) => {
    const child = spawn(options.command, options.args, { stdio: ['pipe', 'pipe', 'ignore'] });
    const chunks: Buffer[] = [];
    let bytes = 0;
    let refusal: ToolRefusal | undefined;
    const stop = (why: ToolRefusal): void => {
      refusal ??= why;
      child.kill('SIGKILL');
    };
    const timer = options.clock.after(options.timeoutMs, () => stop('timeout'));
    const end = (status: number | null): void => {
      timer.cancel();
      if (refusal !== undefined) resolve(fail(refusal));
      else resolve(status === 0 ? ok(Buffer.concat(chunks)) : fail('unavailable'));
    };
    child.once('spawn', () => yieldProcessor(child.pid));
    child.once('error', () => end(null));
    child.once('close', end);
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > options.outputMaxBytes) stop('too-large');
      else if (refusal === undefined) chunks.push(chunk);
    });
    // A program that ends without reading breaks the pipe; how it ended says enough.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input);
  });
}
