import type { VoiceVerb } from '../../twiml/registry.ts';
import type { LiveCall } from '../live/live-call.ts';
import type { Params } from '../params.ts';
import type { Source } from './source.ts';

/** How the TwiML of a call came to its end. */
export type ProgramEnd =
  /** The last verb of the last document has run; `isSound`: that was not TwiML, but a sound to be played. */
  | { readonly kind: 'finished'; readonly isSound: boolean }
  /** <Hangup>, or <Reject> where nothing came before it. */
  | { readonly kind: 'hangup'; readonly reject?: 'busy' | 'rejected' }
  /** <Leave>. */
  | { readonly kind: 'left' }
  /** A document could not be had, nor its fallback. The alert has been raised. */
  | { readonly kind: 'failed'; readonly code: number }
  /** The signal ended, or the call. */
  | { readonly kind: 'interrupted' };

export interface ProgramOptions {
  readonly signal: AbortSignal;
  /** Sent with every request of this program (QueuePosition and the like), as they are then. */
  readonly params?: () => Params;
  /** The verbs that may run; others are left out with this fault (13201, 13238, …). Default: all. */
  readonly only?: { readonly verbs: ReadonlySet<VoiceVerb['kind']>; readonly code: number };
}

/** Runs TwiML on calls. */
export interface Programs {
  run(live: LiveCall, source: Source, options: ProgramOptions): Promise<ProgramEnd>;
}
