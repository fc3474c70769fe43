import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { availableParallelism } from 'node:os';
import { family } from './proc.ts';

const kamailioPath = '/usr/sbin/kamailio';
const startMs = 1_500;

/** Debian's Kamailio as a stateful relay: it stands in the dialog by Record-Route and keeps transactions. */
export class Kamailio {
  readonly port: number;
  private readonly child: ChildProcess;
  private readonly folder: string;
  private log = '';

  private constructor(child: ChildProcess, folder: string, port: number) {
    this.child = child;
    this.folder = folder;
    this.port = port;
    child.stderr?.on('data', (data: Buffer) => {
      this.log = (this.log + data.toString()).slice(-4_000);
    });
  }

  /** Listens at `port` and relays to `calleePort`, both UDP on 127.0.0.1. */
  static async start(port: number, calleePort: number): Promise<Kamailio> {
    const folder = await mkdtemp(join(tmpdir(), 'kamailio-'));
    const path = join(folder, 'kamailio.cfg');
    await writeFile(path, configOf(port, calleePort));
    const child = spawn(kamailioPath, ['-f', path, '-DD', '-E', '-Y', folder, '-m', '256'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const kamailio = new Kamailio(child, folder, port);
    const failed = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code) => resolve(`ended with ${code}`));
    });
    const failure = await Promise.race([failed, pause(startMs)]);
    if (failure !== undefined) {
      await rm(folder, { recursive: true, force: true });
      throw new Error(`kamailio did not start: ${failure}\n${kamailio.log}`);
    }
    return kamailio;
  }

  pids(): number[] {
    return this.child.pid === undefined ? [] : family(this.child.pid);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = new Promise((resolve) => this.child.once('exit', resolve));
      this.child.kill('SIGTERM');
      await ended;
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}

const configOf = (port: number, calleePort: number): string => `#!KAMAILIO
debug=0
log_stderror=yes
children=${availableParallelism()}
disable_tcp=yes
auto_aliases=no
listen=udp:127.0.0.1:${port}
loadmodule "tm.so"
loadmodule "tmx.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "maxfwd.so"
loadmodule "textops.so"
loadmodule "siputils.so"

request_route {
  if (!mf_process_maxfwd_header("10")) {
    sl_send_reply("483", "Too Many Hops");
    exit;
  }
  if (has_totag()) {
    if (!loose_route()) {
      sl_send_reply("404", "Not Here");
      exit;
    }
    t_relay();
    exit;
  }
  if (is_method("CANCEL")) {
    if (t_check_trans()) t_relay();
    exit;
  }
  t_check_trans();
  record_route();
  $du = "sip:127.0.0.1:${calleePort}";
  if (!t_relay()) sl_reply_error();
}
`;
