import { html, type Html } from './html.ts';

/** A figure at a moment; null: there was nothing to measure. */
export interface Point {
  readonly atMs: number;
  readonly value: number | null;
}

export interface Chart {
  readonly title: string;
  /** Oldest first. */
  readonly points: readonly Point[];
  /** The stretch of time that is drawn, up to the last point. */
  readonly windowMs: number;
  /** A value as people read it. */
  readonly words: (value: number) => string;
}

const width = 300;
const height = 64;

/** A figure as it went: the last and the greatest value in words, and a line from zero up. */
export function chart({ title, points, windowMs, words }: Chart): Html {
  const known = points.filter((point): point is { atMs: number; value: number } => point.value !== null);
  const last = points.at(-1);
  const top = Math.max(0, ...known.map(({ value }) => value));
  const now = last === undefined || last.value === null ? 'nothing yet' : words(last.value);
  const most = known.length === 0 ? '' : `at most ${words(top)} in the last hour`;
  return html`<figure class="tile">
    <figcaption>${title}</figcaption>
    <p class="figure">${now}</p>
    <svg
      class="chart"
      viewBox="0 0 ${width} ${height}"
      preserveAspectRatio="none"
      role="img"
      aria-label="${title}: ${most}"
    >
      <line class="axis" x1="0" y1="${height - 1}" x2="${width}" y2="${height - 1}" />
      ${last !== undefined && stretches(points).map((stretch) => line(stretch, last.atMs - windowMs, windowMs, top))}
    </svg>
    <p class="hint">${most}</p>
  </figure>`;
}

type Known = readonly { readonly atMs: number; readonly value: number }[];

/** What was measured without a break between. */
function stretches(points: readonly Point[]): readonly Known[] {
  const found: { atMs: number; value: number }[][] = [[]];
  for (const { atMs, value } of points) {
    if (value === null) found.push([]);
    else found.at(-1)?.push({ atMs, value });
  }
  return found.filter((stretch) => stretch.length > 0);
}

function line(stretch: Known, fromMs: number, windowMs: number, top: number): Html {
  const at = (ms: number): string => (((ms - fromMs) / windowMs) * width).toFixed(1);
  const up = (value: number): string =>
    (height - 1 - (top === 0 ? 0 : (value / top) * (height - 4))).toFixed(1);
  const path = stretch.map(({ atMs, value }) => `${at(atMs)} ${up(value)}`).join('L');
  const [first] = stretch;
  const last = stretch.at(-1);
  const floor = height - 1;
  return html`<path
      class="area"
      d="M${at(first?.atMs ?? 0)} ${floor}L${path}L${at(last?.atMs ?? 0)} ${floor}Z"
    />
    <path class="line" d="M${path}" />`;
}
