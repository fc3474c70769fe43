import { readdirSync, readFileSync } from 'node:fs';
import { statUs } from './proc.ts';

/** CPU time of each thread of a process so far, in µs, by thread id (proc(5), /proc/pid/task). */
export function threadsUs(pid: number): ReadonlyMap<number, number> {
  const threads = readdirSync(`/proc/${pid}/task`).map(Number);
  return new Map(
    threads.map((tid) => [tid, statUs(readFileSync(`/proc/${pid}/task/${tid}/stat`, 'latin1'))]),
  );
}

/** What a process has spent since `before`: its main thread, and each other one, the busiest first; ended ones are left out. */
export function spentSince(
  pid: number,
  before: ReadonlyMap<number, number>,
): { readonly main: number; readonly others: readonly number[] } {
  const now = threadsUs(pid);
  const spent = (tid: number): number => (now.get(tid) ?? 0) - (before.get(tid) ?? 0);
  const others = Array.from(now.keys(), (tid) => (tid === pid ? 0 : spent(tid)));
  return { main: spent(pid), others: others.filter((us) => us > 0).sort((a, b) => b - a) };
}
