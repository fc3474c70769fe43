import type { Random } from '../../../control/base/random.ts';
import type { ToneName } from '../../../media/media.ts';

/** What a phone says. A file is WAV, MP3, AIFF or AU of any rate. */
export type Sound =
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'silence'; readonly durationMs: number }
  | { readonly kind: 'tone'; readonly tone: ToneName; readonly durationMs: number };

/** Digits that the phone's user presses; `w` waits half a second. What the phone was saying ends with them. */
export interface Press {
  readonly digits: string;
  readonly when:
    /** So long after the answer. */
    | { readonly kind: 'at'; readonly atMs: number }
    /** Once the other side has spoken and then been silent for so long; one such press for each pause, in order. */
    | { readonly kind: 'pause'; readonly silenceMs: number };
}

/** What a phone's user does in a call that stands, called or calling. */
export interface Manners {
  readonly says: readonly Sound[];
  readonly presses: readonly Press[];
  /** So long after the answer; 0 leaves it to the other side. */
  readonly hangUpAfterMs: number;
}

/** What becomes of a call to a phone. `status` is a final SIP status from 400. */
export type CallFate =
  | { readonly kind: 'answered' }
  | { readonly kind: 'unanswered' }
  | { readonly kind: 'refused'; readonly status: number };

/** How the phones of a simulated carrier treat calls. Shares are in [0, 1]; suffixes are of the called number. */
export interface CallBehaviour {
  /** How long a phone rings before it is answered. */
  readonly ringMs: number;
  /** For numbers with a suffix, the first that fits; then shares of the others. The rest is answered. */
  readonly fates: {
    readonly bySuffix: readonly { readonly suffix: string; readonly fate: CallFate }[];
    readonly busyShare: number;
    readonly unansweredShare: number;
  };
  readonly manners: Manners;
  /** A folder for WAV files of what phones hear, made where it is missing; null: none. */
  readonly recordFolder: string | null;
}

// RFC 3261 §21.4.24 and §21.6.2.
export const busyHere = 486;
export const decline = 603;

/** Listens for ever. */
export const quietManners: Manners = { says: [], presses: [], hangUpAfterMs: 0 };

/** Every phone rings for a second, is answered, and listens until the caller hangs up. */
export const plainCallBehaviour: CallBehaviour = {
  ringMs: 1_000,
  fates: { bySuffix: [], busyShare: 0, unansweredShare: 0 },
  manners: quietManners,
  recordFolder: null,
};

/** Decides the fate of one call. */
export function fateOf({ fates }: CallBehaviour, number: string, random: Random): CallFate {
  const known = fates.bySuffix.find(({ suffix }) => number.endsWith(suffix));
  if (known !== undefined) return known.fate;
  const chosen = (share: number): boolean => share > 0 && random.fraction() < share;
  if (chosen(fates.busyShare)) return { kind: 'refused', status: busyHere };
  return { kind: chosen(fates.unansweredShare) ? 'unanswered' : 'answered' };
}
