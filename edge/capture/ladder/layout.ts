import type { Participant } from './ladder.ts';

/** Where the columns stand on a terminal. */
export interface Layout {
  readonly width: number;
  /** The place of each participant's line; undefined where they do not fit beside each other. */
  readonly lanes: readonly number[] | undefined;
}

/** Before the first column: the time. */
export const timeWidth = 11;
/** Narrower than this no arrow says anything. */
const gapMin = 20;
/** Half a name's width, left of the first line and right of the last. */
const margin = 10;

export function layoutOf(participants: readonly Participant[], width: number): Layout {
  const count = participants.length;
  const room = width - timeWidth - 2 * margin - 1;
  if (count < 2) return { width, lanes: participants.map(() => timeWidth + margin) };
  const gap = Math.floor(room / (count - 1));
  if (gap < gapMin) return { width, lanes: undefined };
  return { width, lanes: participants.map((_, i) => timeWidth + margin + i * gap) };
}

/** Text of at most so many characters. */
export const cut = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, Math.max(0, length - 1))}…`;

/** The first of several wordings that fits, or the last one, cut. */
export const fitting = (wordings: readonly string[], length: number): string =>
  wordings.find((wording) => wording.length <= length) ?? cut(wordings.at(-1) ?? '', length);
