import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';

/** Between two turns, so that others who wait get theirs. */
const pauseMs = 4_000;

/**
 * Takes turns with other users of the machine: while `work` goes on, this process holds flock(1)'s lock of `file`.
 * Without a file there is nobody to take turns with.
 */
export async function inTurn<T>(file: string | undefined, work: () => Promise<T>): Promise<T> {
  if (file === undefined) return work();
  const holder = spawn('flock', [file, 'sh', '-c', 'echo held; cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<never>((_, reject) => {
    holder.once('error', reject);
    holder.once('exit', (code) => reject(new Error(`flock ended with ${code}`)));
  });
  ended.catch(() => undefined);
  await Promise.race([ended, new Promise((resolve) => holder.stdout.once('data', resolve))]);
  try {
    return await work();
  } finally {
    holder.stdin.end();
    await ended.catch(() => undefined);
    await pause(pauseMs);
  }
}
