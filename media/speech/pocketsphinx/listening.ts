import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock, Timer } from '../../../control/base/clock.ts';
import { decodeUlaw } from '../../audio/g711.ts';
import type { Heard, Recognition } from '../recogniser.ts';
import { SphinxDecoder, type PocketsphinxFiles, type Search } from './decoder.ts';
import { ofHints, ofWords, type HintGrammar, type Understood } from './hints.ts';
import type { TimedWord } from './output.ts';
import { Upsampler } from './upsampler.ts';

export interface ListeningOptions {
  readonly clock: Clock;
  readonly files: PocketsphinxFiles;
  readonly grammar: HintGrammar | undefined;
  readonly hear: (heard: Heard) => void;
  /** Once, when its processes are gone or told to go. */
  readonly ended: () => void;
}

/** A longer answer than this is taken as far as it has come. */
const audioMaxSamples = 120 * 8_000;
/** From `finish` to the last word. */
const finishTimeoutMs = 30_000;

type State = 'listening' | 'finishing' | 'done';

/** What one of the two decoders has understood; `ended` once it will understand no more. */
interface Ear {
  readonly decoder: SphinxDecoder;
  words: readonly TimedWord[];
  ended: boolean;
  failed: boolean;
}

/** One caller, listened to by a decoder that follows the hints, where there are any, and by one that follows nothing. */
export class Listening implements Recognition {
  private readonly options: ListeningOptions;
  private readonly upsampler = new Upsampler();
  private readonly folder: string | undefined;
  private readonly free: Ear;
  private readonly hinted: Ear | undefined;
  private state: State = 'listening';
  private samples = 0;
  private partial = '';
  private timer: Timer | undefined;

  constructor(options: ListeningOptions) {
    this.options = options;
    const { grammar } = options;
    this.folder = grammar === undefined ? undefined : mkdtempSync(join(tmpdir(), 'strowger-hints-'));
    if (grammar !== undefined && this.folder !== undefined) {
      const search = { grammar: join(this.folder, 'grammar'), dictionary: join(this.folder, 'dictionary') };
      writeFileSync(search.grammar, grammar.grammar);
      writeFileSync(search.dictionary, grammar.dictionary);
      this.hinted = this.listen(search);
    }
    this.free = this.listen('free');
  }

  feed(mulaw: Uint8Array): void {
    if (this.state !== 'listening') return;
    const heard = mulaw.subarray(0, audioMaxSamples - this.samples);
    this.samples += heard.length;
    const linear = new Int16Array(heard.length);
    decodeUlaw(heard, linear);
    const wide = this.upsampler.push(linear);
    for (const ear of this.ears()) ear.decoder.write(wide);
    if (this.samples >= audioMaxSamples) this.finish();
  }

  finish(): void {
    if (this.state !== 'listening') return;
    this.state = 'finishing';
    for (const ear of this.ears()) ear.decoder.end();
    this.timer = this.options.clock.after(finishTimeoutMs, () =>
      this.end({ kind: 'failed', why: 'timeout' }),
    );
    this.settle();
  }

  cancel(): void {
    this.end(undefined);
  }

  private listen(search: Search): Ear {
    const ear: Ear = {
      decoder: new SphinxDecoder(this.options.files, search, {
        words: (words) => {
          ear.words = words;
          this.tellPartial();
        },
        ended: (well) => {
          ear.ended = true;
          ear.failed = !well;
          this.settle();
        },
      }),
      words: [],
      ended: false,
      failed: false,
    };
    return ear;
  }

  private ears(): readonly Ear[] {
    return this.hinted === undefined ? [this.free] : [this.hinted, this.free];
  }

  private hint(): Understood | undefined {
    const { grammar } = this.options;
    return grammar === undefined || this.hinted === undefined
      ? undefined
      : ofHints(this.hinted.words, grammar);
  }

  private understood(): Understood {
    return this.hint() ?? ofWords(this.free.words);
  }

  private tellPartial(): void {
    const { text } = this.understood();
    if (this.state === 'done' || text === this.partial) return;
    this.partial = text;
    this.options.hear({ kind: 'partial', text });
  }

  /** A hint that was said need not wait for the other decoder, which takes four times as long. */
  private settle(): void {
    if (this.state === 'done') return;
    const { hinted, free } = this;
    if (free.ended && (free.failed || this.state === 'listening')) {
      // It ends by itself only when it cannot listen.
      this.end({ kind: 'failed', why: 'unavailable' });
      return;
    }
    const hintedEnded = hinted?.ended !== false;
    if (hintedEnded && (free.ended || this.hint() !== undefined)) {
      this.end({ kind: 'final', ...this.understood() });
    }
  }

  private end(heard: Heard | undefined): void {
    if (this.state === 'done') return;
    this.state = 'done';
    this.timer?.cancel();
    for (const ear of this.ears()) ear.decoder.kill();
    if (this.folder !== undefined) rmSync(this.folder, { recursive: true, force: true });
    this.options.ended();
    if (heard !== undefined) this.options.hear(heard);
  }
}
