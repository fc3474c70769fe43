import { assertNever } from '../../control/base/result.ts';
import type { AnsweredBy, MachineOptions } from '../media.ts';
import { SingleTone } from './single-tone.ts';
import { SpeechDetector } from './speech-detector.ts';

/** Shorter tones are chance, or the ring of a voice. */
const toneMs = 60;
/** The beeps of voicemail systems in use: sines of 400 to 2,000 Hz, 0.15 to 1 s long. */
const beep = { lowestHz: 350, highestHz: 2_300, shortestMs: 140, longestMs: 2_000 };
/** ITU-T T.30: the calling tone (1,100 ± 38 Hz, 0.5 s ± 15 %) and the answering tone (2,100 ± 15 Hz, 2.6 to 4 s). */
const faxTones = [
  { hz: 1_100, widthHz: 38, ms: 400 },
  { hz: 2_100, widthHz: 30, ms: 1_000 },
] as const;

/**
 * Tells a person from an answering machine by how long the first speech lasts: people say "hello?" and wait, machines
 * go on. Beeps and fax tones are heard as such. Fed from the moment of answer; silent frames where nothing came.
 */
export class MachineDetector {
  private readonly options: Required<MachineOptions>;
  private readonly speech = new SpeechDetector();
  private readonly tone = new SingleTone();
  private phase: 'waiting' | 'greeting' | 'machine' | 'decided' = 'waiting';
  /** Where the greeting began, and where its last words ended. */
  private begunAtMs = 0;
  private silentSinceMs = 0;
  private beeping = false;

  constructor(options: MachineOptions) {
    this.options = {
      timeoutMs: 30_000,
      speechThresholdMs: 2_400,
      speechEndThresholdMs: 1_200,
      silenceTimeoutMs: 5_000,
      ...options,
    };
  }

  /** How much sound it took so far. */
  get elapsedMs(): number {
    return this.speech.heardMs;
  }

  /** Takes 20 ms; gives the answer once. */
  write(frame: Int16Array): AnsweredBy | undefined {
    if (this.phase === 'decided') return undefined;
    const answer = this.judge(frame);
    if (answer !== undefined) this.phase = 'decided';
    return answer;
  }

  private judge(frame: Int16Array): AnsweredBy | undefined {
    this.tone.write(frame);
    const inTone = this.tone.heldMs >= toneMs;
    const change = inTone ? this.speech.skip() : this.speech.write(frame);
    if (change?.kind === 'silence') this.silentSinceMs = change.atMs;
    if (change?.kind === 'speech' && this.phase === 'waiting') {
      this.phase = 'greeting';
      this.begunAtMs = change.atMs;
    }
    return this.byTone() ?? this.bySpeech() ?? this.byTime();
  }

  /** A beep is answered when it is over: who speaks after the beep is heard whole. */
  private byTone(): AnsweredBy | undefined {
    const { hz, heldMs } = this.tone;
    if (this.phase === 'waiting')
      for (const fax of faxTones) if (heldMs >= fax.ms && Math.abs(hz - fax.hz) <= fax.widthHz) return 'fax';
    const endless = heldMs >= beep.longestMs;
    const over = this.beeping && heldMs < beep.shortestMs;
    this.beeping = heldMs >= beep.shortestMs && hz >= beep.lowestHz && hz <= beep.highestHz;
    if (!over && !(this.beeping && endless)) return undefined;
    return this.options.until === 'answer' ? 'machine_start' : 'machine_end_beep';
  }

  private bySpeech(): AnsweredBy | undefined {
    const { speaking, heardMs } = this.speech;
    const { speechThresholdMs, speechEndThresholdMs, silenceTimeoutMs, until } = this.options;
    const silentMs = speaking || this.beeping ? 0 : heardMs - this.silentSinceMs;
    switch (this.phase) {
      case 'waiting':
        return silentMs >= silenceTimeoutMs ? 'unknown' : undefined;
      case 'greeting':
        if (speaking && heardMs - this.begunAtMs > speechThresholdMs) {
          this.phase = 'machine';
          return until === 'answer' ? 'machine_start' : undefined;
        }
        return silentMs >= speechEndThresholdMs ? 'human' : undefined;
      case 'machine':
        return silentMs >= speechEndThresholdMs ? 'machine_end_silence' : undefined;
      case 'decided':
        return undefined;
      default:
        return assertNever(this.phase);
    }
  }

  private byTime(): AnsweredBy | undefined {
    if (this.elapsedMs < this.options.timeoutMs) return undefined;
    return this.phase === 'machine' ? 'machine_end_other' : 'unknown';
  }
}
