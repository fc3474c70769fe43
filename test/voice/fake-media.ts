import { ok, type Result } from '../../control/base/result.ts';
import type {
  AnsweredBy,
  Digit,
  Feed,
  Leg,
  LegFault,
  LegOptions,
  MachineOptions,
  Media,
  Playable,
  Playback,
  Recorder,
  RecordingResult,
  RecordOptions,
  Room,
  SdpRefusal,
  SpeechChange,
  Tap,
  TapFrame,
  Track,
} from '../../media/media.ts';
import type { LegSample } from '../../media/quality/course.ts';
import type { LegQuality, MeasuredLeg } from '../../media/quality/leg-quality.ts';

type PlaybackEnd = Awaited<Playback['done']>;

/** A playback that ends when the test says so, or is stopped. */
export class FakePlayback implements Playback {
  readonly items: readonly Playable[];
  readonly loop: number;
  readonly done: Promise<PlaybackEnd>;
  ended: PlaybackEnd | undefined;
  private settle: (end: PlaybackEnd) => void = () => undefined;

  constructor(items: readonly Playable[], loop: number) {
    this.items = items;
    this.loop = loop;
    this.done = new Promise((resolve) => (this.settle = resolve));
  }

  end(how: PlaybackEnd = 'ended'): void {
    this.ended ??= how;
    this.settle(how);
  }

  stop(): void {
    this.end('stopped');
  }
}

/** A recording that ends when the test says so, or is stopped. */
export class FakeRecorder implements Recorder {
  readonly options: RecordOptions;
  readonly done: Promise<RecordingResult>;
  paused: 'skip' | 'silence' | undefined;
  private settle: (result: RecordingResult) => void = () => undefined;

  constructor(options: RecordOptions) {
    this.options = options;
    this.done = new Promise((resolve) => (this.settle = resolve));
  }

  pause(behavior: 'skip' | 'silence'): void {
    this.paused = behavior;
  }

  resume(): void {
    this.paused = undefined;
  }

  end(result: Partial<RecordingResult> = {}): void {
    this.settle({ why: 'stopped', durationMs: 2_000, bytes: 32_044, ...result });
  }

  stop(): void {
    this.end();
  }
}

/** Legs as what they are. */
const legs = new WeakMap<Leg, FakeLeg>();

/** A leg that notes what is asked of it. */
export class FakeLeg implements Leg {
  readonly id: string;
  readonly options: LegOptions;
  readonly playbacks: FakePlayback[] = [];
  readonly sentDigits: string[] = [];
  readonly recorders: FakeRecorder[] = [];
  readonly taps: { track: Track | 'both'; hear: (frame: TapFrame) => void; closed: boolean }[] = [];
  readonly speech: ((change: SpeechChange) => void)[] = [];
  readonly machines: { options: MachineOptions; hear: (by: AnsweredBy) => void; closed: boolean }[] = [];
  readonly fed: Uint8Array[] = [];
  peer: FakeLeg | undefined;
  echoing = false;
  closed = false;
  /** What it tells of itself at its end. */
  figures: LegQuality | undefined;
  samples: readonly LegSample[] = [];
  readonly measured: Promise<MeasuredLeg | undefined>;
  private tell: () => void = () => undefined;
  /** What becomes of the peer's SDP. */
  refusal: SdpRefusal | undefined;
  private readonly digits: ((digit: Digit) => void)[] = [];
  private readonly faults: ((fault: LegFault) => void)[] = [];

  constructor(id: string, options: LegOptions) {
    this.id = id;
    this.options = options;
    this.measured = new Promise((resolve) => {
      this.tell = () => {
        const { figures: sound, samples } = this;
        resolve(sound === undefined ? undefined : { sound, samples });
      };
    });
    legs.set(this, this);
  }

  offer(): Promise<string> {
    return Promise.resolve(`offer ${this.id}`);
  }

  answer(offer: string): Promise<Result<string, SdpRefusal>> {
    if (this.refusal !== undefined) return Promise.resolve({ ok: false, error: this.refusal });
    return Promise.resolve(ok(`answer ${this.id} to ${offer}`));
  }

  accept(): Promise<Result<void, SdpRefusal>> {
    if (this.refusal !== undefined) return Promise.resolve({ ok: false, error: this.refusal });
    return Promise.resolve(ok(undefined));
  }

  play(items: readonly Playable[], options: { readonly loop?: number } = {}): FakePlayback {
    this.playbacks.at(-1)?.stop();
    const playback = new FakePlayback(items, options.loop ?? 1);
    this.playbacks.push(playback);
    if (this.closed) playback.end('closed');
    return playback;
  }

  /** What is being played now. */
  get playing(): FakePlayback | undefined {
    const last = this.playbacks.at(-1);
    return last?.ended === undefined ? last : undefined;
  }

  sendDigits(digits: string): Playback {
    this.sentDigits.push(digits);
    const playback = new FakePlayback([], 1);
    playback.end();
    return playback;
  }

  bridge(other: Leg): Promise<void> {
    this.playing?.stop();
    const peer = legs.get(other);
    this.peer = peer;
    peer?.playing?.stop();
    peer?.meet(this);
    return Promise.resolve();
  }

