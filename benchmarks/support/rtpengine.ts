import { spawn, type ChildProcess } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { setTimeout as pause } from 'node:timers/promises';
import { freePorts } from '../../test/peers/ports.ts';
import { bdecode, bencode, textOf, type Bencoded } from './bencode.ts';
import { phoneSdp, portOfSdp } from './phone-sdp.ts';
import { family } from './proc.ts';

const rtpenginePath = '/usr/bin/rtpengine';
const startMs = 500;
const attempts = 20;
const ports = { first: 20_000, last: 29_999 };

/** Debian's rtpengine without its kernel module (`--table=-1`), asked by its ng protocol over UDP. */
export class Rtpengine {
  private readonly child: ChildProcess;
  private readonly socket: Socket;
  private readonly port: number;
  private readonly waiting = new Map<string, (answer: Bencoded) => void>();
  private lastCookie = 0;
  private lastCall = 0;
  private log = '';

  private constructor(child: ChildProcess, port: number) {
    this.child = child;
    this.port = port;
    this.socket = createSocket('udp4');
    this.socket.on('error', () => undefined);
    this.socket.on('message', (message) => {
      const space = message.indexOf(' ');
      const cookie = message.toString('latin1', 0, space);
      this.waiting.get(cookie)?.(bdecode(message.subarray(space + 1)));
      this.waiting.delete(cookie);
    });
    child.stderr?.on('data', (data: Buffer) => {
      this.log = (this.log + data.toString()).slice(-4_000);
    });
  }

  static async start(): Promise<Rtpengine> {
    const [port = 0] = await freePorts(1);
    const child = spawn(
      rtpenginePath,
      [
        ...['--config-file=none', '--table=-1', '--interface=127.0.0.1', `--listen-ng=127.0.0.1:${port}`],
        ...[`--port-min=${ports.first}`, `--port-max=${ports.last}`],
        ...['--foreground', '--log-stderr', '--log-level=3', '--timeout=600', '--silent-timeout=600'],
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let failure = '';
    child.once('error', (error) => (failure = error.message));
    child.once('exit', (code) => (failure ||= `ended with ${code}`));
    const engine = new Rtpengine(child, port);
    for (let attempt = 0; attempt < attempts && failure === ''; attempt++) {
      const answer = await Promise.race([engine.ask({ command: 'ping' }), pause(startMs)]);
      if (answer !== undefined) return engine;
    }
    await engine.stop();
    throw new Error(`rtpengine did not start: ${failure}\n${engine.log}`);
  }

  pids(): number[] {
    return this.child.pid === undefined ? [] : family(this.child.pid);
  }

  /** A call between two phones that both hear at `phonePort`; gives the ports that they send to. */
  async bridge(phonePort: number): Promise<readonly [number, number]> {
    const call = { 'call-id': `load-${++this.lastCall}`, 'from-tag': 'a' };
    const sdp = phoneSdp(phonePort);
    const offered = await this.ask({ command: 'offer', ...call, sdp, replace: ['origin'] });
    const answered = await this.ask({ command: 'answer', ...call, 'to-tag': 'b', sdp, replace: ['origin'] });
    // The callee is offered where to send, the caller is answered where to.
    return [portOfSdp(sdpOf(answered)), portOfSdp(sdpOf(offered))];
  }

  async stop(): Promise<void> {
    this.socket.close();
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    if (this.child.pid === undefined) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await ended;
  }

  private ask(question: { readonly [key: string]: Bencoded }): Promise<Bencoded> {
    const cookie = String(++this.lastCookie);
    return new Promise((resolve) => {
      this.waiting.set(cookie, resolve);
      this.socket.send(`${cookie} ${bencode(question)}`, this.port, '127.0.0.1');
    });
  }
}

function sdpOf(answer: Bencoded): string {
  if (typeof answer === 'object' && 'sdp' in answer) return textOf(answer.sdp);
  throw new Error(`rtpengine answers ${JSON.stringify(answer)}`);
}
