import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { companded, dialPlan, digitOf, expanded, readPacket, rtpPacket } from './rtp-bytes.ts';
import type { DialStep, Law } from './rtp-bytes.ts';

export interface PhoneOptions {
  /** In the order of its preference. */
  readonly codecs?: readonly Law[];
  /** The payload type of its telephone events; undefined: it has none. */
  readonly events?: number | undefined;
  /** What its SDP says instead of where it is: a phone behind NAT. */
  readonly claims?: { readonly ip: string; readonly port: number };
  readonly ssrc?: number;
  /** Which of its packets, counted from 0, never leave: a bad line. */
  readonly loses?: (packet: number) => boolean;
}

export interface HeardPacket {
  readonly payloadType: number;
  readonly marker: boolean;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly bytes: number;
  readonly atMs: number;
}

const frameSamples = 160;
const frameMs = 20;
const firstSequence = 100;

/**
 * A phone as far as RTP goes: it says a tone, sends digits, and keeps what it hears. Its SDP comes from here, its
 * signalling from the test.
 */
export class RtpPhone {
  /** What it has heard, and every packet of it. */
  readonly packets: HeardPacket[] = [];
  readonly digits: string[] = [];
  rtcpPackets = 0;
  /** What the other side's last sender report said of itself, and when it came. */
  private senderReport: { readonly ssrc: number; readonly ntp: number; readonly atMs: number } | undefined;
  ssrc: number;
  private readonly rtp: Socket;
  private readonly rtcp: Socket;
  private readonly options: PhoneOptions;
  private samples = new Int16Array(0);
  private codec: Law;
  private events: number | undefined;
  private remote: { ip: string; port: number } | undefined;
  private sequence = firstSequence;
  private timestamp = 1_600;
  private phase = 0;
  private timer: NodeJS.Timeout | undefined;
  private tones: readonly number[] = [];
  private speech: Int16Array = new Int16Array(0);
  private sent = 0;
  private dialling: readonly DialStep[] | undefined;
  private dialTimestamp = 0;
  private dialled: (() => void) | undefined;
  private lastEvent = -1;
  private readonly waiting = new Set<() => void>();
  private readonly speaking = new Set<() => void>();
  private version = 0;

  private constructor(rtp: Socket, rtcp: Socket, options: PhoneOptions) {
    this.rtp = rtp;
    this.rtcp = rtcp;
    this.options = options;
    this.codec = options.codecs?.[0] ?? 'PCMU';
    this.events = 'events' in options ? options.events : 101;
    this.ssrc = options.ssrc ?? 0x1000_0000 + Math.floor(Math.random() * 0xffff);
    rtp.on('message', (packet) => this.receive(packet));
    rtcp.on('message', (packet) => this.receiveReport(packet));
  }

  static async open(options: PhoneOptions = {}): Promise<RtpPhone> {
    const [rtp, rtcp] = [createSocket('udp4'), createSocket('udp4')];
    await bound(rtp);
    await bound(rtcp);
    return new RtpPhone(rtp, rtcp, options);
  }

  get port(): number {
    return this.rtp.address().port;
  }

  /** The other side's port. */
  get farPort(): number {
    return this.remote?.port ?? 0;
  }

  /** Its SDP, as an offer or as an answer to one that has at least its codecs. */
  sdp(direction = 'sendrecv', codecs: readonly Law[] = this.options.codecs ?? ['PCMU', 'PCMA']): string {
    const { ip, port } = this.options.claims ?? { ip: '127.0.0.1', port: this.port };
    const types = codecs.map((codec) => (codec === 'PCMU' ? 0 : 8));
    const all = this.events === undefined ? types : [...types, this.events];
    return [
      'v=0',
      `o=phone 1 ${++this.version} IN IP4 ${ip}`,
      's=-',
      `c=IN IP4 ${ip}`,
      't=0 0',
      `m=audio ${port} RTP/AVP ${all.join(' ')}`,
      `a=rtcp:${this.rtcp.address().port}`,
      ...(this.events === undefined ? [] : [`a=rtpmap:${this.events} telephone-event/8000`]),
      `a=${direction}`,
      '',
    ].join('\r\n');
  }

