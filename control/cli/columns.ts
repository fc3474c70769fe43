/** No line of a table is longer, so that it fits a terminal. */
const lineMaxCharacters = 100;
const gap = '  ';
/** What is no longer and has no spaces is a SID, a number, a word: it stays whole while other columns can give way. */
const wordMaxCharacters = 34;
const columnMinCharacters = 8;

/** Rows in aligned columns, the first one being the header. Text that does not fit its column goes on below. */
export function columnsText(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map((cell) => Array.from(cell.replace(/\s+/gu, ' '))));
  const widths = fitted(cells);
  return cells.flatMap((row) => linesOf(row, widths)).join('\n');
}

/** A cell by its characters, so that none of them is cut in two. */
type Cell = readonly string[];

/** How wide each column may be: as its cells are, or as far as the line allows. */
function fitted(rows: readonly (readonly Cell[])[]): readonly number[] {
  const widths: number[] = [];
  const words: boolean[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
      words[column] = (words[column] ?? true) && cell.length <= wordMaxCharacters && !cell.includes(' ');
    }
  }
  const room = lineMaxCharacters - gap.length * (widths.length - 1);
  const all = widths.map((_, column) => column);
  const texts = all.filter((column) => words[column] !== true);
  narrow(widths, texts, room);
  narrow(widths, all, room);
  return widths;
}

/** Takes from the widest of some columns, one character at a time, until all columns have room or none has any left. */
function narrow(widths: number[], columns: readonly number[], room: number): void {
  let over = widths.reduce((sum, width) => sum + width, 0) - room;
  for (; over > 0; over--) {
    let widest: number | undefined;
    for (const column of columns)
      if ((widths[column] ?? 0) > (widths[widest ?? -1] ?? columnMinCharacters)) widest = column;
    if (widest === undefined) return;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
}

function linesOf(row: readonly Cell[], widths: readonly number[]): readonly string[] {
  const wrapped = row.map((cell, column) => wrap(cell, widths[column] ?? 0));
  const height = Math.max(1, ...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    wrapped
      .map((lines, column) => {
        const cell = lines[line] ?? [];
        return cell.join('') + ' '.repeat(Math.max(0, (widths[column] ?? 0) - cell.length));
      })
      .join(gap)
      .trimEnd(),
  );
}

/** Lines of at most `width` characters, broken at spaces where there are any. */
function wrap(cell: Cell, width: number): readonly Cell[] {
  const lines: Cell[] = [];
  let rest = cell;
  while (rest.length > width) {
    const space = rest.slice(0, width + 1).lastIndexOf(' ');
    const end = space > 0 ? space : width;
    lines.push(rest.slice(0, end));
    rest = rest.slice(space > 0 ? end + 1 : end);
  }
  return [...lines, rest];
}

/** `1.5 MiB` */
export function bytesText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit] ?? ''}`;
}
