import type { Clock, Timer } from '../../../control/base/clock.ts';
import { fail, ok, type Result } from '../../../control/base/result.ts';
import type { Leg, Playable, Recorder, SpeechChange } from '../../../media/media.ts';
import type { Manners } from './behaviour.ts';
import type { CallEnded, CallNews } from './events.ts';
import type { Talk } from './talk.ts';

export interface ConversationParts {
  readonly talk: Talk;
  readonly leg: Leg;
  readonly clock: Clock;
  readonly manners: Manners;
  /** What the manners have the phone say. */
  readonly says: readonly Playable[];
  /** A WAV file for what the phone hears; null: none. Its folder exists. */
  readonly recordTo: string | null;
  readonly report: (news: CallNews) => void;
}

export type EndedBy = CallEnded['by'];

const recordingMaxMs = 4 * 3_600_000;
const notAcceptableHere = 488;

/** A call that stands: the phone's user says, presses, listens and hangs up as the manners want. */
export class Conversation {
  /** Resolves when it is over and its recording is whole. */
  readonly over: Promise<EndedBy>;
  private readonly parts: ConversationParts;
  private readonly beganMs: number;
  private readonly timers: Timer[] = [];
  private pause: Timer | undefined;
  private recorder: Promise<Recorder> | undefined;
  private ended = false;
  private settle: (by: EndedBy) => void = () => undefined;

  constructor(parts: ConversationParts) {
    this.parts = parts;
    this.beganMs = parts.clock.now();
    this.over = new Promise((resolve) => (this.settle = resolve));
    const { talk, leg, report, recordTo } = parts;
    report({ type: 'answered' });
    leg.onDigit(({ digit }) => report({ type: 'digit', digit }));
    leg.onFault(() => void this.end('fault'));
    talk.handle({
      ended: () => void this.end('peer'),
      offered: (sdp) => this.renegotiate(sdp),
      answered: (sdp) => void leg.accept(sdp),
    });
    if (recordTo !== null) this.recorder = leg.record(recordingOf(recordTo));
    this.behave();
  }

  press(digits: string): void {
    if (this.ended) return;
    const { leg, report } = this.parts;
    report({ type: 'pressed', digits });
    leg.sendDigits(digits);
  }

  hangUp(): void {
    void this.end('phone');
  }

  private behave(): void {
    const { leg, clock, says, manners } = this.parts;
    if (says.length > 0) leg.play(says);
    const afterPauses: { readonly digits: string; readonly silenceMs: number }[] = [];
    for (const { digits, when } of manners.presses) {
      if (when.kind === 'at') this.timers.push(clock.after(when.atMs, () => this.press(digits)));
      else afterPauses.push({ digits, silenceMs: when.silenceMs });
    }
    if (manners.hangUpAfterMs > 0) this.timers.push(clock.after(manners.hangUpAfterMs, () => this.hangUp()));
    if (afterPauses.length === 0) return;
    void leg.watchSpeech(({ kind }: SpeechChange) => {
      this.pause?.cancel();
      const [next] = afterPauses;
      if (kind === 'speech' || next === undefined || this.ended) return;
      this.pause = clock.after(next.silenceMs, () => {
        afterPauses.shift();
        this.press(next.digits);
      });
    });
  }

  private async renegotiate(sdp: string): Promise<Result<string, number>> {
    const { leg } = this.parts;
    if (sdp === '') return ok(await leg.offer());
    const answer = await leg.answer(sdp);
    return answer.ok ? answer : fail(notAcceptableHere);
  }

  private async end(by: EndedBy): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    for (const timer of this.timers) timer.cancel();
    this.pause?.cancel();
    const { talk, leg, clock, recordTo, report } = this.parts;
    report({ type: 'ended', by, durationMs: clock.now() - this.beganMs });
    const hungUp = talk.hangUp();
    const recorder = await this.recorder;
    recorder?.stop();
    const recording = await recorder?.done;
    await leg.close();
    if (recordTo !== null && recording !== undefined && recording.why !== 'failed')
      report({ type: 'recorded', file: recordTo, durationMs: recording.durationMs });
    await hungUp;
    this.settle(by);
  }
}

const recordingOf = (file: string) =>
  ({
    file,
    channels: 'mono',
    track: 'inbound',
    trimSilence: false,
    maxDurationMs: recordingMaxMs,
    finishOnDigits: '',
  }) as const;
