/** What others wrote, fit for a terminal: no control characters, so no escape sequences. */
const plain = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\u00b7');

const style = { bold: '1', dim: '2', cyan: '36' } as const;

/** Writes what a person reads: headings, aligned rows, plain lines. */
export class Screen {
  private readonly out: (text: string) => void;
  private readonly colour: boolean;

  constructor(out: (text: string) => void, colour: boolean) {
    this.out = out;
    this.colour = colour;
  }

  heading(text: string): void {
    this.out(`\n${this.paint(text, 'bold')}\n\n`);
  }

  /** One step of a story: when, counted from its beginning; who; what. */
  step(elapsedMs: number, who: string, text: string): void {
    const time = this.paint(`${String(Math.round(elapsedMs)).padStart(6)} ms`, 'dim');
    this.out(`${time}  ${this.paint(who.padEnd(8), 'cyan')}  ${plain(text)}\n`);
  }

  /** A name and what it stands for. */
  field(name: string, value: string): void {
    this.out(`  ${this.paint(name.padEnd(12), 'cyan')}  ${plain(value)}\n`);
  }

  line(text = ''): void {
    this.out(`${plain(text)}\n`);
  }

  private paint(text: string, name: keyof typeof style): string {
    return this.colour ? `\u001b[${style[name]}m${text}\u001b[0m` : text;
  }
}
