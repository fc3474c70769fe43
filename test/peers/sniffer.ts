import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether this user may capture what passes over loopback. */
export const mayCapture = (): boolean =>
  spawnSync('dumpcap', ['-L', '-i', 'lo'], { stdio: 'ignore' }).status === 0;

/** What passes over UDP of loopback, as Wireshark's dumpcap takes it and tshark reads it. */
export class Sniffer {
  private readonly folder: string;
  private readonly child: ChildProcess;
  private readonly sipPorts: readonly number[];
  private readonly firstPort: number;

  private constructor(folder: string, child: ChildProcess, firstPort: number, sipPorts: readonly number[]) {
    this.folder = folder;
    this.child = child;
    this.firstPort = firstPort;
    this.sipPorts = sipPorts;
  }

  /** Resolves when it captures. `ports` are all that is looked at, `sipPorts` those of them that speak SIP. */
  static async start(ports: string, sipPorts: readonly number[]): Promise<Sniffer> {
    const folder = mkdtempSync(join(tmpdir(), 'strowger-capture-'));
    const filter = `udp portrange ${ports} or ${sipPorts.map((port) => `udp port ${port}`).join(' or ')}`;
    const child = spawn(
      'dumpcap',
      ['-i', 'lo', '-f', filter, '-B', '16', '-w', join(folder, 'calls.pcapng')],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    await new Promise<void>((resolve, reject) => {
      let told = '';
      child.stderr.on('data', (data: Buffer) => {
        told += data.toString();
        if (told.includes('File:')) resolve();
      });
      child.once('error', reject);
      child.once('exit', () => reject(new Error(`dumpcap ended: ${told}`)));
    });
    return new Sniffer(folder, child, Number.parseInt(ports, 10), sipPorts);
  }

  /** Ends the capture once everything before this is in it: dumpcap drops what it has not read yet. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    // Its first bits make it no RTP, whatever follows.
    await this.mark(Buffer.from(`mark ${randomBytes(8).toString('hex')}`));
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGINT');
    await ended;
  }

  /** Resolves when a datagram of these bytes is in the file. */
  private async mark(bytes: Buffer): Promise<void> {
    const socket = createSocket('udp4');
    // Nobody listens there, which the kernel tells.
    socket.on('error', () => undefined);
    do {
      socket.send(bytes, this.firstPort, '127.0.0.1');
      await new Promise((resolve) => setTimeout(resolve, 50));
    } while (
      this.child.exitCode === null &&
      !readFileSync(join(this.folder, 'calls.pcapng')).includes(bytes)
    );
    socket.close();
  }

  /** The packets that fit one of Wireshark's display filters, a line each. */
  packets(filter: string): readonly string[] {
    const decode = this.sipPorts.flatMap((port) => ['-d', `udp.port==${port},sip`]);
    const out = execFileSync('tshark', ['-r', join(this.folder, 'calls.pcapng'), ...decode, '-Y', filter], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 2 ** 26,
    });
    return out.split('\n').filter((line) => line !== '');
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
