import { fail } from '../../control/base/result.ts';
import type { Result } from '../../control/base/result.ts';
import type {
  AnsweredBy,
  Digit,
  Feed,
  Leg,
  LegFault,
  MachineOptions,
  Playable,
  Playback,
  Recorder,
  RecordOptions,
  SdpRefusal,
  SpeechChange,
  Tap,
  TapFrame,
  Track,
} from '../media.ts';
import type { MeasuredLeg } from '../quality/leg-quality.ts';
import type { Requests, SoundOf } from './protocol.ts';
import type { LegEars, Switchboard } from './switchboard.ts';

/** A leg as the main thread sees it: every call is a message, and a closed one sends none. */
export class ClientLeg implements Leg, LegEars {
  readonly id: string;
  readonly number: number;
  readonly measured: Promise<MeasuredLeg | undefined>;
  private tell: (measured: MeasuredLeg | undefined) => void = () => undefined;
  private readonly board: Switchboard;
  private readonly digitEars: ((digit: Digit) => void)[] = [];
  private readonly faultEars: ((fault: LegFault) => void)[] = [];
  private closing: Promise<void> | undefined;

  constructor(number: number, board: Switchboard) {
    this.number = number;
    this.id = `leg-${number}`;
    this.board = board;
    this.measured = new Promise((resolve) => (this.tell = resolve));
    board.legs.set(number, this);
  }

  async offer(direction: 'sendrecv' | 'sendonly' | 'inactive' = 'sendrecv'): Promise<string> {
    return this.ask('offer', { leg: this.number, direction }, '');
  }

  async answer(sdp: string): Promise<Result<string, SdpRefusal>> {
    return this.ask('answer', { leg: this.number, sdp }, fail('closed'));
  }

  async accept(sdp: string): Promise<Result<void, SdpRefusal>> {
    return this.ask('accept', { leg: this.number, sdp }, fail('closed'));
  }

  play(items: readonly Playable[], options: { readonly loop?: number } = {}): Playback {
    return played(this.board, { kind: 'leg', leg: this.number }, this.closed, items, options.loop);
  }

  sendDigits(digits: string): Playback {
    if (this.closed) return closedPlayback;
    const { playback, done } = this.board.playback();
    this.board.line.order({ kind: 'digits', leg: this.number, playback, digits });
    return { done, stop: () => this.board.line.order({ kind: 'stop', playback }) };
  }

  async bridge(other: Leg): Promise<void> {
    await this.ask('bridge', { leg: this.number, other: numberOf(other) }, undefined);
  }

  async unbridge(): Promise<void> {
    await this.ask('unbridge', { leg: this.number }, undefined);
  }

  async echo(on: boolean): Promise<void> {
    await this.ask('echo', { leg: this.number, on }, undefined);
  }

  async record(options: RecordOptions): Promise<Recorder> {
    return recorded(this.board, { kind: 'leg', leg: this.number }, options);
  }

  async tap(track: Track | 'both', hear: (frame: TapFrame) => void): Promise<Tap> {
    const tap = this.board.tap(hear);
    await this.ask('tap', { leg: this.number, tap, track }, undefined);
    return { close: () => this.board.closeTap(tap) };
  }

  async feed(): Promise<Feed> {
    const feed = this.board.number();
    await this.ask('feed', { leg: this.number, feed }, undefined);
    const { line } = this.board;
    return {
      push: (mulaw) => line.order({ kind: 'push', feed, mulaw }),
      mark: (passed) => line.order({ kind: 'mark', feed, mark: this.board.mark(passed) }),
      clear: () => line.order({ kind: 'clear', feed }),
      close: () => line.order({ kind: 'close-feed', feed }),
    };
  }

  async watchSpeech(hear: (change: SpeechChange) => void): Promise<Tap> {
    const tap = this.board.watch(hear);
    await this.ask('watch', { leg: this.number, tap }, undefined);
    return { close: () => this.board.closeTap(tap) };
  }

  async watchMachine(options: MachineOptions, hear: (by: AnsweredBy) => void): Promise<Tap> {
    const tap = this.board.watchMachine(hear);
    await this.ask('watchMachine', { leg: this.number, tap, options }, undefined);
    return { close: () => this.board.closeTap(tap) };
  }

  onDigit(hear: (digit: Digit) => void): void {
    this.digitEars.push(hear);
  }

  onFault(hear: (fault: LegFault) => void): void {
    this.faultEars.push(hear);
  }

  async close(): Promise<void> {
    this.closing ??= this.board.line.request('closeLeg', { leg: this.number }).catch(() => undefined);
    await this.closing;
  }

  digit(digit: Digit): void {
    for (const hear of this.digitEars) hear(digit);
  }

  fault(fault: LegFault): void {
    if (this.closed) return;
    // In the thread it is closed already.
    this.closing = Promise.resolve();
    for (const hear of this.faultEars) hear(fault);
  }

  ended(measured: MeasuredLeg | undefined): void {
    this.tell(measured);
  }

  private get closed(): boolean {
    return this.closing !== undefined;
  }

  private async ask<N extends keyof Requests>(
    name: N,
    ask: Requests[N]['ask'],
    otherwise: Requests[N]['answer'],
  ): Promise<Requests[N]['answer']> {
    if (this.closed) return otherwise;
    // A request that the worker could not fulfil is followed by the leg's fault.
    return this.board.line.request(name, ask).catch(() => otherwise);
  }
}

const closedPlayback: Playback = { done: Promise.resolve('closed'), stop: () => undefined };

/** The thread's number of a leg, which must be of this room. */
export function numberOf(leg: Leg): number {
  if (!(leg instanceof ClientLeg)) throw new TypeError('a leg of another Media');
  return leg.number;
}

export function played(
  board: Switchboard,
  of: SoundOf,
  closed: boolean,
  items: readonly Playable[],
  loop = 1,
): Playback {
  if (closed) return closedPlayback;
  const { playback, done } = board.playback();
  board.line.order({ kind: 'play', of, playback, items, loop });
  return { done, stop: () => board.line.order({ kind: 'stop', playback }) };
}

export async function recorded(board: Switchboard, of: SoundOf, options: RecordOptions): Promise<Recorder> {
  const { recorder, done } = board.recorder();
  await board.line.request('record', { of, recorder, options }).catch(() => undefined);
  const { line } = board;
  return {
    pause: (behavior) => line.order({ kind: 'pause', recorder, behavior }),
    resume: () => line.order({ kind: 'resume', recorder }),
    stop: () => line.order({ kind: 'stop-recorder', recorder }),
    done,
  };
}
