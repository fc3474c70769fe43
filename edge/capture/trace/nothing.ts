import { listSegments } from '../ring/segments.ts';
import type { Wanted } from './subjects.ts';

/** Why there may be nothing: most often the ring is younger than what was asked for. */
export function nothingOf(captures: string, { window }: Wanted): string {
  const [oldest] = listSegments(captures);
  const when = (ms: number): string => new Date(ms).toISOString();
  if (oldest === undefined) return 'nothing has been captured yet';
  const beginsMs = oldest.startUs / 1000;
  return beginsMs > window.untilMs
    ? `the ring begins at ${when(beginsMs)}, and this was over by ${when(window.untilMs)}`
    : `nothing in the ring, which begins at ${when(beginsMs)}, belongs to it`;
}
