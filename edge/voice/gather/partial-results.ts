import type { HttpMethod } from '../call.ts';
import type { Run } from '../program/run.ts';

/** Tells an application what is understood so far: in order, and only the newest where it is slow to hear. */
export class PartialResults {
  private readonly run: Run;
  private readonly url: string;
  private readonly method: HttpMethod;
  private sequence = 0;
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
        ['StableSpeechResult', ''],
        ['SequenceNumber', String(this.sequence++)],
      ]);
    }
    this.telling = false;
  }
}
