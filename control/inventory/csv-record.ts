/** A longer record is none: nothing in a list of numbers is that long. */
export const recordMax = 65_536;

export type CsvFault = 'quote' | 'unclosed' | 'long';

/**
 * One record of a CSV text (RFC 4180; a lone CR ends a line, too), with the index behind it and how many lines it takes. A
 * record with a quote in the midst of a cell ends with its line.
 */
export type CsvRecord =
  | {
      readonly kind: 'record';
      readonly cells: readonly string[];
      readonly end: number;
      readonly lines: number;
    }
  | { readonly kind: 'fault'; readonly fault: CsvFault; readonly end: number; readonly lines: number }
  /** It goes on after the text. */
  | { readonly kind: 'unfinished' };

/** Reads the record that begins at `start`; `isLast` says that nothing comes after `text`. */
export function readRecord(text: string, start: number, isLast: boolean): CsvRecord {
  const cells: string[] = [];
  let lines = 1;
  let at = start;
  for (;;) {
    const quoted = text[at] === '"';
    let cell = '';
    if (quoted) {
      at++;
      for (;;) {
        const quote = text.indexOf('"', at);
        if (quote < 0 || quote - start > recordMax) return unclosed(text, start, isLast, lines);
        if (quote + 1 === text.length && !isLast) return { kind: 'unfinished' };
        cell += text.slice(at, quote);
        at = quote + 1;
        if (text[at] !== '"') break;
        cell += '"';
        at++;
      }
      lines += countLineEnds(cell);
    }
    const end = endOfCell(text, at);
    if (end - start > recordMax) return { kind: 'fault', fault: 'long', end: text.length, lines };
    // A CR at the very end may be half of a CRLF.
    if (!isLast && (end === text.length || (text[end] === '\r' && end + 1 === text.length)))
      return { kind: 'unfinished' };
    const bare = text.slice(at, end);
    if (quoted ? bare !== '' : bare.includes('"'))
      return { kind: 'fault', fault: 'quote', end: afterLine(text, end), lines };
    cells.push(quoted ? cell : bare);
    if (text[end] === ',') {
      at = end + 1;
      continue;
    }
    return { kind: 'record', cells, end: afterEnd(text, end), lines };
  }
}

function unclosed(text: string, start: number, isLast: boolean, lines: number): CsvRecord {
  if (text.length - start > recordMax) return { kind: 'fault', fault: 'long', end: text.length, lines };
  return isLast ? { kind: 'fault', fault: 'unclosed', end: text.length, lines } : { kind: 'unfinished' };
}

function endOfCell(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === comma || code === lineFeed || code === carriageReturn) return at;
  }
  return text.length;
}

const comma = 0x2c;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

function afterLine(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === lineFeed || code === carriageReturn) return afterEnd(text, at);
  }
  return text.length;
}

/** Behind the end of a line that stands at `at`, or of the text. */
const afterEnd = (text: string, at: number): number =>
  at >= text.length ? text.length : text.startsWith('\r\n', at) ? at + 2 : at + 1;

const countLineEnds = (text: string): number => text.match(/\r\n|\n|\r/g)?.length ?? 0;
