import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toneWav } from './sound.ts';

export interface BaresipOptions {
  /** An address of 127.0.0.0/8 of its own. */
  readonly host: string;
  /** For TLS it takes the port above it. */
  readonly sipPort: number;
  /** The first of a hundred ports for RTP. */
  readonly rtpPort: number;
  /** Where the edge takes calls. */
  readonly edgePort: number;
  readonly user: string;
  readonly password: string;
  /** Of the address it calls from, and to. */
  readonly domain: string;
  readonly codec: 'PCMU' | 'PCMA';
  /** What it says. */
  readonly toneHz: number;
  /** It registers, and is called there. */
  readonly registers?: boolean;
  /** Over TLS: the files of the authority that it trusts, and of its own certificate and key. */
  readonly tls?: { readonly ca: string; readonly certificate: string } | undefined;
  /** Its sound is encrypted (RFC 4568), or there is no call. */
  readonly srtp?: boolean;
}

/** Debian's baresip as a phone that says a tone and writes down what it hears. */
export class Baresip {
  private readonly folder: string;
  private readonly options: BaresipOptions;
  private child: ChildProcess | undefined;
  output = '';

  constructor(options: BaresipOptions) {
    this.options = options;
    this.folder = mkdtempSync(join(tmpdir(), 'strowger-baresip-'));
    const {
      host,
      sipPort,
      rtpPort,
      edgePort,
      user,
      password,
      domain,
      codec,
      toneHz,
      registers = false,
      tls,
      srtp = false,
    } = options;
    const said = join(this.folder, 'said.wav');
    // It repeats its file when that is over.
    writeFileSync(said, toneWav(toneHz, 20_000));
    const config = [
      'poll_method epoll',
      `sip_listen ${host}:${sipPort}`,
      'audio_player aubridge,nobody',
      `audio_source aufile,${said}`,
      'audio_alert aubridge,nobody',
      'ausrc_srate 8000',
      'auplay_srate 8000',
      'ausrc_channels 1',
      'auplay_channels 1',
      `rtp_ports ${rtpPort}-${rtpPort + 99}`,
      'module_path /usr/lib/baresip/modules',
      ...(tls === undefined ? [] : [`sip_cafile ${tls.ca}`, `sip_certificate ${tls.certificate}`]),
      ...['g711', 'aufile', 'aubridge', 'sndfile', 'srtp'].map((name) => `module ${name}.so`),
      'module_tmp account.so',
      'module_app menu.so',
      `snd_path ${this.folder}`,
    ];
    const transport = tls === undefined ? 'udp' : 'tls';
    const account =
      `<sip:${user}@${domain};transport=${transport}>;auth_user=${user};auth_pass=${password};` +
      `outbound="sip:127.0.0.1:${edgePort};transport=${transport}";audio_codecs=${codec}/8000/1;` +
      (srtp ? 'mediaenc=srtp-mand;' : '') +
      `answermode=auto;regint=${registers ? 600 : 0}`;
    writeFileSync(join(this.folder, 'config'), `${config.join('\n')}\n`);
    writeFileSync(join(this.folder, 'accounts'), `${account}\n`);
    writeFileSync(join(this.folder, 'contacts'), '');
  }

  /** Calls; resolves when the call is over and what was heard is written. */
  async call(to: string): Promise<void> {
    this.run(['-e', `/dial sip:${to}@${this.options.domain}`]);
    await this.says(/session closed|terminated \(duration/i);
    await this.quit();
  }

  /** Registers, and goes on answering calls until `quit`. */
  async register(): Promise<void> {
    this.run([]);
    await this.says(/200 OK \(.*binding/);
  }

  /** Goes on answering calls at its own address until `quit`. */
  async listen(): Promise<void> {
    this.run([]);
    await this.says(/baresip is ready/);
  }

  /** Takes its registration back; it completes its files when it ends. */
  async quit(): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGTERM');
    await ended;
  }

  private run(args: readonly string[]): void {
    const child = spawn('baresip', ['-s', '-f', this.folder, '-t', '60', ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.child = child;
    const add = (data: Buffer): void => {
      this.output = (this.output + data.toString('latin1')).slice(-20_000);
    };
    child.stdout.on('data', add);
    child.stderr.on('data', add);
  }

  /** Resolves when it has written what is looked for, or has ended. */
  private says(wanted: RegExp): Promise<void> {
    const { child } = this;
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (wanted.test(this.output)) resolve();
      };
      look();
      child?.stdout?.on('data', look);
      child?.stderr?.on('data', look);
      child?.once('error', reject);
      child?.once('close', () => resolve());
    });
  }

  /** The WAV file of what it heard. */
  get heard(): Buffer {
    const name = readdirSync(this.folder).find((file) => file.endsWith('-dec.wav'));
    if (name === undefined) throw new Error(`baresip heard nothing:\n${this.output}`);
    return readFileSync(join(this.folder, name));
  }

  close(): void {
    this.child?.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
