/** Where a number is written into a ready request: `width` decimal digits of `number % modulo`. */
export interface Hole {
  readonly at: number;
  readonly width: number;
  readonly modulo: number;
}

/** A request that is built once and then differs from message to message in a few digits. */
export interface Template {
  readonly bytes: Buffer;
  readonly holes: readonly Hole[];
}

/**
 * Cuts `<name:width>` marks out of `text`: each becomes `width` digits of the message's number, modulo
 * `moduli[name]` where that is given, else modulo 10^width.
 */
export function template(text: string, moduli: Readonly<Record<string, number>> = {}): Template {
  const holes: Hole[] = [];
  let plain = '';
  let last = 0;
  for (const match of text.matchAll(/<([a-z]+):(\d+)>/g)) {
    const width = Number(match[2]);
    plain += text.slice(last, match.index);
    holes.push({ at: plain.length, width, modulo: moduli[match[1] ?? ''] ?? 10 ** width });
    plain += '0'.repeat(width);
    last = match.index + match[0].length;
  }
  return { bytes: Buffer.from(plain + text.slice(last), 'latin1'), holes };
}

/** Writes message `number` into a copy of the template's bytes that starts at `base` in `bytes`. */
export function fill(bytes: Buffer, base: number, holes: readonly Hole[], number: number): void {
  for (const { at, width, modulo } of holes) {
    let rest = number % modulo;
    for (let i = base + at + width - 1; i >= base + at; i--) {
      bytes[i] = 48 + (rest % 10);
      rest = Math.floor(rest / 10);
    }
  }
}
