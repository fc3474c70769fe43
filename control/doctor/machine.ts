import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, readdirSync, statSync, statfsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { advice, outside, well, wrong, type Finding } from './finding.ts';
import { queueFinding } from './kernel.ts';

const run = promisify(execFile);

/** A setting as the kernel shows it, undefined if it has none of this name. */
export function kernelSetting(name: string): string | undefined {
  try {
    return readFileSync(join('/proc/sys', name.replaceAll('.', '/')), 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** Where systemd, Docker and Podman say that this machine is a container. */
const containerMarks = ['/run/systemd/container', '/.dockerenv', '/run/.containerenv'];

export const inContainer = (): boolean => containerMarks.some((path) => existsSync(path));

/** Whether a setting can be set from here: a container has some of its own, the others are its host's. */
export function settableHere(name: string): boolean {
  if (!inContainer()) return true;
  try {
    accessSync(join('/proc/sys', name.replaceAll('.', '/')), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether the clock is in time: scheduled messages, certificates and STIR rely on it. `container`: its host keeps the
 * clock.
 */
export async function clockFinding(container: boolean): Promise<Finding> {
  const found = await clockState();
  return container && found.verdict === 'advice' ? outside(found) : found;
}

async function clockState(): Promise<Finding> {
  const subject = 'clock';
  try {
    const { stdout } = await run('timedatectl', ['show', '--property=NTPSynchronized', '--value']);
    if (stdout.trim() === 'yes') return well(subject, 'synchronised');
    return advice(
      subject,
      'not synchronised: scheduled messages, certificates and STIR go by it',
      'apt-get install systemd-timesyncd; timedatectl set-ntp true',
    );
  } catch {
    return advice(subject, 'timedatectl does not say whether it is synchronised', 'timedatectl status');
  }
}

/** Whether there is room for what is acknowledged: an edge that cannot write takes nothing. */
export function diskFinding(data: string): Finding {
  const subject = 'disk';
  const { bavail, blocks, bsize } = statfsSync(standing(data));
  const freeGiB = (bavail * bsize) / 2 ** 30;
  const words = `${freeGiB.toFixed(1)} GiB free for ${data}`;
  if (freeGiB < 1) return wrong(subject, `${words}: the edge stops when it is full`, 'make room');
  if (freeGiB < 10 || bavail / blocks < 0.1)
    return advice(subject, words, 'make room, or let recordings and detail records be kept for less long');
  return well(subject, words);
}

/** The nearest folder above that is there. */
function standing(path: string): string {
  return statSync(path, { throwIfNoEntry: false }) === undefined ? standing(dirname(path)) : path;
}

/** Whether others than the edge can read a file of secrets. */
export function secrecyFinding(subject: string, path: string): Finding | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  const mode = (stat.mode & 0o777).toString(8);
  if ((stat.mode & 0o007) === 0) return well(subject, `${path} is closed to others`);
  return wrong(
    subject,
    `${path} has mode ${mode}: every user of this machine can read it`,
    `chmod o= ${path}`,
  );
}

/** Each network card of the machine itself: those that are made of software have no `device`. */
export function cardFindings(container: boolean): readonly Finding[] {
  const root = '/sys/class/net';
  const cores = availableParallelism();
  return readdirSync(root)
    .filter((card) => existsSync(join(root, card, 'device')))
    .flatMap((card) => {
      try {
        const queues = readdirSync(join(root, card, 'queues')).filter((name) => name.startsWith('rx-'));
        const masks = queues.map((queue) =>
          readFileSync(join(root, card, 'queues', queue, 'rps_cpus'), 'utf8'),
        );
        const spread = masks.some((mask) => /[1-9a-f]/.test(mask));
        const found = queueFinding(card, { queues: queues.length, spread, cores });
        return [container && found.verdict === 'advice' ? outside(found) : found];
      } catch {
        // A card that tells nothing of its queues has none to tune.
        return [];
      }
    });
}
