import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What promtool says, or an error with what it said. `./setup test` installs it, with Debian's prometheus. */
export function promtool(args: readonly string[], input = ''): string {
  try {
    return execFileSync('promtool', args, { encoding: 'utf8', stdio: 'pipe', timeout: 60_000, input });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`promtool ${args.join(' ')}: ${stdout}${stderr}` || String(error), { cause: error });
  }
}

/** Throws unless each of these is an expression of Prometheus. */
export function checkExpressions(expressions: readonly string[]): void {
  const folder = mkdtempSync(join(tmpdir(), 'strowger-promtool-'));
  try {
    const file = join(folder, 'rules.yml');
    const rules = expressions.map((expr, at) => ({ record: `checked:${at}`, expr }));
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'checked', rules }] }));
    promtool(['check', 'rules', file]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
