import type { LegSample } from '../../media/quality/course.ts';
import type { LegQuality } from '../../media/quality/leg-quality.ts';

/** What is known of a call besides its record once it is over. */
export interface CallReport {
  /** How good its sound was; null where it had none, or nobody is left to ask. */
  readonly sound: LegQuality | null;
  /** From our INVITE to the first sign of the other side (180, 183, 200); null of an inbound call, or without a sign. */
  readonly postDialDelayMs: number | null;
  readonly endedBy: 'edge' | 'peer';
}

/** What a call that has ended leaves to be told of it. */
export interface EndedCall {
  readonly report: CallReport;
  readonly samples: readonly LegSample[];
}
