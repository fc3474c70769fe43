import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { memoryOf } from './proc.ts';

/** What processes hold: memory in octets, and UDP ports. */
export interface Held {
  readonly rss: number;
  readonly anonymous: number;
  readonly udpPorts: number;
}

/** What is left of many calls. */
export interface Residue {
  readonly name: string;
  readonly calls: number;
  readonly before: Held;
  /** Right after the last call, when transactions are still remembered (RFC 3261 section 17: 32 s). */
  readonly busy: Held;
  readonly after: Held;
}

export interface IdleRun {
  readonly name: string;
  readonly calls: number;
  /** The server's processes. */
  readonly pids: () => readonly number[];
  /** Calls at the same rate, for as long as transactions are remembered: memory grows to what that takes. */
  readonly warmUp: () => Promise<unknown>;
  /** Places the calls, to the end of the last one. */
  readonly place: () => Promise<unknown>;
  /** How long the server rests before and after. */
  readonly idleMs: number;
}

/** Warm-up, rest, calls, rest; what is held after either rest, and in between. */
export async function idle({ name, calls, pids, warmUp, place, idleMs }: IdleRun): Promise<Residue> {
  await warmUp();
  await pause(idleMs);
  const before = held(pids());
  await place();
  const busy = held(pids());
  await pause(idleMs);
  return { name, calls, before, busy, after: held(pids()) };
}

function held(pids: readonly number[]): Held {
  const memories = pids.map(memoryOf);
  return {
    rss: memories.reduce((sum, { rss }) => sum + rss, 0),
    anonymous: memories.reduce((sum, { anonymous }) => sum + anonymous, 0),
    udpPorts: pids.reduce((sum, pid) => sum + udpPortsOf(pid), 0),
  };
}

/** UDP sockets of a process: those of its descriptors that /proc/net lists (proc(5)), as `ss -u` does. */
function udpPortsOf(pid: number): number {
  const inodes = new Set(
    ['udp', 'udp6'].flatMap((table) =>
      readFileSync(`/proc/${pid}/net/${table}`, 'latin1')
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.trim().split(/\s+/)[9]),
    ),
  );
  let count = 0;
  for (const descriptor of readdirSync(`/proc/${pid}/fd`)) {
    const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${descriptor}`))?.[1];
    if (inode !== undefined && inodes.has(inode)) count++;
  }
  return count;
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    // It was closed meanwhile.
    return '';
  }
}
