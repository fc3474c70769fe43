import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from './ports.ts';
import { kannelConfig, type KannelLink, type KannelSettings } from './kannel-config.ts';

export type { KannelLink, KannelSettings } from './kannel-config.ts';

/** Where Debian's kannel puts its two daemons. */
const bearerboxPath = '/usr/sbin/bearerbox';
const smsboxPath = '/usr/sbin/smsbox';
const readyWithinMs = 20_000;
const stopWithinMs = 5_000;

/** A running Kannel: bearerbox, and smsbox where a sendsms user is configured. */
export interface Kannel {
  /** `http://127.0.0.1:port/cgi-bin/sendsms`; '' without smsbox. */
  readonly sendsmsUrl: string;
  readonly sendsmsPort: number;
  readonly user: string;
  readonly password: string;
  /** Processes by name, for their CPU time. */
  readonly pids: { readonly bearerbox: number; readonly smsbox?: number };
  /** bearerbox's own account of itself, as text. */
  status(): Promise<string>;
  /** The logs of both, for a test that failed. */
  logs(): Promise<string>;
  stop(): Promise<void>;
}

/**
 * Writes a configuration into a new temporary folder, starts the daemons in the foreground on free loopback
 * ports, and resolves once every link is online and sendsms answers. Throws with the logs if that takes too long.
 */
export async function startKannel(
  links: readonly KannelLink[],
  settings: KannelSettings = {},
): Promise<Kannel> {
  const folder = await mkdtemp(join(tmpdir(), 'kannel-'));
  const [adminPort, smsboxPort, sendsmsPort] = (await freePorts(3)) as [number, number, number];
  const user = 'load';
  const password = 'load-secret';
  const path = join(folder, 'kannel.conf');
  await writeFile(
    path,
    kannelConfig(links, settings, { folder, adminPort, smsboxPort, sendsmsPort, user, password }),
    { mode: 0o600 },
  );
  const bearerbox = daemon(bearerboxPath, path);
  let smsbox: ChildProcess | undefined;
  const statusOf = (): Promise<string> =>
    fetch(`http://127.0.0.1:${adminPort}/status.txt`).then((reply) => reply.text());
  const logs = async (): Promise<string> => {
    const texts = ['bearerbox.log', 'smsbox.log'].map((name) =>
      readFile(join(folder, name), 'utf8').catch(() => ''),
    );
    return (await Promise.all(texts)).join('\n');
  };
  const stop = async (): Promise<void> => {
    if (smsbox !== undefined) await end(smsbox);
    await end(bearerbox);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await until('bearerbox accepts smsbox', () => answers(smsboxPort), bearerbox);
    if (settings.sendsms !== false) {
      smsbox = daemon(smsboxPath, path);
      await until('smsbox serves sendsms', () => answers(sendsmsPort), smsbox);
    }
    await until(
      'every link and smsbox are online',
      async () => {
        const text = await statusOf();
        if (smsbox !== undefined && text.includes('No boxes connected')) return false;
        const online = text.match(/\(online \d+s/g) ?? [];
        return online.length >= links.reduce((sum, link) => sum + (link.instances ?? 1), 0);
      },
      bearerbox,
    );
  } catch (error) {
    const text = await logs();
    await stop();
    throw new Error(`kannel did not start: ${String(error)}\n${text.slice(-4000)}`, { cause: error });
  }
  return {
    sendsmsUrl: smsbox === undefined ? '' : `http://127.0.0.1:${sendsmsPort}/cgi-bin/sendsms`,
    sendsmsPort,
    user,
    password,
    pids: { bearerbox: bearerbox.pid ?? 0, ...(smsbox === undefined ? {} : { smsbox: smsbox.pid ?? 0 }) },
    status: statusOf,
    logs,
    stop,
  };
}

/** One message through sendsms. */
export interface KannelMessage {
  readonly from: string;
  readonly to: string;
  readonly text: string;
  /** Where smsbox reports what becomes of it; `%d` and `%F` there are the kind of the report and the foreign id. */
  readonly dlrUrl?: string;
  /** Which reports: 1 delivered, 2 undelivered, 4 queued by bearerbox, 8 accepted by the SMSC, 16 refused by it. */
  readonly dlrMask?: number;
}

/** Sends one message as a user of Kannel does; gives the status and text of the answer (202 is well). */
export async function sendText(
  kannel: Kannel,
  message: KannelMessage,
): Promise<{ readonly status: number; readonly text: string }> {
  const url = new URL(kannel.sendsmsUrl);
  const query: Record<string, string> = {
    username: kannel.user,
    password: kannel.password,
    from: message.from,
    to: message.to,
    text: message.text,
    charset: 'UTF-8',
    ...(message.dlrUrl === undefined
      ? {}
      : { 'dlr-url': message.dlrUrl, 'dlr-mask': String(message.dlrMask ?? 31) }),
  };
  url.search = new URLSearchParams(query).toString();
  const reply = await fetch(url);
  return { status: reply.status, text: await reply.text() };
}

/** `-v 5` keeps stderr silent; the log file has what there is to know. */
function daemon(program: string, configuration: string): ChildProcess {
  return spawn(program, ['-v', '5', configuration], { stdio: 'ignore' });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  // bearerbox waits for its peers to say goodbye; it does not get for ever.
  const impatience = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
  await ended;
  clearTimeout(impatience);
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Waits until something holds, unless the daemon it is asked of has ended. */
async function until(what: string, holds: () => Promise<boolean>, of: ChildProcess): Promise<void> {
  const deadlineMs = performance.now() + readyWithinMs;
  while (!(await holds())) {
    if (of.exitCode !== null || of.signalCode !== null) throw new Error(`ended before: ${what}`);
    if (performance.now() > deadlineMs) throw new Error(`not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
