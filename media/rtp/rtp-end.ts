import type { types } from 'mediasoup';
import { joined } from '../quality/figures.ts';
import type { LegFigures } from '../quality/figures.ts';
import { capabilities, eventsBeside, mergeNumbers, peerParameters } from '../worker/codecs.ts';
import type { Seat } from '../worker/pool.ts';
import { transportFigures } from '../worker/transport-meter.ts';
import type { Mouth } from './mouth.ts';
import type { OwnStream } from './own-streams.ts';
import { mayReach } from './reach.ts';
import { receives } from './session.ts';
import type { Agreed, SrtpSuite } from './session.ts';

export interface RtpEndOptions {
  readonly seat: Seat;
  /** Where sockets are bound. */
  readonly address: string;
  /** The even port of a pair. */
  readonly port: number;
  readonly srtp: SrtpSuite | undefined;
  /** What passed through the transport that this one takes the place of. */
  readonly earlier?: LegFigures | undefined;
  /** Packets of the peer's sound, while `ear` is wanted; of its telephone events, while `keys` is. */
  readonly heard: (packet: Buffer) => void;
  readonly pressed: (packet: Buffer) => void;
}

/** What a leg wants of the worker at present. */
export interface Wanted {
  /** The peer's sound in this thread. */
  readonly ear: boolean;
  /** The peer's telephone events in this thread. */
  readonly keys: boolean;
  /** What the peer hears: nothing, this thread (`mouth`), or another leg of the same worker without a detour. */
  readonly speaker: 'none' | 'mouth' | RtpEnd;
}

interface Speaker {
  readonly from: 'mouth' | types.Producer;
  readonly consumer: types.Consumer;
}

const nothing: Wanted = { ear: false, keys: false, speaker: 'none' };

/**
 * One leg inside a mediasoup worker: its transport, the producer of what the peer sends, and the consumers that are
 * open at present. What is wanted is said at once; the worker is brought there, one change of each consumer after
 * another. At most one consumer feeds the peer, so that its sender reports tell of one stream.
 */
export class RtpEnd {
  readonly seat: Seat;
  private readonly options: RtpEndOptions;
  private readonly transport: types.PlainTransport;
  private agreed: Agreed | undefined;
  private connectedTo = '';
  private producer: types.Producer | undefined;
  private producerOf = '';
  private wanted = nothing;
  private ear: types.Consumer | undefined;
  private keys: types.Consumer | undefined;
  private speaker: Speaker | undefined;
  private voice: OwnStream | undefined;
  private working: Promise<void> | undefined;
  private over = false;

  private constructor(options: RtpEndOptions, transport: types.PlainTransport) {
    this.options = options;
    this.seat = options.seat;
    this.transport = transport;
    this.seat.legs++;
  }

  /** Rejects when the ports cannot be bound, or the worker is gone. */
  static async open(options: RtpEndOptions): Promise<RtpEnd> {
    const { address: ip, port, srtp } = options;
    options.seat.channel.gather();
    const transport = await options.seat.router.createPlainTransport({
      listenInfo: { protocol: 'udp', ip, port },
      rtcpListenInfo: { protocol: 'udp', ip, port: port + 1 },
      rtcpMux: false,
      comedia: true,
      enableSrtp: srtp !== undefined,
      ...(srtp === undefined ? {} : { srtpCryptoSuite: srtp }),
    });
    return new RtpEnd(options, transport);
  }

  /** Our SRTP key; of the peer's suite once `agree` is done. */
  get srtpKeyBase64(): string | undefined {
    return this.transport.srtpParameters?.keyBase64;
  }

  /** The way into the peer's ear, when it is open. */
  get mouth(): Mouth | undefined {
    return this.speaker?.from === 'mouth' ? this.voice?.mouth : undefined;
  }

  /** Puts into effect what was negotiated. Rejects when the worker is gone. */
  async agree(agreed: Agreed): Promise<void> {
    this.seat.channel.gather();
    await Promise.all([this.connect(agreed), this.produce(agreed)]);
    // The speaker takes only what was agreed; with other codecs it is made anew.
    if (this.agreed?.codec !== agreed.codec || this.agreed.events !== agreed.events) this.closeSpeaker();
    this.agreed = agreed;
    await this.settle();
  }

  /** Resolves when the worker is where this wants it, or the leg is closed. */
  async want(wanted: Wanted): Promise<void> {
    this.wanted = wanted;
    await this.settle();
  }

  /** A packet made by `mouth`. */
  send(packet: Buffer): void {
    if (this.voice === undefined || this.voice.producer.closed) return;
    this.voice.producer.send(packet);
  }

  /** Bytes of sound and events that have come so far. */
  async receivedBytes(): Promise<number> {
    const [stats] = await this.transport.getStats();
    return stats?.rtpBytesReceived ?? 0;
  }

  /**
   * Gives the ports back to the worker, at once; where that has died, there is nothing left to close. Resolves with what
   * passed through the transport and those before it; undefined where nothing was agreed, or the worker is gone.
   */
  async close(): Promise<LegFigures | undefined> {
    if (this.over) return undefined;
    this.over = true;
    this.seat.channel.gather();
    this.seat.legs--;
    this.wanted = nothing;
    const figures = this.figures();
    if (!this.transport.closed) this.transport.close();
    if (this.voice !== undefined) this.seat.streams.give(this.voice);
    this.ear = this.keys = this.speaker = this.voice = undefined;
    return figures;
  }

