import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts CPU time in /proc in ticks of USER_HZ, which is 100 a second on every architecture Node runs on. */
const tickUs = 10_000;

/** The fields of a stat file from `state` on. The command, in parentheses, may contain spaces; they do not. */
const statFields = (text: string): string[] => text.slice(text.lastIndexOf(')') + 2).split(' ');

/** utime and stime of a stat file of proc(5), in µs. */
export function statUs(text: string): number {
  const fields = statFields(text);
  return (Number(fields[11]) + Number(fields[12])) * tickUs;
}

/** CPU time of a process and all its threads so far, in µs. */
export const cpuUs = (pid: number): number => statUs(readFileSync(`/proc/${pid}/stat`, 'latin1'));

/** CPU time of those children of this process that have ended, in µs (cutime and cstime). */
export function endedChildrenUs(): number {
  const fields = statFields(readFileSync('/proc/self/stat', 'latin1'));
  return (Number(fields[13]) + Number(fields[14])) * tickUs;
}

/** Files that this process, and so its children, may have open at a time (the soft limit). */
export const openFilesMax = (): number =>
  Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1] ?? Infinity);

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

/** `pid` and every process below it, whichever of its threads has started them. */
export function family(pid: number): number[] {
  const below = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').split(' ').filter(Boolean),
  );
  return [pid, ...below.flatMap((child) => family(Number(child)))];
}
