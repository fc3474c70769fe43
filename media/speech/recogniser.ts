import type { Result } from '../../control/base/result.ts';

export interface RecognitionRequest {
  /** BCP 47: `en-US`. */
  readonly language: string;
  /** Words and phrases that are likely. */
  readonly hints: readonly string[];
  /** Hears what was understood: partial texts, then one `final` or one `failed`, then nothing. */
  readonly hear: (heard: Heard) => void;
}

export type Heard =
  /** What is understood so far, as a whole; it may still change. */
  | { readonly kind: 'partial'; readonly text: string }
  /** `text` is empty when nothing was understood. `confidence` from 0 to 1. */
  | { readonly kind: 'final'; readonly text: string; readonly confidence: number }
  | { readonly kind: 'failed'; readonly why: 'unavailable' | 'timeout' };

/** Speech of one caller on its way to being text. */
export interface Recognition {
  /** µ-law, 8 kHz, of any length. After so much that a recogniser takes no more, it finishes by itself. */
  feed(mulaw: Uint8Array): void;
  /** No more is said: `final` follows. */
  finish(): void;
  /** Nothing more is heard from it. */
  cancel(): void;
}

/** Speech in, text out. One contract suite is run on each. */
export interface Recogniser {
  readonly name: string;
  understands(language: string): boolean;
  /** `busy`: it listens to as many as it may. */
  start(request: RecognitionRequest): Result<Recognition, 'busy' | 'unknown-language'>;
}
