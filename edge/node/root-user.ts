import { existsSync } from 'node:fs';
import type { Log } from '../../control/log/log.ts';

/** Left in a container by systemd, Docker and Podman. */
const containerMarks = ['/run/systemd/container', '/.dockerenv', '/run/.containerenv'];

/** What this process may do, and where. */
export interface Standing {
  /** Undefined where there are no users. */
  readonly userId: number | undefined;
  readonly contained: boolean;
}

const thisProcess = (): Standing => ({
  userId: process.geteuid?.(),
  contained: containerMarks.some((mark) => existsSync(mark)),
});

/** Says that an edge need not be root, where it is root of a machine: whoever breaks into it has the machine then. */
export function warnOfRoot(log: Log, { userId, contained }: Standing = thisProcess()): void {
  if (userId !== 0 || contained) return;
  log.warn(
    {},
    'the edge runs as root: run it as a user of its own, with CAP_NET_BIND_SERVICE for ports below 1024',
  );
}
