import { SpeechDetector } from './speech-detector.ts';

export interface EndOfSpeechOptions {
  /** So much silence after speech ends it. */
  readonly speechTimeoutMs: number;
  /** So much silence in the beginning ends the waiting; undefined: never. */
  readonly noSpeechTimeoutMs?: number;
}

/** `begun`: the first words; `ended`: they are over; `nothing`: none came in time. The last two are final. */
export type SpeechProgress = 'begun' | 'ended' | 'nothing';

/** When a caller who was asked something has answered: the timing of a spoken gather, in the time of the sound. */
export class EndOfSpeech {
  private readonly options: EndOfSpeechOptions;
  private readonly detector = new SpeechDetector();
  private begun = false;
  private over = false;
  private silentSinceMs = 0;

  constructor(options: EndOfSpeechOptions) {
    this.options = options;
  }

  write(frame: Int16Array): SpeechProgress | undefined {
    if (this.over) return undefined;
    const change = this.detector.write(frame);
    if (change?.kind === 'silence') this.silentSinceMs = change.atMs;
    if (this.detector.speaking) {
      if (this.begun) return undefined;
      this.begun = true;
      return 'begun';
    }
    const { speechTimeoutMs, noSpeechTimeoutMs = Infinity } = this.options;
    const limitMs = this.begun ? speechTimeoutMs : noSpeechTimeoutMs;
    if (this.detector.heardMs - this.silentSinceMs < limitMs) return undefined;
    this.over = true;
    return this.begun ? 'ended' : 'nothing';
  }
}
