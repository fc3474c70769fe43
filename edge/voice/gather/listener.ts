import type { Leg, Tap } from '../../../media/media.ts';
import type { Heard, Recogniser, Recognition } from '../../../media/speech/recogniser.ts';

export interface ListenerOptions {
  readonly recogniser: Recogniser;
  readonly language: string;
  readonly hints: readonly string[];
  readonly partial: (text: string) => void;
  /** Once, unless cancelled. */
  readonly final: (text: string, confidence: number) => void;
  /** It cannot be listened, by one of Twilio's codes; no `final` follows. */
  readonly failed: (code: number, detail: string) => void;
}

/** One party's speech on its way to a recogniser. */
export class Listener {
  private readonly options: ListenerOptions;
  private recognition: Recognition | undefined;
  private tap: Tap | undefined;
  private over = false;

  constructor(options: ListenerOptions) {
    this.options = options;
  }

  /** Whether there is a recogniser that listens. */
  async listen(leg: Leg): Promise<boolean> {
    const { recogniser, language, hints, failed } = this.options;
    const started = recogniser.start({ language, hints, hear: (heard) => this.hear(heard) });
    if (!started.ok) {
      if (started.error === 'busy') failed(13340, 'as many callers as may speak at once do');
      else failed(13331, `no recogniser of this edge understands ${language}`);
      return false;
    }
    this.recognition = started.value;
    this.tap = await leg.tap('inbound', ({ payload }) => this.recognition?.feed(payload));
    if (this.over) this.tap.close();
    return true;
  }

  /** Nothing more is said. */
  finish(): void {
    this.tap?.close();
    this.recognition?.finish();
  }

  /** Nothing more is heard from it. */
  cancel(): void {
    if (this.over) return;
    this.over = true;
    this.tap?.close();
    this.recognition?.cancel();
  }

  private hear(heard: Heard): void {
    if (this.over) return;
    switch (heard.kind) {
      case 'partial':
        this.options.partial(heard.text);
        return;
      case 'final':
        this.over = true;
        this.tap?.close();
        this.options.final(heard.text, heard.confidence);
        return;
      case 'failed':
        this.over = true;
        this.tap?.close();
        this.options.failed(13340, `the recogniser failed: ${heard.why}`);
    }
  }
}
