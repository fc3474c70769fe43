import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { OutputReader, type TimedWord } from './output.ts';

/** Debian's pocketsphinx and pocketsphinx-en-us. */
export interface PocketsphinxFiles {
  readonly command: string;
  /** The folder that holds `en-us`, `en-us.lm.bin` and `cmudict-en-us.dict`. */
  readonly model: string;
}

/**
 * The decoder opens its input by name, which Linux refuses for the sockets that Node gives as standard input; `cat`
 * makes a pipe of it. The script is constant: everything else is an argument. `nice`: listening comes after speaking.
 */
const script = 'cat | exec nice -n 5 "$@"';

/**
 * The mean of the cepstra of telephone speech as the upsampler makes it, measured over recorded prompts: the decoder
 * starts from it and not from the wide-band mean of its model, which a short answer gives it no time to leave.
 */
const cepstralMean = '58.30,7.64,11.07,4.93,4.33,-9.43,5.55,-5.80,8.80,-1.61,-5.19,0.21,-2.08';

/** What is listened for: anything, by the model's own language model, or a grammar in files. */
export type Search = 'free' | { readonly grammar: string; readonly dictionary: string };

export interface DecoderEvents {
  /** All words since the beginning, whenever there are more: at each pause of the speaker, and at the end. */
  readonly words: (words: readonly TimedWord[]) => void;
  /** It has ended; `well`: it has listened to everything. */
  readonly ended: (well: boolean) => void;
}

const wordsMax = 2_000;

/** One process of pocketsphinx_continuous, which listens to one caller. */
export class SphinxDecoder {
  private readonly child: ChildProcess;
  private readonly words: TimedWord[] = [];
  private done = false;

  constructor({ command, model }: PocketsphinxFiles, search: Search, events: DecoderEvents) {
    const searching =
      search === 'free'
        ? ['-lm', join(model, 'en-us.lm.bin'), '-dict', join(model, 'cmudict-en-us.dict')]
        : ['-jsgf', search.grammar, '-dict', search.dictionary];
    const options = ['-infile', '/dev/stdin', '-samprate', '16000', '-time', 'yes', '-logfn', '/dev/null'];
    const args = ['-hmm', join(model, 'en-us'), ...searching, '-cmninit', cepstralMean, ...options];
    this.child = spawn('/bin/sh', ['-c', script, 'sh', command, ...args], {
      stdio: ['pipe', 'pipe', 'ignore'],
      // A process group of its own, so that the pipe's other end goes with it.
      detached: true,
    });
    const reader = new OutputReader();
    this.child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      const more = reader.push(chunk);
      if (more.length === 0 || this.done || this.words.length >= wordsMax) return;
      this.words.push(...more);
      events.words(this.words);
    });
    const end = (well: boolean): void => {
      if (this.done) return;
      this.done = true;
      events.ended(well);
    };
    this.child.once('error', () => end(false));
    this.child.once('close', (status) => end(status === 0));
    // A decoder that has died breaks the pipe; `close` tells of it.
    this.child.stdin?.on('error', () => undefined);
  }

  /** 16 kHz. */
  write(samples: Int16Array): void {
    if (this.done) return;
    this.child.stdin?.write(Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength));
  }

  /** Nothing more is said. */
  end(): void {
    this.child.stdin?.end();
  }

  /** Ends it at once, without an event. */
  kill(): void {
    if (this.done) return;
    this.done = true;
    if (this.child.pid === undefined) return;
    try {
      process.kill(-this.child.pid, 'SIGKILL');
    } catch {
      // It has just ended by itself.
      return;
    }
  }
}