  /** Takes the other side's SDP: where to send, and as what. */
  connect(sdp: string): void {
    const ip = /c=IN IP[46] (\S+)/.exec(sdp)?.[1] ?? '127.0.0.1';
    const port = Number(/m=audio (\d+)/.exec(sdp)?.[1]);
    const types = /m=audio \d+ \S+ ([\d ]+)/.exec(sdp)?.[1]?.split(' ').map(Number) ?? [];
    this.codec = types[0] === 8 ? 'PCMA' : 'PCMU';
    const events = /a=rtpmap:(\d+) telephone-event/.exec(sdp)?.[1];
    this.events = events === undefined ? undefined : Number(events);
    this.remote = { ip, port };
  }

  /** Speaks from now on, every 20 ms: tones together, or silence. */
  say(...tones: readonly number[]): void {
    this.tones = tones;
    this.start();
  }

  /** Speaks these samples, 8,000 a second, and then what it was saying; resolves when they have been sent. */
  async speak(samples: Int16Array): Promise<void> {
    this.speech = samples;
    this.start();
    await this.untilThen(this.speaking, () => this.speech.length === 0);
  }

  /** Resolves when it has spoken so many times more. */
  async ticks(count: number): Promise<void> {
    const target = this.sent + count;
    await this.untilThen(this.speaking, () => this.sent >= target);
  }

