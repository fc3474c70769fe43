import type { HttpMethod } from '../call.ts';
import type { Run } from '../program/run.ts';

/** The two values that Twilio is seen to send as Stability. */
const likelyToStay = '0.9';
const mayChange = '0.01';

const wordsOf = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '');

/** What is understood so far, as the requests for partial results tell of it. */
export interface Partial {
  /** The words that have not changed since the partial result before. */
  readonly stable: string;
  /** How likely all of it is to stay: it does where it only goes on from the one before. */
  readonly stability: typeof likelyToStay | typeof mayChange;
}

function partialOf(before: string, text: string): Partial {
  const [old, words] = [wordsOf(before), wordsOf(text)];
  const changed = old.findIndex((word, at) => words[at] !== word);
  const stable = words.slice(0, changed < 0 ? old.length : changed).join(' ');
  return { stable, stability: old.length > 0 && changed < 0 ? likelyToStay : mayChange };
}

/** Tells an application what is understood so far: in order, and only the newest where it is slow to hear. */
export class PartialResults {
  private readonly run: Run;
  private readonly url: string;
  private readonly method: HttpMethod;
  private sequence = 0;
  private before = '';
  private waiting: string | undefined;
  private telling = false;

  constructor(run: Run, url: string, method: HttpMethod) {
    this.run = run;
    this.url = url;
    this.method = method;
  }

  add(text: string): void {
    this.waiting = text;
    if (!this.telling) void this.tell();
  }

  private async tell(): Promise<void> {
    const { documents } = this.run.services;
    this.telling = true;
    while (this.waiting !== undefined) {
      const text = this.waiting;
      this.waiting = undefined;
      const { stable, stability } = partialOf(this.before, text);
      await documents.tell(this.run.live, this.url, this.method, [
        // All of it: most applications look at nothing else.
        ['UnstableSpeechResult', text],
        ['StableSpeechResult', stable],
        ['Stability', stability],
        ['SequenceNumber', String(this.sequence++)],
      ]);
      this.before = text;
    }
    this.telling = false;
  }
}
