/** Longest message of an application, in octets: the largest SIP message and what stands around it. */
export const controlMax = 256 * 1024;
/** Digits of the length specifier; more can only be nonsense. */
const digitsMax = 6;
const hash = 35;
const nothing = Buffer.alloc(0);

/**
 * Cuts a control connection into messages: each is its length in octets, `#`, and so many octets of UTF-8. A length
 * that is none, or too large, ends the framing; nothing after it is read.
 */
export class ControlFramer {
  private kept: Buffer = nothing;
  private lost = false;

  /** Whether a refused length has ended the framing. */
  get broken(): boolean {
    return this.lost;
  }

  /** Takes the next bytes and gives the messages they complete. */
  push(chunk: Buffer): readonly string[] {
    const texts: string[] = [];
    if (this.lost) return texts;
    const bytes = this.kept.length === 0 ? chunk : Buffer.concat([this.kept, chunk]);
    let at = 0;
    while (at < bytes.length) {
      const mark = bytes.indexOf(hash, at);
      const digits = (mark < 0 ? bytes.length : mark) - at;
      const length = digits > digitsMax ? undefined : lengthOf(bytes, at, at + digits);
      if (length === undefined || (mark >= 0 && (length < 1 || length > controlMax))) {
        this.lost = true;
        this.kept = nothing;
        return texts;
      }
      const end = mark + 1 + length;
      if (mark < 0 || bytes.length < end) break;
      texts.push(bytes.toString('utf8', mark + 1, end));
      at = end;
    }
    // A copy: a few octets must not hold a whole chunk in memory.
    this.kept = at === bytes.length ? nothing : Buffer.from(bytes.subarray(at));
    return texts;
  }
}

/** The decimal number in [from, to); 0 for none; undefined if there is anything else. */
function lengthOf(bytes: Buffer, from: number, to: number): number | undefined {
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = (bytes[at] ?? 0) - 48;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return value;
}
