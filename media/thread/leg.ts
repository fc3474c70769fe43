import type { Clock, Timer } from '../../control/base/clock.ts';
import type { Random } from '../../control/base/random.ts';
import { fail, ok } from '../../control/base/result.ts';
import type { Result } from '../../control/base/result.ts';
import { newFrame, silentFrame } from '../audio/frame.ts';
import { alawToUlaw, g711, ulawToAlaw } from '../audio/g711.ts';
import type { Codec, Digit, LegFault, LegStats, SdpRefusal } from '../media.ts';
import { DigitReceiver } from '../rtp/digit-receiver.ts';
import { JitterBuffer } from '../rtp/jitter-buffer.ts';
import { Negotiation } from '../rtp/negotiation.ts';
import { emptyHeader, readRtp } from '../rtp/packet.ts';
import { RtpEnd } from '../rtp/rtp-end.ts';
import type { Wanted } from '../rtp/rtp-end.ts';
import { eventsPayloadType, payloadTypeOf, receives, sends } from '../rtp/session.ts';
import type { Direction, SrtpSuite } from '../rtp/session.ts';
import type { Seat } from '../worker/pool.ts';
import type { Encoder } from './encoder.ts';
import { InBandListener } from './listener.ts';
import type { Listener } from './listener.ts';
import { Outlet } from './outlet.ts';
import type { ThreadLegOptions } from './protocol.ts';

export interface LegEnvironment {
  readonly clock: Clock;
  readonly random: Random;
  readonly encoder: Encoder;
  /** Where sockets are bound, and what peers are told. */
  readonly address: string;
  readonly announce: string;
  /** The number of the tick that is due. */
  readonly tick: () => number;
  readonly digit: (leg: ThreadLeg, digit: Digit) => void;
  readonly fault: (leg: ThreadLeg, fault: LegFault, reason?: unknown) => void;
  /** Whether the leg needs ticks may have changed. */
  readonly changed: (leg: ThreadLeg) => void;
}

/** A leg that has nothing to say says silence once a second: it keeps NAT bindings open, and peers' time-outs away. */
const keepAliveTicks = 50;
/** A packet of more is cut: G.711 of 60 ms. */
const packetMaxSamples = 480;
const firstSuite: SrtpSuite = 'AES_CM_128_HMAC_SHA1_80';

/** One party, in the media thread: what was negotiated, what it hears and who hears it. */
export class ThreadLeg {
  readonly id: number;
  readonly seat: Seat;
  readonly port: number;
  readonly outlet: Outlet;
  private readonly options: ThreadLegOptions;
  private readonly env: LegEnvironment;
  private readonly negotiation: Negotiation;
  private end: RtpEnd;
  private readonly listeners = new Set<Listener>();
  private readonly receiver: DigitReceiver;
  private readonly jitter = new JitterBuffer();
  private readonly header = emptyHeader();
  private readonly samples = new Int16Array(packetMaxSamples);
  private readonly inbound = newFrame();
  private outbound = silentFrame;
  private inBand: InBandListener | undefined;
  private partner: ThreadLeg | undefined;
  private echoing = false;
  private ended = false;
  private hearing = false;
  private watchdog: Timer | undefined;
  private lastBytes = -1;
  private lastHeardMs = 0;

  private constructor(id: number, options: ThreadLegOptions, port: number, env: LegEnvironment, end: RtpEnd) {
    this.id = id;
    this.options = options;
    this.port = port;
    this.env = env;
    this.end = end;
    this.seat = end.seat;
    const sessionId = Math.floor(env.random.fraction() * 0x7fff_ffff);
    this.negotiation = new Negotiation(options, { sessionId, address: env.announce, port });
    this.outlet = new Outlet(() => this.changed());
    this.receiver = new DigitReceiver(env.clock, (digit) => this.digit(digit, false));
  }

  /** Rejects when the ports cannot be bound, or the worker is gone. */
  static async open(
    id: number,
    options: ThreadLegOptions,
    seat: Seat,
    port: number,
    env: LegEnvironment,
  ): Promise<ThreadLeg> {
    const srtp = options.srtp === 'offer' ? firstSuite : undefined;
    const box: { leg?: ThreadLeg } = {};
    const end = await openEnd(seat, port, srtp, env, () => box.leg);
    box.leg = new ThreadLeg(id, options, port, env, end);
    return box.leg;
  }