  /** What passed so far, through the transport and those before it; undefined as of `close`. */
  async figures(): Promise<LegFigures | undefined> {
    const { earlier } = this.options;
    const last =
      this.transport.closed || this.agreed === undefined ? undefined : await transportFigures(this.transport);
    return last === undefined || earlier === undefined ? (last ?? earlier) : joined(earlier, last);
  }

  /**
   * Says where the peer wants its packets and under which keys. Said again, even if it is the same, who the peer is by what
   * comes is found out anew (media/worker/README.md): not while nothing is to come, for then strangers alone would.
   */
  private async connect({ address, srtp, direction }: Agreed): Promise<void> {
    const reachable = address !== undefined && mayReach(address.ip, this.options.address);
    const to = JSON.stringify([reachable ? address : null, srtp]);
    const quiet = srtp === undefined ? address === undefined : to === this.connectedTo;
    const held = quiet || (to === this.connectedTo && !receives(direction));
    if (this.connectedTo !== '' && held) return;
    await this.transport.connect({
      ...(reachable ? address : {}),
      ...(srtp === undefined
        ? {}
        : { srtpParameters: { cryptoSuite: srtp.suite, keyBase64: srtp.keyBase64 } }),
    });
    this.connectedTo = to;
  }

  private async produce({ codec, events, comfortNoise }: Agreed): Promise<void> {
    const producerOf = JSON.stringify([codec, events, comfortNoise]);
    if (producerOf === this.producerOf) return;
    this.producer?.close();
    this.producer = await this.transport.produce({
      kind: 'audio',
      rtpParameters: peerParameters({ codec, events, comfortNoise }),
    });
    mergeNumbers(this.producer);
    this.producerOf = producerOf;
  }

  private async settle(): Promise<void> {
    this.working ??= this.work().finally(() => (this.working = undefined));
    await this.working;
  }

  private async work(): Promise<void> {
    // Let the caller finish what it changes in one go.
    await Promise.resolve();
    try {
      while (!this.transport.closed && (await this.step()));
    } catch (error) {
      // The worker or a transport was closed under a request: whoever did that knows.
      if (!this.transport.closed && !this.seat.direct.closed) throw error;
    }
  }

  /** One change of each consumer toward what is wanted; false when there is none left. */
  private async step(): Promise<boolean> {
    const { producer, agreed } = this;
    if (producer === undefined || agreed === undefined) return false;
    this.seat.channel.gather();
    const steps = [this.stepEar(producer), this.stepKeys(producer, agreed), this.stepSpeaker(agreed)];
    return (await Promise.all(steps)).includes(true);
  }

  private async stepEar(producer: types.Producer): Promise<boolean> {
    const { wanted } = this;
    const ear = open(this.ear);
    if (wanted.ear === (ear !== undefined)) return false;
    ear?.close();
    this.ear = wanted.ear
      ? await this.listen(producer, { codecs: ['PCMU', 'PCMA'], events: false, comfortNoise: false })
      : undefined;
    this.ear?.on('rtp', this.options.heard);
    return true;
  }

  private async stepKeys(producer: types.Producer, agreed: Agreed): Promise<boolean> {
    const keys = open(this.keys);
    const wanted = this.wanted.keys && agreed.events !== undefined;
    if (wanted === (keys !== undefined)) return false;
    keys?.close();
    this.keys = wanted ? await this.listen(producer, eventsBeside(agreed.codec)) : undefined;
    this.keys?.on('rtp', this.options.pressed);
    return true;
  }

  private async stepSpeaker(agreed: Agreed): Promise<boolean> {
    const { wanted } = this;
    const from = wanted.speaker instanceof RtpEnd ? openProducer(wanted.speaker) : wanted.speaker;
    const current = open(this.speaker?.consumer) === undefined ? undefined : this.speaker?.from;
    if (current === (from === 'none' ? undefined : from)) return false;
    this.closeSpeaker();
    if (from === undefined || from === 'none') return current !== undefined;
    const producerId = from === 'mouth' ? (await this.ownVoice())?.producer.id : from.id;
    if (producerId === undefined) return false;
    const consumer = await this.transport.consume({
      producerId,
      rtpCapabilities: capabilities({
        codecs: [agreed.codec],
        events: agreed.events !== undefined,
        comfortNoise: agreed.comfortNoise,
      }),
    });
    this.speaker = { from, consumer };
    return true;
  }

  /** Undefined once the leg is closed. */
  private async ownVoice(): Promise<OwnStream | undefined> {
    if (this.voice !== undefined) return this.voice;
    const voice = await this.seat.streams.take();
    if (this.over) this.seat.streams.give(voice);
    else this.voice = voice;
    return this.voice;
  }

  private async listen(
    producer: types.Producer,
    choice: Parameters<typeof capabilities>[0],
  ): Promise<types.Consumer> {
    return this.seat.direct.consume({ producerId: producer.id, rtpCapabilities: capabilities(choice) });
  }

  private closeSpeaker(): void {
    this.speaker?.consumer.close();
    this.speaker = undefined;
  }
}

const open = (consumer: types.Consumer | undefined): types.Consumer | undefined =>
  consumer === undefined || consumer.closed ? undefined : consumer;

/** Another leg's producer, when it has one. */
function openProducer(end: RtpEnd): types.Producer | undefined {
  const producer = end['producer'];
  return producer === undefined || producer.closed ? undefined : producer;
}
