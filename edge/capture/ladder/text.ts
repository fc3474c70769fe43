import { assertNever } from '../../../control/base/result.ts';
import type { Ladder, Participant, Row, Tone } from './ladder.ts';
import { cut, fitting, layoutOf, timeWidth } from './layout.ts';
import type { Layout } from './layout.ts';
import { arrowText, soundWordings } from './words.ts';

/** How a ladder is written for a terminal. */
export interface TextOptions {
  /** Characters in a line. */
  readonly width: number;
  /** Only where somebody looks at it: a terminal. */
  readonly colour: boolean;
  /** With each message's lines below its arrow. */
  readonly lines: boolean;
}

/** ANSI's select graphic rendition. */
const colours: Readonly<Record<Tone | 'sound' | 'remark', number>> = {
  request: 36,
  progress: 33,
  success: 32,
  failure: 31,
  quiet: 2,
  sound: 35,
  remark: 33,
};

/**
 * Writes rows as they come, below the columns' heads. When another participant has joined, the heads are written
 * anew. Where there are more participants than columns fit, each row names its ends by their numbers.
 */
export class LadderText {
  private readonly options: TextOptions;
  private layout: Layout;
  private heads = 0;
  private startUs: number | undefined;

  constructor(options: TextOptions) {
    this.options = options;
    this.layout = { width: options.width, lanes: undefined };
  }

  /** The lines for these rows, each with its end. */
  write(participants: readonly Participant[], rows: readonly Row[]): string {
    const lines: string[] = [];
    for (const row of rows) {
      if (this.startUs === undefined) {
        this.startUs = row.timeUs;
        const since = new Date(row.timeUs / 1000).toISOString();
        lines.push(cut(`Times are in seconds from ${since}.`, this.options.width));
      }
      if (this.heads !== participants.length) {
        this.heads = participants.length;
        this.layout = layoutOf(participants, this.options.width);
        lines.push('', ...heads(participants, this.layout));
      }
      lines.push(...this.row(row));
    }
    return lines.map((line) => `${line.trimEnd()}\n`).join('');
  }

  private row(row: Row): readonly string[] {
    const seconds = ((row.timeUs - (this.startUs ?? 0)) / 1e6).toFixed(3);
    const time = cut(seconds, timeWidth - 2).padStart(timeWidth - 2);
    const { width, lanes } = this.layout;
    switch (row.kind) {
      case 'remark':
        return [`${time}  ${this.paint('remark', cut(row.text, width - timeWidth))}`];
      case 'arrow': {
        const text = (room: number): string => arrowText(row, room);
        const line = this.between(time, row.from, row.to, text, row.tone, '─');
        if (!this.options.lines) return [line];
        const below = row.lines.map((text) => ' '.repeat(timeWidth) + cut(text, width - timeWidth));
        return [line, ...below, ''];
      }
      case 'sound': {
        const wordings = soundWordings(row);
        const text = (room: number): string => fitting(wordings, room);
        const line = this.between(time, row.from, row.to, text, 'sound', '═');
        const [whole = ''] = wordings;
        // What the arrow has no room for stands below it.
        if (lanes === undefined || line.includes(whole)) return [line];
        return [line, `${' '.repeat(timeWidth)}${this.paint('sound', cut(whole, width - timeWidth))}`];
      }
      default:
        return assertNever(row);
    }
  }

  private between(
    time: string,
    from: number,
    to: number,
    textFor: (room: number) => string,
    tone: Tone | 'sound',
    stroke: string,
  ): string {
    const { width, lanes } = this.layout;
    const [source, destination] = [lanes?.[from], lanes?.[to]];
    if (lanes === undefined || source === undefined || destination === undefined) {
      const ends = `${from + 1} → ${to + 1}`.padEnd(9);
      const room = width - timeWidth - ends.length - 1;
      return `${time}  ${ends} ${this.paint(tone, textFor(room))}`;
    }
    const ground = groundOf(lanes, width);
    if (source === destination) {
      const text = `↺ ${textFor(width - source - 4)}`;
      return `${time}  ${ground.slice(timeWidth, source + 2)}${this.paint(tone, text)}`;
    }
    const [left, right] = [Math.min(source, destination), Math.max(source, destination)];
    const room = right - left - 1;
    const words = ` ${textFor(room - 5)} `;
    const rest = stroke.repeat(room - words.length - 2);
    const arrow = source < destination ? `${stroke}${words}${rest}>` : `<${stroke}${words}${rest}`;
    return `${time}  ${ground.slice(timeWidth, left + 1)}${this.paint(tone, arrow)}${ground.slice(right)}`;
  }

  private paint(tone: keyof typeof colours, text: string): string {
    return this.options.colour ? `\u001b[${colours[tone]}m${text}\u001b[0m` : text;
  }
}

/** The columns' lines, from the beginning of a row on. */
function groundOf(lanes: readonly number[], width: number): string {
  const ground = new Array<string>(width).fill(' ');
  for (const lane of lanes) ground[lane] = '│';
  return ground.join('');
}

/** The names above the columns, or in a list where there are no columns. */
function heads(participants: readonly Participant[], { width, lanes }: Layout): readonly string[] {
  const [first, second] = lanes ?? [];
  if (lanes === undefined || first === undefined)
    return participants.map(({ name, endpoints }, i) =>
      cut(`${String(i + 1).padStart(timeWidth - 2)}  ${[name, ...endpoints].join('  ')}`, width),
    );
  const room = second === undefined ? width - timeWidth : second - first - 1;
  const line = (text: (participant: Participant) => string): string => {
    let written = '';
    for (const [i, participant] of participants.entries()) {
      const word = cut(text(participant), room);
      const lane = lanes[i] ?? 0;
      const at = Math.min(
        Math.max(lane - Math.floor(word.length / 2), written.length + 1),
        width - word.length,
      );
      written = written.padEnd(at) + word;
    }
    return written;
  };
  const addresses = line(({ endpoints: [address = '', ...more] }) =>
    more.length === 0 ? address : `${address} +${more.length}`,
  );
  return addresses.trim() === '' ? [line(({ name }) => name)] : [line(({ name }) => name), addresses];
}

/** A whole ladder for a terminal. */
export function ladderText(ladder: Ladder, options: TextOptions): string {
  const rows = new LadderText(options).write(ladder.participants, ladder.rows);
  const remarks = ladder.remarks.map((remark) => `${cut(remark, options.width)}\n`).join('');
  return `${cut(ladder.title, options.width)}\n${rows}${remarks === '' ? '' : `\n${remarks}`}`;
}