  get closed(): boolean {
    return this.ended;
  }

  /** Whether the leg has something to do in each tick. */
  get active(): boolean {
    return this.outlet.busy || this.needsFrames();
  }

  offer(direction: Direction): string {
    const keyBase64 = this.end.srtpKeyBase64;
    const srtp = keyBase64 === undefined ? undefined : { tag: 1, suite: firstSuite, keyBase64 };
    return this.negotiation.offer(direction, srtp);
  }

  async answer(offer: string): Promise<Result<string, SdpRefusal>> {
    const judged = this.negotiation.answer(offer);
    if (!judged.ok) return judged;
    const { agreed } = judged.value;
    if ((agreed.srtp === undefined) !== (this.end.srtpKeyBase64 === undefined))
      await this.reopen(agreed.srtp?.suite);
    await this.end.agree(agreed);
    if (this.ended) return fail('closed');
    const keyBase64 = this.end.srtpKeyBase64;
    const answer = judged.value.write(
      agreed.srtp === undefined || keyBase64 === undefined ? undefined : { ...agreed.srtp, keyBase64 },
    );
    await this.agreed();
    return ok(answer);
  }

  async accept(answer: string): Promise<Result<undefined, SdpRefusal>> {
    const judged = this.negotiation.accept(answer);
    if (!judged.ok) return judged;
    await this.end.agree(judged.value);
    if (this.ended) return fail('closed');
    await this.agreed();
    return ok(undefined);
  }

  sendDigits(digits: string, over: Parameters<Outlet['digits']>[2]): void {
    this.outlet.digits(digits, this.negotiation.agreed?.events !== undefined, over);
  }

  async bridge(other: ThreadLeg): Promise<void> {
    if (other === this) return this.echo(true);
    for (const leg of [this, other]) {
      leg.outlet.stopPlaying();
      if (leg.partner !== undefined) await leg.unbridge();
      leg.echoing = false;
    }
    this.partner = other;
    other.partner = this;
    await this.settle();
  }

  async unbridge(): Promise<void> {
    const { partner } = this;
    if (partner === undefined) return;
    this.partner = partner.partner = undefined;
    await Promise.all([this.settle(), partner.settle()]);
  }

  async echo(on: boolean): Promise<void> {
    this.echoing = on;
    await this.settle();
  }

  async listen(listener: Listener): Promise<void> {
    this.listeners.add(listener);
    await this.settle();
  }

  unlisten(listener: Listener): void {
    if (this.listeners.delete(listener)) this.changed();
  }

  async stats(): Promise<LegStats> {
    return this.end.counts();
  }

  /** First half of a tick: what the party says. */
  hear(): void {
    if (!this.needsFrames()) return;
    const live = this.jitter.read(this.inbound);
    if (live) this.outlet.member?.write(this.inbound);
  }

  /** Second half, when rooms have been mixed: what the party hears. */
  speak(tick: number): void {
    const agreed = this.negotiation.agreed;
    // Before there is a peer, nothing is lost by waiting; on hold, time passes unheard.
    if (agreed === undefined) return;
    const { mouth } = this.end;
    const sending = sends(agreed.direction);
    if (sending && this.outlet.busy && mouth === undefined) return;
    const portion = this.outlet.read();
    this.outbound = silentFrame;
    if (portion.kind === 'sound') {
      this.outbound = portion.frame;
      if (sending && mouth !== undefined) {
        const octets = this.env.encoder.encode(tick, agreed.codec, portion.frame);
        this.end.send(mouth.audio(tick, payloadTypeOf[agreed.codec], octets));
      }
    } else if (portion.kind === 'events') {
      if (sending && mouth !== undefined)
        for (const { payload, first } of portion.packets)
          this.end.send(mouth.event(tick, eventsPayloadType, payload, first));
    } else {
      this.outbound = this.source()?.inbound ?? silentFrame;
    }
  }

  /** Last: who listens to either. */
  report(): void {
    for (const listener of this.listeners) {
      listener.hear(this.inbound, this.outbound);
      if (listener.ended === true) this.unlisten(listener);
    }
  }

