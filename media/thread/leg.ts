import { isIP } from 'node:net';
import { fail, ok } from '../../control/base/result.ts';
import type { Result } from '../../control/base/result.ts';
import { silentFrame } from '../audio/frame.ts';
import type { Digit, SdpRefusal } from '../media.ts';
import type { MeasuredLeg } from '../quality/leg-quality.ts';
import { DigitReceiver } from '../rtp/digit-receiver.ts';
import { Negotiation } from '../rtp/negotiation.ts';
import type { RtpEnd, Wanted } from '../rtp/rtp-end.ts';
import { eventsPayloadType, receives, sends } from '../rtp/session.ts';
import type { Direction, SrtpSuite } from '../rtp/session.ts';
import type { Seat } from '../worker/pool.ts';
import { Audience } from './audience.ts';
import { codecOf, Ear } from './ear.ts';
import type { LegEnvironment } from './leg-environment.ts';
import { InBandListener } from './listener.ts';
import type { Listener } from './listener.ts';
import { openEnd } from './open-end.ts';
import { Outlet } from './outlet.ts';
import type { ThreadLegOptions } from './protocol.ts';
import { Sampler } from './sampler.ts';
import { keepsAlive, Voice } from './voice.ts';
import { Watchdog } from './watchdog.ts';

const firstSuite: SrtpSuite = 'AES_CM_128_HMAC_SHA1_80';

/** One party, in the media thread: what was negotiated, what it hears and who hears it. */
export class ThreadLeg {
  readonly id: number;
  readonly seat: Seat;
  readonly port: number;
  readonly outlet: Outlet;
  private readonly env: LegEnvironment<ThreadLeg>;
  private readonly negotiation: Negotiation;
  private end: RtpEnd;
  private home: number;
  private readonly audience = new Audience(() => this.changed());
  private readonly receiver: DigitReceiver;
  private readonly ear = new Ear();
  private readonly voice: Voice;
  private readonly watchdog: Watchdog;
  private readonly sampler: Sampler;
  private outbound = silentFrame;
  /** Whether anything has been said to the party from here; a leg that is only bridged needs no way for it. */
  private addressed = false;
  private inBand: InBandListener | undefined;
  private partner: ThreadLeg | undefined;
  private echoing = false;
  private ended = false;

  private constructor(
    id: number,
    options: ThreadLegOptions,
    port: number,
    env: LegEnvironment<ThreadLeg>,
    { end, home }: { readonly end: RtpEnd; readonly home: number },
  ) {
    this.id = id;
    this.port = port;
    this.env = env;
    this.end = end;
    this.home = home;
    this.seat = end.seat;
    const sessionId = Math.floor(env.random.fraction() * 0x7fff_ffff);
    const addresses = env.homes.map(({ announce }) => announce);
    this.negotiation = new Negotiation(options, { sessionId, addresses, port }, home);
    this.outlet = new Outlet(() => this.changed());
    this.voice = new Voice(this.negotiation, this.outlet, env.encoder);
    this.watchdog = new Watchdog({
      clock: env.clock,
      timeoutMs: options.rtpTimeoutMs,
      receivedBytes: () => this.end.receivedBytes(),
      expected: () => receives(this.negotiation.agreed?.direction ?? 'inactive'),
      expired: () => env.fault(this, 'rtp-timeout'),
    });
    this.sampler = new Sampler({ clock: env.clock, figures: () => this.end.figures() });
    this.receiver = new DigitReceiver(env.clock, (digit) => this.digit(digit, false));
  }

  /** Rejects when the ports cannot be bound, or the worker is gone. */
  static async open(
    id: number,
    options: ThreadLegOptions,
    seat: Seat,
    port: number,
    env: LegEnvironment<ThreadLeg>,
  ): Promise<ThreadLeg> {
    const srtp = options.srtp === 'offer' ? firstSuite : undefined;
    const box: { leg?: ThreadLeg } = {};
    const wanted = env.homes.findIndex(({ address }) => isIP(address) === options.family);
    const home = Math.max(0, wanted);
    const end = await openEnd({ seat, home, port, srtp }, env.homes, () => box.leg);
    box.leg = new ThreadLeg(id, options, port, env, { end, home });
    return box.leg;
  }

  get closed(): boolean {
    return this.ended;
  }

  /** Whether the leg has something to do in each tick. */
  get active(): boolean {
    return this.outlet.busy || this.needsFrames();
  }

  /** Whether it is neither in a room nor in a bridge. */
  get alone(): boolean {
    return this.partner === undefined && this.outlet.member === undefined;
  }

  offer(direction: Direction): string {
    const keyBase64 = this.end.srtpKeyBase64;
    const srtp = keyBase64 === undefined ? undefined : { tag: 1, suite: firstSuite, keyBase64 };
    return this.negotiation.offer(direction, srtp);
  }

