import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../../control/base/clock.ts';
import { fail, ok, type Result } from '../../../control/base/result.ts';
import { Slots } from '../../sounds/slots.ts';
import type { Recogniser, Recognition, RecognitionRequest } from '../recogniser.ts';
import type { PocketsphinxFiles } from './decoder.ts';
import { Dictionary, hintGrammar } from './hints.ts';
import { Listening } from './listening.ts';

/** Where Debian puts them. */
export const debianFiles: PocketsphinxFiles = {
  command: 'pocketsphinx_continuous',
  model: '/usr/share/pocketsphinx/model/en-us',
};

export interface PocketsphinxOptions {
  readonly clock: Clock;
  readonly files: PocketsphinxFiles;
  /** Callers listened to at once; one with hints has two processes. */
  readonly parallel: number;
}

/**
 * pocketsphinx with Debian's model of American English. It listens for the hints, and for anything at the same time;
 * when the hints cover what was said, they are the answer.
 */
export class Pocketsphinx implements Recogniser {
  readonly name = 'pocketsphinx';
  private readonly options: PocketsphinxOptions;
  private readonly slots: Slots;
  private known: Dictionary | undefined;

  constructor(options: PocketsphinxOptions) {
    this.options = options;
    this.slots = new Slots(options.parallel, 0);
  }

  /** Callers listened to now. */
  get active(): number {
    return this.slots.load.active;
  }

  understands(language: string): boolean {
    return /^en(-|$)/i.test(language);
  }

  start(request: RecognitionRequest): Result<Recognition, 'busy' | 'unknown-language'> {
    if (!this.understands(request.language)) return fail('unknown-language');
    if (!this.slots.tryEnter()) return fail('busy');
    const grammar = request.hints.length === 0 ? undefined : hintGrammar(request.hints, this.dictionary());
    const { clock, files } = this.options;
    return ok(new Listening({ clock, files, grammar, hear: request.hear, ended: () => this.slots.leave() }));
  }

  /** 3 MB, read when the first hints come. Without the file there are no hints, and soon no decoder either. */
  private dictionary(): Dictionary {
    if (this.known !== undefined) return this.known;
    try {
      this.known = new Dictionary(readFileSync(join(this.options.files.model, 'cmudict-en-us.dict')));
    } catch {
      return new Dictionary(Buffer.alloc(0));
    }
    return this.known;
  }
}