  hush(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** Resolves when they have been sent. */
  async dial(digits: string): Promise<void> {
    this.dialling = dialPlan(digits);
    this.start();
    return new Promise((resolve) => {
      this.dialled = resolve;
    });
  }

  /** Everything heard so far, as samples. */
  get heard(): Int16Array {
    return this.samples;
  }

  /** The power of a tone in the last `ms` of what was heard, relative to all power there: 1 is nothing but the tone. */
  share(hz: number, ms = 200): number {
    return toneShare(this.samples.subarray(Math.max(0, this.samples.length - ms * 8)), hz);
  }

  /** Resolves when the last 100 ms consist mostly of these tones. */
  async hears(...tones: readonly number[]): Promise<void> {
    const heard = (): boolean => tones.every((hz) => this.share(hz, 100) > 0.7 / tones.length);
    await this.until(() => this.samples.length >= 800 && heard());
  }

  /** Resolves when 200 ms have come without this tone. */
  async hearsNot(hz: number): Promise<void> {
    await this.until(() => this.share(hz) < 0.05);
  }

  /** Resolves when `done` is true, looked at with every packet that comes. */
  async until(done: () => boolean): Promise<void> {
    await this.untilThen(this.waiting, done);
  }

  forget(): void {
    this.samples = new Int16Array(0);
    this.packets.length = 0;
  }

  sendRaw(packet: Uint8Array): void {
    if (this.remote !== undefined) this.rtp.send(packet, this.remote.port, this.remote.ip);
  }

  /**
   * Tells the other side by RTCP, once it has said that it sends, how its packets came here; jitter in samples. It claims to
   * have held the report back for less than it did: as if it were so far away.
   */
  async report(lost: number, jitter: number, awayMs: number): Promise<void> {
    await this.until(() => this.senderReport !== undefined);
    await this.ticks(Math.ceil(awayMs / frameMs) + 1);
    const { remote, senderReport } = this;
    if (remote === undefined || senderReport === undefined) return;
    const { ssrc, ntp, atMs } = senderReport;
    const packet = Buffer.alloc(32);
    packet.writeUInt16BE(0x81c9, 0);
    packet.writeUInt16BE(7, 2);
    packet.writeUInt32BE(this.ssrc, 4);
    packet.writeUInt32BE(ssrc, 8);
    packet.writeUIntBE(lost, 13, 3);
    packet.writeUInt32BE(jitter, 20);
    packet.writeUInt32BE(ntp, 24);
    packet.writeUInt32BE(Math.round(((performance.now() - atMs - awayMs) * 65_536) / 1000), 28);
    this.rtcp.send(packet, remote.port + 1, remote.ip);
  }

  close(): void {
    this.hush();
    this.rtp.close();
    this.rtcp.close();
  }

  private async untilThen(waiting: Set<() => void>, done: () => boolean): Promise<void> {
    if (done()) return;
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (!done()) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
    });
  }

  /** Ticks are made up for: a phone's clock does not stand still while its test is busy. */
  private start(): void {
    if (this.timer !== undefined) return;
    const beganMs = performance.now();
    let ticks = 0;
    this.timer = setInterval(() => {
      const due = Math.floor((performance.now() - beganMs) / frameMs);
      while (ticks < due && this.timer !== undefined) {
        ticks++;
        this.tick();
      }
    }, frameMs / 2);
  }

  private tick(): void {
    const [step, ...rest] = this.dialling ?? [];
    if (this.dialling !== undefined && step === undefined) {
      this.dialling = undefined;
      this.dialled?.();
    } else if (step !== undefined) {
      this.dialling = rest;
      if (step.first) this.dialTimestamp = this.timestamp;
      if (this.events !== undefined)
        for (const payload of step.payloads) this.send(payload, this.events, step.first, this.dialTimestamp);
    }
    if (step === undefined || step.payloads.length === 0)
      this.send(companded(this.codec, this.tone()), this.codec === 'PCMU' ? 0 : 8, false, this.timestamp);
    this.timestamp += frameSamples;
    this.sent++;
    for (const look of [...this.speaking]) look();
  }

  private tone(): Int16Array {
    const frame = new Int16Array(frameSamples);
    if (this.speech.length > 0) {
      frame.set(this.speech.subarray(0, frameSamples));
      this.speech = this.speech.subarray(frameSamples);
      return frame;
    }
    for (let i = 0; i < frameSamples; i++, this.phase++)
      for (const hz of this.tones)
        frame[i] = (frame[i] ?? 0) + 6_000 * Math.sin((2 * Math.PI * hz * this.phase) / 8_000);
    return frame;
  }

  private send(payload: Uint8Array, payloadType: number, marker: boolean, timestamp: number): void {
    const sequence = this.sequence++ & 0xffff;
    if (this.options.loses?.(sequence - firstSequence) === true) return;
    this.sendRaw(rtpPacket({ payloadType, marker, sequence, timestamp, ssrc: this.ssrc }, payload));
  }

  private receive(bytes: Buffer): void {
    const packet = readPacket(bytes);
    if (packet === undefined) return;
    const { payload, ...header } = packet;
    this.packets.push({ ...header, bytes: bytes.length, atMs: performance.now() });
    const { payloadType } = header;
    if (payloadType === this.events) this.receiveEvent(payload, header.timestamp);
    else if (payloadType === 0 || payloadType === 8) {
      const samples = expanded(payloadType === 0 ? 'PCMU' : 'PCMA', payload);
      const joined = new Int16Array(this.samples.length + samples.length);
      joined.set(this.samples);
      joined.set(samples, this.samples.length);
      this.samples = joined;
    }
    for (const look of [...this.waiting]) look();
  }

  private receiveReport(packet: Buffer): void {
    this.rtcpPackets++;
    if (packet.length < 28 || packet.readUInt8(1) !== 200) return;
    // The middle 32 bits of its NTP timestamp.
    this.senderReport = {
      ssrc: packet.readUInt32BE(4),
      ntp: packet.readUInt32BE(10),
      atMs: performance.now(),
    };
    for (const look of [...this.waiting]) look();
  }

  private receiveEvent(payload: Uint8Array, timestamp: number): void {
    if (((payload[1] ?? 0) & 0x80) === 0 || timestamp === this.lastEvent) return;
    this.lastEvent = timestamp;
    this.digits.push(digitOf(payload));
  }
}

/** The part of the power of `samples` that is at `hz` (Goertzel). */
export function toneShare(samples: Int16Array, hz: number): number {
  const factor = 2 * Math.cos((2 * Math.PI * hz) / 8_000);
  let [last, before, energy] = [0, 0, 0];
  for (const sample of samples) {
    const now = sample + factor * last - before;
    before = last;
    last = now;
    energy += sample * sample;
  }
  const power = last * last + before * before - factor * last * before;
  return energy === 0 ? 0 : (2 * power) / (samples.length * energy);
}

const bound = async (socket: Socket): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, '127.0.0.1', resolve);
  });