  async answer(offer: string): Promise<Result<string, SdpRefusal>> {
    const judged = this.negotiation.answer(offer);
    if (!judged.ok) return judged;
    const { agreed, home, write } = judged.value;
    if (home !== this.home || (agreed.srtp === undefined) !== (this.end.srtpKeyBase64 === undefined))
      await this.reopen(agreed.srtp?.suite, home);
    await this.end.agree(agreed);
    if (this.ended) return fail('closed');
    const keyBase64 = this.end.srtpKeyBase64;
    const answer = write(
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
    this.audience.add(listener);
    await this.settle();
  }

  unlisten(listener: Listener): void {
    if (this.audience.remove(listener)) this.changed();
  }

  /** First half of a tick: what the party says. */
  hear(): void {
    if (!this.needsFrames()) return;
    if (this.ear.tick()) this.outlet.member?.write(this.ear.frame);
  }

  /** Second half, when rooms have been mixed: what the party hears. */
  speak(tick: number): void {
    const portion = this.voice.speak(tick, this.end);
    if (portion !== undefined)
      this.outbound = portion === 'bridge' ? (this.source()?.ear.frame ?? silentFrame) : portion;
  }

  /** Last: who listens to either. */
  report(): void {
    this.audience.hear(this.ear.frame, this.outbound);
  }

  /** For a leg without ticks: something now and then. */
  keepAlive(tick: number): void {
    if (this.source() !== undefined || !keepsAlive(tick, this.id)) return;
    if (this.addressed) return this.voice.keepAlive(tick, this.end);
    this.addressed = true;
    this.changed(() => this.voice.keepAlive(this.env.tick(), this.end));
  }

  /** Resolves with how good it was; undefined where nothing was agreed, or the worker is gone. */
  async close(): Promise<MeasuredLeg | undefined> {
    if (this.ended) return undefined;
    this.ended = true;
    this.watchdog.stop();
    const samples = this.sampler.stop();
    this.receiver.close();
    const { partner } = this;
    this.partner = undefined;
    if (partner !== undefined) partner.partner = undefined;
    this.outlet.stopPlaying('closed');
    this.audience.close();
    const measuring = this.end.close();
    this.env.changed(this);
    await partner?.settle();
    const figures = await measuring;
    const codec = this.negotiation.agreed?.codec;
    return figures === undefined || codec === undefined
      ? undefined
      : { sound: { codec, ...figures }, samples };
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
    this.addressed ||= this.outlet.busy;
    this.ear.want(this.needsFrames());
    this.env.changed(this);
  }

  private changed(done: () => void = () => undefined): void {
    // Whoever made the change does not wait for it: a tick, or an order without an answer.
    this.settle()
      .then(done)
      .catch((error: unknown) => this.env.fault(this, 'worker-died', error));
  }

  private async agreed(): Promise<void> {
    const agreed = this.negotiation.agreed;
    const inBand = agreed?.events === undefined;
    if (inBand && this.inBand === undefined) {
      this.inBand = new InBandListener((digit, durationMs) =>
        this.digit({ digit, durationMs, atMs: this.env.clock.now() }, true),
      );
      this.audience.add(this.inBand);
    } else if (!inBand && this.inBand !== undefined) {
      this.audience.remove(this.inBand);
      this.inBand = undefined;
    }
    this.watchdog.start();
    this.sampler.start();
    await this.settle();
  }

  /** SRTP and the address are matters of the transport: on the same ports, another one. */
  private async reopen(srtp: SrtpSuite | undefined, home: number): Promise<void> {
    const earlier = await this.end.close();
    this.home = home;
    const { seat, port, env } = this;
    this.end = await openEnd({ seat, home, port, srtp, earlier }, env.homes, () => this);
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
    if (source === undefined) return this.addressed ? 'mouth' : 'none';
    return this.relays(source) ? source.end : 'mouth';
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
    if (this.outlet.member !== undefined || !this.audience.empty) return true;
    return this.partner?.audience.wantsOutbound ?? false;
  }

  /** A packet of the party's sound. */
  heard(packet: Buffer): void {
    const read = this.ended ? undefined : this.ear.read(packet);
    const codec = codecOf(read?.header.payloadType ?? -1);
    if (read === undefined || codec === undefined) return;
    this.ear.keep(read, codec);
    for (const taker of this.takers()) taker.voice.pass(this.env.tick(), this.id, read, codec, taker.end);
  }

  /** A packet of its telephone events. */
  pressed(packet: Buffer): void {
    const read = this.ended ? undefined : this.ear.read(packet);
    // Its consumer carries a second codec as well; see `eventsBeside`.
    if (read?.header.payloadType !== eventsPayloadType) return;
    for (const taker of this.takers()) taker.voice.pass(this.env.tick(), this.id, read, 'events', taker.end);
    this.receiver.receive(read.payload, read.header.timestamp);
  }

  private digit(digit: Digit, inBand: boolean): void {
    this.audience.digit(digit.digit, digit.durationMs, inBand);
    this.env.digit(this, digit);
    // Events cross a bridge as events; to a party that knows none of them, as tones.
    const theirs = this.partner?.negotiation.agreed;
    if (!inBand && theirs !== undefined && theirs.events === undefined)
      this.partner?.outlet.digits(digit.digit, false, () => undefined);
  }
}
