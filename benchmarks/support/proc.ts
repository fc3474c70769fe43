import { readFileSync } from 'node:fs';

/** Linux counts CPU time in /proc in ticks of USER_HZ, which is 100 a second on every architecture Node runs on. */
const tickUs = 10_000;

/** CPU time of a process and all its threads so far, in µs (proc(5), utime and stime). */
export function cpuUs(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The command, in parentheses, may contain spaces; the fields behind it do not.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * tickUs;
}

/** Resident memory, in bytes. */
export interface Memory {
  readonly rss: number;
  readonly anonymous: number;
  readonly file: number;
}

export function memoryOf(pid: number): Memory {
  const text = readFileSync(`/proc/${pid}/status`, 'latin1');
  const kilobytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * 1024;
  return { rss: kilobytes('VmRSS'), anonymous: kilobytes('RssAnon'), file: kilobytes('RssFile') };
}

/** `pid` and every process below it. */
export function family(pid: number): number[] {
  const below = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim();
  return [pid, ...(below === '' ? [] : below.split(' ').flatMap((child) => family(Number(child))))];
}
