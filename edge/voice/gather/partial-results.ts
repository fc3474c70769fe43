import type { HttpMethod } from '../call.ts';
import type { Run } from '../program/run.ts';

/** The two values that Twilio is seen to send as Stability. */
const likelyToStay = '0.9';
const mayChange = '0.01';

const wordsOf = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '');

/** How likely a partial text is to stay: it does where it only goes on from the one before. */
export function stabilityOf(before: string, text: string): typeof likelyToStay | typeof mayChange {
  const [old, words] = [wordsOf(before), wordsOf(text)];
  const goesOn = old.length > 0 && old.every((word, at) => words[at] === word);
  return goesOn ? likelyToStay : mayChange;
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
      await documents.tell(this.run.live, this.url, this.method, [
        ['UnstableSpeechResult', text],
        // Twilio sends it, and leaves it empty: the whole of the text is in the other one.
        ['StableSpeechResult', ''],
        ['Stability', stabilityOf(this.before, text)],
        ['SequenceNumber', String(this.sequence++)],
      ]);
      this.before = text;
    }
    this.telling = false;
  }
}
