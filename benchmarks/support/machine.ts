import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { cpuUs, endedChildrenUs } from './proc.ts';

const tickUs = 10_000;

/** CPU time that the whole machine has spent since it started, in µs (proc(5), the first line of /proc/stat). */
function busyUs(): number {
  const [first = ''] = readFileSync('/proc/stat', 'latin1').split('\n', 1);
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = first
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softirq + steal) * tickUs;
}

/** CPU time by process name, and how much of the machine was taken by processes that are not part of the run. */
export interface Spent {
  readonly usByName: Readonly<Record<string, number>>;
  /** CPU time of children of this process that ended meanwhile. */
  readonly endedUs: number;
  /** Share of all cores, 0 to 1. A run with more than a few percent says little; repeat it. */
  readonly strangers: number;
}

/** Begins to count CPU time of `processes` (name → pids); the function it gives ends the count. */
export function countCpu(processes: Readonly<Record<string, readonly number[]>>): () => Spent {
  const own = process.cpuUsage();
  const endedBefore = endedChildrenUs();
  const busyBefore = busyUs();
  const beginMs = performance.now();
  const sum = (pids: readonly number[]): number => pids.reduce((total, pid) => total + cpuUs(pid), 0);
  const before = Object.entries(processes).map(([name, pids]) => [name, pids, sum(pids)] as const);
  return () => {
    const usByName = Object.fromEntries(before.map(([name, pids, us]) => [name, sum(pids) - us]));
    const { user, system } = process.cpuUsage(own);
    const endedUs = endedChildrenUs() - endedBefore;
    const known = Object.values(usByName).reduce((total, us) => total + us, user + system + endedUs);
    const wallUs = (performance.now() - beginMs) * 1000 * availableParallelism();
    return { usByName, endedUs, strangers: Math.max(0, (busyUs() - busyBefore - known) / wallUs) };
  };
}