  /** For a leg without ticks: something now and then. */
  keepAlive(tick: number): void {
    const agreed = this.negotiation.agreed;
    const { mouth } = this.end;
    if (mouth === undefined || agreed === undefined || !sends(agreed.direction)) return;
    if (this.source() !== undefined || (tick + this.id) % keepAliveTicks !== 0) return;
    const octets = this.env.encoder.encode(tick, agreed.codec, silentFrame);
    this.end.send(mouth.audio(tick, payloadTypeOf[agreed.codec], octets));
  }

  async close(): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    this.watchdog?.cancel();
    this.receiver.close();
    const { partner } = this;
    this.partner = undefined;
    if (partner !== undefined) partner.partner = undefined;
    this.outlet.stopPlaying('closed');
    for (const listener of this.listeners) listener.close?.();
    this.listeners.clear();
    this.end.close();
    this.env.changed(this);
    await partner?.settle();
  }

  /** Brings the worker to what this leg and its partner need now. */
  async settle(): Promise<void> {
    if (this.ended) return;
    const { partner } = this;
    this.noteChange();
    partner?.noteChange();
    await Promise.all([this.end.want(this.wanted()), partner?.end.want(partner.wanted())]);
  }

  private noteChange(): void {
    const hearing = this.needsFrames();
    // What waited when nobody listened any more is not what is said now.
    if (hearing && !this.hearing) this.jitter.reset();
    this.hearing = hearing;
    this.env.changed(this);
  }

  private changed(): void {
    // Whoever made the change does not wait for it: a tick, or an order without an answer.
    this.settle().catch((error: unknown) => this.env.fault(this, 'worker-died', error));
  }

  private async agreed(): Promise<void> {
    const agreed = this.negotiation.agreed;
    const inBand = agreed?.events === undefined;
    if (inBand && this.inBand === undefined) {
      this.inBand = new InBandListener((digit, durationMs) =>
        this.digit({ digit, durationMs, atMs: this.env.clock.now() }, true),
      );
      this.listeners.add(this.inBand);
    } else if (!inBand && this.inBand !== undefined) {
      this.listeners.delete(this.inBand);
      this.inBand = undefined;
    }
    this.lastHeardMs = this.env.clock.monotonic();
    this.watch();
    await this.settle();
  }

  /** SRTP is a matter of the transport: on the same ports, another one. */
  private async reopen(srtp: SrtpSuite | undefined): Promise<void> {
    this.end.close();
    this.end = await openEnd(this.seat, this.port, srtp, this.env, () => this);
  }

  /** Whose sound the party hears when nothing is played to it. */
  private source(): ThreadLeg | undefined {
    return this.partner ?? (this.echoing ? this : undefined);
  }

  private wanted(): Wanted {
    const agreed = this.negotiation.agreed;
    return {
      ear: this.needsFrames() || this.takers().length > 0,
      keys: agreed?.events !== undefined,
      speaker: this.speaker(),
    };
  }

  private speaker(): Wanted['speaker'] {
    const agreed = this.negotiation.agreed;
    if (agreed === undefined || !sends(agreed.direction)) return 'none';
    const source = this.outlet.busy ? undefined : this.source();
    return source !== undefined && this.relays(source) ? source.end : 'mouth';
  }

  /** Whether packets of `source` may go to this leg inside the worker. */
  private relays(source: ThreadLeg): boolean {
    return source.seat === this.seat && source.negotiation.agreed?.codec === this.negotiation.agreed?.codec;
  }

  /** The legs that get this one's packets through this thread. */
  private takers(): readonly ThreadLeg[] {
    const { partner } = this;
    const heardBy = partner ?? (this.echoing ? this : undefined);
    return heardBy === undefined || heardBy.outlet.busy || heardBy.relays(this) ? [] : [heardBy];
  }

  private needsFrames(): boolean {
    if (this.outlet.member !== undefined || this.listeners.size > 0) return true;
    return this.partner?.listensToOutbound() ?? false;
  }

  private listensToOutbound(): boolean {
    for (const { tracks } of this.listeners) if (tracks !== 'inbound') return true;
    return false;
  }

  /** A packet of the party's sound. */
  heard(packet: Buffer): void {
    const { header } = this;
    if (this.ended || !readRtp(packet, header)) return;
    const codec = codecOf(header.payloadType);
    if (codec === undefined) return;
    const octets = packet.subarray(header.payloadAt, header.payloadEnd);
    if (this.needsFrames()) {
      const count = g711[codec].decode(octets, this.samples);
      this.jitter.write(header.timestamp, this.samples, count);
    }
    for (const taker of this.takers()) taker.pass(this.id, packet, codec);
  }

  /** A packet of its telephone events. */
  pressed(packet: Buffer): void {
    const { header } = this;
    if (this.ended || !readRtp(packet, header)) return;
    // Its consumer carries a second codec as well; see `eventsBeside`.
    if (header.payloadType !== eventsPayloadType) return;
    const payload = packet.subarray(header.payloadAt, header.payloadEnd);
    this.receiver.receive(payload, header.timestamp);
    for (const taker of this.takers()) taker.pass(this.id, packet, 'events');
  }

  /** Passes a packet of another leg on to the party. */
  private pass(from: number, packet: Buffer, what: Codec | 'events'): void {
    const agreed = this.negotiation.agreed;
    const { mouth } = this.end;
    if (mouth === undefined || agreed === undefined) return;
    const { header } = this;
    if (!readRtp(packet, header)) return;
    let payload: Uint8Array = packet.subarray(header.payloadAt, header.payloadEnd);
    let payloadType = eventsPayloadType;
    if (what === 'events') {
      if (agreed.events === undefined) return;
    } else {
      payloadType = payloadTypeOf[agreed.codec];
      if (what !== agreed.codec) payload = translated(payload, what);
    }
    this.end.send(mouth.pass(this.env.tick(), from, header, payloadType, payload));
  }

  private digit(digit: Digit, inBand: boolean): void {
    for (const listener of this.listeners) listener.digit?.(digit.digit, digit.durationMs, inBand);
    this.env.digit(this, digit);
    // Events cross a bridge as events; to a party that knows none of them, as tones.
    const { partner } = this;
    if (
      !inBand &&
      partner?.negotiation.agreed !== undefined &&
      partner.negotiation.agreed.events === undefined
    )
      partner.outlet.digits(digit.digit, false, () => undefined);
  }

  /** Ends the leg when nothing has come for too long, hold excepted. */
  private watch(): void {
    this.watchdog?.cancel();
    const everyMs = Math.max(100, this.options.rtpTimeoutMs / 4);
    this.watchdog = this.env.clock.after(everyMs, () => {
      this.check().then(
        () => {
          if (!this.ended) this.watch();
        },
        () => undefined,
      );
    });
  }

  private async check(): Promise<void> {
    const bytes = await this.end.receivedBytes();
    const nowMs = this.env.clock.monotonic();
    const agreed = this.negotiation.agreed;
    const expected = agreed !== undefined && receives(agreed.direction);
    if (bytes !== this.lastBytes || !expected) this.lastHeardMs = nowMs;
    this.lastBytes = bytes;
    if (!this.ended && nowMs - this.lastHeardMs >= this.options.rtpTimeoutMs)
      this.env.fault(this, 'rtp-timeout');
  }
}

async function openEnd(
  seat: Seat,
  port: number,
  srtp: SrtpSuite | undefined,
  env: LegEnvironment,
  leg: () => ThreadLeg | undefined,
): Promise<RtpEnd> {
  return RtpEnd.open({
    seat,
    address: env.address,
    port,
    srtp,
    random: env.random,
    heard: (packet) => leg()?.heard(packet),
    pressed: (packet) => leg()?.pressed(packet),
  });
}

const codecOf = (payloadType: number): Codec | undefined =>
  payloadType === payloadTypeOf.PCMU ? 'PCMU' : payloadType === payloadTypeOf.PCMA ? 'PCMA' : undefined;

function translated(payload: Uint8Array, from: Codec): Uint8Array {
  const into = new Uint8Array(payload.length);
  if (from === 'PCMU') ulawToAlaw(payload, into);
  else alawToUlaw(payload, into);
  return into;
}
