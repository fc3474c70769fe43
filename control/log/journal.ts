import { fstatSync } from 'node:fs';
import type { Environment } from '../config/environment.ts';

/** Whether a file descriptor leads to the journal: JOURNAL_STREAM names its device and inode (systemd.exec(5)). */
export function leadsToJournal(environment: Environment, descriptor: number): boolean {
  const stream = environment('JOURNAL_STREAM');
  if (stream === undefined) return false;
  try {
    const { dev, ino } = fstatSync(descriptor, { bigint: true });
    return stream === `${dev}:${ino}`;
  } catch {
    return false;
  }
}

/** The priority of a line, as syslog counts (sd-daemon(3)): err, warning, info, debug. `level`: pino's. */
export function priorityOf(level: number): 3 | 4 | 6 | 7 {
  if (level >= 50) return 3;
  if (level >= 40) return 4;
  return level >= 30 ? 6 : 7;
}
