import { assertNever } from '../../../control/base/result.ts';
import type { Ladder, Row } from './ladder.ts';
import { arrowText, soundWordings } from './words.ts';
import { cut, fitting } from './layout.ts';

// All in the units of the picture: pixels where it is shown at its own size.
const timeWidth = 80;
const laneGap = 240;
const headHeight = 56;
const rowHeight = 28;
/** Of a character in the page's monospaced font, as `ladder-svg` sets it: 12 px. */
const characterWidth = 7.3;

/** Text as an element's or attribute's content (XML 1.0 §2.4). */
const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const laneAt = (participant: number): number => timeWidth + laneGap / 2 + participant * laneGap;

/**
 * A ladder as a picture: no script, no style and no address of anything else in it. Colours come from the page, by the
 * classes `ladder-svg`, `lane`, `head`, `time`, `remark`, and for arrows `arrow` or `sound` with the row's tone. Texts
 * are texts, so they can be selected and searched; each row has its whole wording as its title and `data-row`, its place.
 */
export function ladderSvg(ladder: Ladder): string {
  const width = timeWidth + Math.max(1, ladder.participants.length) * laneGap;
  const height = headHeight + ladder.rows.length * rowHeight + rowHeight / 2;
  const startUs = ladder.rows[0]?.timeUs ?? 0;
  const lanes = ladder.participants.map(({ name, endpoints: [endpoint = ''] }, i) => {
    const x = laneAt(i);
    const room = Math.floor((laneGap - 16) / characterWidth);
    return (
      `<text class="head" x="${x}" y="20" text-anchor="middle">${escaped(cut(name, room))}</text>` +
      `<text class="time" x="${x}" y="38" text-anchor="middle">${escaped(cut(endpoint, room))}</text>` +
      `<line class="lane" x1="${x}" y1="46" x2="${x}" y2="${height}"/>`
    );
  });
  const rows = ladder.rows.map((row, i) => {
    const y = headHeight + i * rowHeight + rowHeight / 2;
    const seconds = ((row.timeUs - startUs) / 1e6).toFixed(3);
    const time = `<text class="time" x="${timeWidth - 8}" y="${y + 4}" text-anchor="end">${seconds}</text>`;
    return `<g data-row="${i}">${time}${rowSvg(row, y)}</g>`;
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" class="ladder-svg" role="img" width="${width}" height="${height}" ` +
    `viewBox="0 0 ${width} ${height}"><title>${escaped(ladder.title)}</title>${lanes.join('')}${rows.join('')}</svg>`
  );
}

function rowSvg(row: Row, y: number): string {
  switch (row.kind) {
    case 'remark':
      return `<text class="remark" x="${timeWidth}" y="${y + 4}">${escaped(row.text)}</text>`;
    case 'arrow':
      return arrowSvg(row, `arrow ${row.tone}`, y, (room) => arrowText(row, room));
    case 'sound':
      return arrowSvg(row, 'sound', y, (room) => fitting(soundWordings(row), room));
    default:
      return assertNever(row);
  }
}

function arrowSvg(
  { from, to }: { readonly from: number; readonly to: number },
  style: string,
  y: number,
  textFor: (room: number) => string,
): string {
  const [source, destination] = [laneAt(from), laneAt(to)];
  // To itself: a hook to the right.
  const head = from === to ? source + 24 : destination;
  const back = head > source ? -8 : 8;
  const room = Math.floor((Math.max(laneGap, Math.abs(destination - source)) - 32) / characterWidth);
  const middle = from === to ? source + laneGap / 2 : (source + destination) / 2;
  return (
    `<g class="${style}"><title>${escaped(textFor(Infinity))}</title>` +
    `<line x1="${source}" y1="${y + 6}" x2="${head}" y2="${y + 6}"/>` +
    `<path d="M${head + back} ${y + 2}L${head} ${y + 6}L${head + back} ${y + 10}"/>` +
    `<text x="${middle}" y="${y}" text-anchor="middle">${escaped(textFor(room))}</text></g>`
  );
}
