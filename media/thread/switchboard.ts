import { assertNever } from '../../control/base/result.ts';
import type { AnsweredBy, Digit, LegFault, RecordingResult, SpeechChange, TapFrame } from '../media.ts';
import type { MeasuredLeg } from '../quality/leg-quality.ts';
import type { Answer, Ask, Event, Order, PlaybackEnd, RequestName } from './protocol.ts';

/** What a leg of the main thread is told by the media thread. */
export interface LegEars {
  digit(digit: Digit): void;
  fault(fault: LegFault): void;
  /** Nothing follows. */
  ended(measured: MeasuredLeg | undefined): void;
}

/** The way to the thread, whichever thread it is at present. */
export interface Line {
  request<N extends RequestName>(name: N, ask: Ask<N>): Promise<Answer<N>>;
  order(order: Order): void;
}

/** Who in the main thread waits for what: numbers are given out here, and events find their way by them. */
export class Switchboard {
  readonly line: Line;
  readonly legs = new Map<number, LegEars>();
  private readonly playbacks = new Map<number, (how: PlaybackEnd) => void>();
  private readonly recorders = new Map<number, (result: RecordingResult) => void>();
  private readonly taps = new Map<number, (frame: TapFrame) => void>();
  private readonly watches = new Map<number, (change: SpeechChange) => void>();
  private readonly machines = new Map<number, (by: AnsweredBy) => void>();
  private readonly marks = new Map<number, () => void>();
  private lastNumber = 0;

  constructor(line: Line) {
    this.line = line;
  }

  number(): number {
    return ++this.lastNumber;
  }

  playback(): { readonly playback: number; readonly done: Promise<PlaybackEnd> } {
    const playback = this.number();
    const done = new Promise<PlaybackEnd>((resolve) => this.playbacks.set(playback, resolve));
    return { playback, done };
  }

  recorder(): { readonly recorder: number; readonly done: Promise<RecordingResult> } {
    const recorder = this.number();
    const done = new Promise<RecordingResult>((resolve) => this.recorders.set(recorder, resolve));
    return { recorder, done };
  }

  tap(hear: (frame: TapFrame) => void): number {
    const tap = this.number();
    this.taps.set(tap, hear);
    return tap;
  }

  watch(hear: (change: SpeechChange) => void): number {
    const tap = this.number();
    this.watches.set(tap, hear);
    return tap;
  }

  watchMachine(hear: (by: AnsweredBy) => void): number {
    const tap = this.number();
    this.machines.set(tap, hear);
    return tap;
  }

  closeTap(tap: number): void {
    const known = this.taps.delete(tap) || this.watches.delete(tap) || this.machines.delete(tap);
    if (known) this.line.order({ kind: 'close-tap', tap });
  }

  mark(passed: () => void): number {
    const mark = this.number();
    this.marks.set(mark, passed);
    return mark;
  }

  event(event: Event): void {
    switch (event.kind) {
      case 'digit':
        return this.legs.get(event.leg)?.digit(event.digit);
      case 'fault':
        return this.legs.get(event.leg)?.fault(event.fault);
      case 'ended':
        return taken(this.legs, event.leg)?.ended(event.measured);
      case 'played':
        return taken(this.playbacks, event.playback)?.(event.how);
      case 'recorded':
        return taken(this.recorders, event.recorder)?.(event.result);
      case 'heard':
        return this.taps.get(event.tap)?.(event.frame);
      case 'speech':
        return this.watches.get(event.tap)?.(event.change);
      case 'machine':
        return this.machines.get(event.tap)?.(event.by);
      case 'marked':
        return taken(this.marks, event.mark)?.();
      default:
        return assertNever(event);
    }
  }

  /** The thread is gone, and the legs with it. */
  lost(): void {
    for (const leg of [...this.legs.values()]) leg.fault('worker-died');
    this.close();
  }

  /** What was going on in the thread is over. */
  close(): void {
    for (const leg of this.legs.values()) leg.ended(undefined);
    for (const over of this.playbacks.values()) over('closed');
    for (const over of this.recorders.values()) over({ why: 'failed', durationMs: 0, bytes: 0 });
    for (const passed of this.marks.values()) passed();
    const { legs, playbacks, recorders, taps, watches, machines, marks } = this;
    for (const map of [legs, playbacks, recorders, taps, watches, machines, marks]) map.clear();
  }
}

function taken<V>(map: Map<number, V>, key: number): V | undefined {
  const value = map.get(key);
  map.delete(key);
  return value;
}
