import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/**
 * Runs a program of this test tree in a process of its own, whether the tests themselves run as TypeScript or built.
 * `program` is the URL of its source file.
 */
export function runChild(program: URL, ...args: string[]): ChildProcess {
  const path = fileURLToPath(program);
  const loader = path.endsWith('.ts') ? ['--import', 'tsx'] : [];
  return spawn(process.execPath, [...loader, path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** The exit code of a child, or the signal that ended it. */
export async function exitOf(child: ChildProcess): Promise<number | string | null> {
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  return code ?? signal;
}
