import { html, type Html } from './html.ts';

/** One bar: what it stands for, and what is said of it. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  /** The value as people read it. */
  readonly words: string;
}

const width = 640;
const height = 160;
/** Room for labels, also where a narrow screen shows them twice as large. */
const footPx = 24;
const labelsMax = 8;
/** Fewer bars leave room at the right, and are no walls. */
const slotsMin = 12;

/** Bars from zero up, each with its words as a title; the table beside it says the same to who cannot see. */
export function bars(caption: string, list: readonly Bar[]): Html {
  const top = Math.max(0, ...list.map(({ value }) => value));
  const room = height - footPx;
  const step = width / Math.max(slotsMin, list.length);
  const labelled = Math.ceil(list.length / labelsMax);
  const drawn = list.map(({ label, value, words }, at) => {
    const tall = top === 0 ? 0 : (Math.max(0, value) / top) * room;
    const x = at * step;
    return html`<rect
        class="bar"
        x="${(x + step * 0.1).toFixed(1)}"
        y="${(room - tall).toFixed(1)}"
        width="${(step * 0.8).toFixed(1)}"
        height="${tall.toFixed(1)}"
      >
        <title>${label}: ${words}</title>
      </rect>
      ${at % labelled === 0 && html`<text x="${(x + step * 0.1).toFixed(1)}" y="${height - 6}">${label}</text>`}`;
  });
  const highest = list.reduce<Bar | undefined>(
    (most, bar) => (bar.value > (most?.value ?? 0) ? bar : most),
    undefined,
  );
  return html`<figure class="tile bars">
    <figcaption>
      ${caption}${highest !== undefined && `; the most: ${highest.words}, ${highest.label}`}
    </figcaption>
    <svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-label="${caption}">
      <line class="axis" x1="0" y1="${room}" x2="${width}" y2="${room}" />
      ${drawn}
    </svg>
  </figure>`;
}
