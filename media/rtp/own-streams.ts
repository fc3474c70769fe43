import type { types } from 'mediasoup';
import type { Random } from '../../control/base/random.ts';
import { ownParameters } from '../worker/codecs.ts';
import { Mouth } from './mouth.ts';

/** A stream of packets from this thread into a worker, where one leg's consumer takes it. */
export interface OwnStream {
  readonly producer: types.Producer;
  readonly mouth: Mouth;
}

/** So many wait for legs; more are closed. */
const idleMax = 64;

/**
 * The streams of one worker. To make a producer costs more than to send a second of sound through it, so one whose leg is
 * over waits for the next leg. No sound of the first reaches the second: nothing of a stream is kept in the worker, and
 * only the consumer of a leg's transport hears it, which has been closed before the stream is given back.
 */
export class OwnStreams {
  private readonly direct: types.DirectTransport;
  private readonly random: Random;
  private readonly idle: OwnStream[] = [];
  /** No other producer of ours in this worker has the SSRC that follows. */
  private lastSsrc = 1_000;

  constructor(direct: types.DirectTransport, random: Random) {
    this.direct = direct;
    this.random = random;
  }

  /** Rejects when the worker is gone. */
  async take(): Promise<OwnStream> {
    const waiting = this.idle.pop();
    if (waiting !== undefined) return waiting;
    const ssrc = ++this.lastSsrc;
    const producer = await this.direct.produce({ kind: 'audio', rtpParameters: ownParameters(ssrc) });
    return { producer, mouth: new Mouth(ssrc, this.random) };
  }

  /** To be called when nobody hears the stream any more. */
  give(stream: OwnStream): void {
    if (stream.producer.closed) return;
    if (this.idle.length < idleMax) this.idle.push(stream);
    else stream.producer.close();
  }
}