  private meet(peer: FakeLeg): void {
    this.peer = peer;
  }

  unbridge(): Promise<void> {
    if (this.peer !== undefined) this.peer.peer = undefined;
    this.peer = undefined;
    return Promise.resolve();
  }

  echo(on: boolean): Promise<void> {
    this.echoing = on;
    return Promise.resolve();
  }

  record(options: RecordOptions): Promise<FakeRecorder> {
    const recorder = new FakeRecorder(options);
    this.recorders.push(recorder);
    return Promise.resolve(recorder);
  }

  tap(track: Track | 'both', hear: (frame: TapFrame) => void): Promise<Tap> {
    const tap = { track, hear, closed: false };
    this.taps.push(tap);
    return Promise.resolve({ close: () => (tap.closed = true) });
  }

  feed(): Promise<Feed> {
    const marks: (() => void)[] = [];
    return Promise.resolve({
      push: (mulaw) => void this.fed.push(mulaw),
      mark: (passed) => void marks.push(passed),
      clear: () => {
        for (const passed of marks.splice(0)) passed();
      },
      close: () => undefined,
    });
  }

  watchSpeech(hear: (change: SpeechChange) => void): Promise<Tap> {
    this.speech.push(hear);
    return Promise.resolve({ close: () => void this.speech.splice(this.speech.indexOf(hear), 1) });
  }

  watchMachine(options: MachineOptions, hear: (by: AnsweredBy) => void): Promise<Tap> {
    const watch = { options, hear, closed: false };
    this.machines.push(watch);
    return Promise.resolve({ close: () => (watch.closed = true) });
  }

  onDigit(hear: (digit: Digit) => void): void {
    this.digits.push(hear);
  }

  onFault(hear: (fault: LegFault) => void): void {
    this.faults.push(hear);
  }

  /** The party presses keys. */
  press(digits: string): void {
    for (const digit of digits) for (const hear of this.digits) hear({ digit, durationMs: 100, atMs: 0 });
  }

  fail(fault: LegFault): void {
    for (const hear of this.faults) hear(fault);
  }

  close(): Promise<void> {
    if (this.closed) return Promise.resolve();
    this.closed = true;
    void this.unbridge();
    this.playing?.end('closed');
    for (const recorder of this.recorders) recorder.end({ why: 'leg-closed' });
    this.tell();
    return Promise.resolve();
  }
}

/** A conference's sound that notes who is in it, and how. */
export class FakeRoom implements Room {
  readonly inside = new Map<Leg, { muted: boolean; held: boolean; coached: Leg | undefined }>();
  readonly playbacks: FakePlayback[] = [];
  readonly recorders: FakeRecorder[] = [];
  closed = false;

  join(leg: Leg, options: { readonly muted?: boolean; readonly held?: boolean } = {}): Promise<void> {
    this.inside.set(leg, { muted: options.muted ?? false, held: options.held ?? false, coached: undefined });
    return Promise.resolve();
  }

  leave(leg: Leg): Promise<void> {
    this.inside.delete(leg);
    return Promise.resolve();
  }

  mute(leg: Leg, on: boolean): void {
    const member = this.inside.get(leg);
    if (member !== undefined) member.muted = on;
  }

  hold(leg: Leg, on: boolean): void {
    const member = this.inside.get(leg);
    if (member !== undefined) member.held = on;
  }

  coach(coach: Leg, coached: Leg | undefined): void {
    const member = this.inside.get(coach);
    if (member !== undefined) member.coached = coached;
  }

  play(items: readonly Playable[], options: { readonly loop?: number } = {}): FakePlayback {
    const playback = new FakePlayback(items, options.loop ?? 1);
    this.playbacks.push(playback);
    return playback;
  }

  record(options: RecordOptions): Promise<FakeRecorder> {
    const recorder = new FakeRecorder(options);
    this.recorders.push(recorder);
    return Promise.resolve(recorder);
  }

  close(): Promise<void> {
    this.closed = true;
    this.inside.clear();
    for (const recorder of this.recorders) recorder.end();
    return Promise.resolve();
  }
}

/** Media without sound. */
export class FakeMedia implements Media {
  readonly legs: FakeLeg[] = [];
  readonly rooms: FakeRoom[] = [];
  full = false;
  /** Nothing can be opened: the thread is gone. */
  broken = false;

  openLeg(options: LegOptions): Promise<Result<FakeLeg, 'no-ports' | 'no-worker'>> {
    if (this.broken) return Promise.reject(new Error('no thread'));
    if (this.full) return Promise.resolve({ ok: false, error: 'no-ports' });
    const leg = new FakeLeg(`L${this.legs.length + 1}`, options);
    this.legs.push(leg);
    return Promise.resolve(ok(leg));
  }

  openRoom(): Promise<FakeRoom> {
    const room = new FakeRoom();
    this.rooms.push(room);
    return Promise.resolve(room);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  get openLegs(): number {
    return this.legs.filter(({ closed }) => !closed).length;
  }
}
