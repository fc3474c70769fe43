import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { advice, well, wrong, type Finding } from '../../control/doctor/finding.ts';
import { askEdge } from '../../control/events/client.ts';
import { dataLayout } from '../../control/config/layout.ts';
import type { Config } from '../config.ts';
import { capturesAsk } from './captures.ts';

const subject = 'captures';
const allow =
  'install -D -m 0644 /usr/share/doc/strowger/examples/capture.conf ' +
  '/etc/systemd/system/strowger.service.d/capture.conf && systemctl daemon-reload && systemctl restart strowger';

/** Whether packets are captured, asked of the edge that runs; undefined where the configuration wants none. */
export async function captureFinding(config: Config): Promise<Finding | undefined> {
  if (config.capture === null) return undefined;
  const answer = await askEdge(dataLayout(config.data).controlSocket, capturesAsk);
  if (answer.ok) return runningFinding(config.capture.interfaces, answer.value);
  return unitForbids('/')
    ? wrong(subject, 'the unit does not let the edge capture packets (CAP_NET_RAW)', allow)
    : well(subject, 'begin when the edge runs');
}

/** `state`: what a running edge answered. */
export function runningFinding(interfaces: readonly string[], state: unknown): Finding {
  const { open = [], troubles = {} } = (state ?? {}) as {
    readonly open?: readonly string[];
    readonly troubles?: Readonly<Record<string, string>>;
  };
  const missing = interfaces.filter((name) => !open.includes(name));
  const reasons = Object.entries(troubles)
    .filter(([what]) => missing.includes(what) || !interfaces.includes(what))
    .map(([what, reason]) => `${what}: ${reason}`)
    .join('; ');
  if (missing.length === 0)
    return reasons === ''
      ? well(subject, `${interfaces.join(', ')} into a ring`)
      : advice(subject, `there was trouble: ${reasons}`, 'see the log of the edge');
  const words = `${missing.join(', ')} not captured (${reasons === '' ? 'the process has just begun' : reasons})`;
  if (/permitted|permission/i.test(reasons)) return wrong(subject, words, allow);
  if (/no such device/i.test(reasons))
    return wrong(subject, words, 'name interfaces in capture.interfaces that `ip link` shows, or any');
  if (/libpcap/i.test(reasons)) return wrong(subject, words, 'apt-get install libpcap0.8');
  return advice(subject, words, 'look again in a minute; the log of the edge has every reason');
}

/** Whether systemd runs the edge, and no drop-in of its unit names the capability. `root`: of the file system. */
export function unitForbids(root: string): boolean {
  if (!existsSync(join(root, 'usr/lib/systemd/system/strowger.service'))) return false;
  const dropIns = join(root, 'etc/systemd/system/strowger.service.d');
  try {
    return !readdirSync(dropIns).some((file) =>
      /^(AmbientCapabilities=.*CAP_NET_RAW)/m.test(readFileSync(join(dropIns, file), 'utf8')),
    );
  } catch {
    return true;
  }
}
