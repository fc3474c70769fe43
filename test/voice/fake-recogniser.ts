import { fail, ok, type Result } from '../../control/base/result.ts';
import type { Recogniser, Recognition, RecognitionRequest } from '../../media/speech/recogniser.ts';

/** One party that is listened to. */
export class FakeRecognition implements Recognition {
  readonly request: RecognitionRequest;
  bytes = 0;
  finished = false;
  cancelled = false;

  constructor(request: RecognitionRequest) {
    this.request = request;
  }

  feed(mulaw: Uint8Array): void {
    this.bytes += mulaw.length;
  }

  finish(): void {
    this.finished = true;
  }

  cancel(): void {
    this.cancelled = true;
  }
}

/** Understands what the test tells it. */
export class FakeRecogniser implements Recogniser {
  readonly name = 'fake';
  readonly recognitions: FakeRecognition[] = [];
  busy = false;

  understands(language: string): boolean {
    return language.startsWith('en');
  }

  start(request: RecognitionRequest): Result<Recognition, 'busy' | 'unknown-language'> {
    if (this.busy) return fail('busy');
    if (!this.understands(request.language)) return fail('unknown-language');
    const recognition = new FakeRecognition(request);
    this.recognitions.push(recognition);
    return ok(recognition);
  }

  get last(): FakeRecognition {
    const last = this.recognitions.at(-1);
    if (last === undefined) throw new Error('nobody is listened to');
    return last;
  }
}
