import { headerKey } from './names.ts';
import { splitList } from './scan.ts';

/** One header field line. `key` is the long name in lower case, `name` the spelling of the wire. */
export interface HeaderField {
  readonly key: string;
  readonly name: string;
  readonly value: string;
}

/**
 * The header fields of a message, in their order, unknown ones too. Names are given in any spelling, compact forms
 * included. Values are unfolded and trimmed, and otherwise as they came. A line break put into a value becomes a
 * space, so that no value can make a header field of its own.
 */
export class Headers implements Iterable<HeaderField> {
  private readonly keys: string[] = [];
  private readonly names: string[] = [];
  private readonly values: string[] = [];

  /** From names and values in order. */
  static of(fields: Iterable<readonly [name: string, value: string]>): Headers {
    const headers = new Headers();
    for (const [name, value] of fields) headers.append(name, value);
    return headers;
  }

  /** How many lines there are. */
  get size(): number {
    return this.keys.length;
  }

  has(name: string): boolean {
    return this.keys.includes(headerKey(name));
  }

  /** The value of the first line of this name. */
  get(name: string): string | undefined {
    const at = this.keys.indexOf(headerKey(name));
    return at < 0 ? undefined : this.values[at];
  }

  /** The values of all lines of this name, not split at commas. */
  all(name: string): readonly string[] {
    const key = headerKey(name);
    const found: string[] = [];
    for (let at = this.keys.indexOf(key); at >= 0; at = this.keys.indexOf(key, at + 1))
      found.push(this.values[at] ?? '');
    return found;
  }

  /** How many lines of this name there are. */
  count(name: string): number {
    const key = headerKey(name);
    let count = 0;
    for (let at = this.keys.indexOf(key); at >= 0; at = this.keys.indexOf(key, at + 1)) count++;
    return count;
  }

  /** The key of a field that stands more than once and, by `mayNot`, may not; undefined if there is none. */
  repeated(mayNot: (key: string) => boolean): string | undefined {
    return this.keys.find((key, at) => mayNot(key) && this.keys.includes(key, at + 1));
  }

  /** The elements of all lines of this name, split at commas (RFC 3261 §7.3.1); undefined if a quote is open. */
  list(name: string): readonly string[] | undefined {
    const lines = this.all(name);
    if (lines.length === 1) return splitList(lines[0] ?? '');
    const items: string[] = [];
    for (const line of lines) {
      const split = splitList(line);
      if (split === undefined) return undefined;
      items.push(...split);
    }
    return items;
  }

  /** Puts a line at the end. */
  append(name: string, value: string): void {
    this.add(headerKey(name), name, oneLine(value));
  }

  /** What the parser calls: `key` is of `name`, and `value` holds no line break. */
  add(key: string, name: string, value: string): void {
    this.keys.push(key);
    this.names.push(name);
    this.values.push(value);
  }

  /** Puts a line before the first of its name, or above all if there is none. */
  prepend(name: string, value: string): void {
    const key = headerKey(name);
    const at = Math.max(0, this.keys.indexOf(key));
    this.keys.splice(at, 0, key);
    this.names.splice(at, 0, name);
    this.values.splice(at, 0, oneLine(value));
  }

  /** Makes this the only line of its name: in the place of the first, or at the end. */
  set(name: string, value: string): void {
    const key = headerKey(name);
    const at = this.keys.indexOf(key);
    if (at < 0) return this.add(key, name, oneLine(value));
    this.values[at] = oneLine(value);
    this.removeFrom(key, at + 1);
  }

  /** Removes all lines of this name. */
  remove(name: string): void {
    this.removeFrom(headerKey(name), 0);
  }

  /**
   * Replaces the first element of a list that may be spread over lines and commas: the top Via, the first Route.
   * Without `item` it is removed. Nothing happens where there is none.
   */
  replaceFirst(name: string, item?: string): void {
    const at = this.keys.indexOf(headerKey(name));
    if (at < 0) return;
    const [, ...rest] = splitList(this.values[at] ?? '') ?? [];
    const items = item === undefined ? rest : [oneLine(item), ...rest];
    if (items.length === 0) this.removeAt(at);
    else this.values[at] = items.join(', ');
  }

  /** A copy that may be changed apart. */
  clone(): Headers {
    const copy = new Headers();
    for (let at = 0; at < this.keys.length; at++)
      copy.add(this.keys[at] ?? '', this.names[at] ?? '', this.values[at] ?? '');
    return copy;
  }

  /** Appends all lines of this name from another message, as they are. */
  copy(from: Headers, name: string): void {
    const key = headerKey(name);
    for (let at = from.keys.indexOf(key); at >= 0; at = from.keys.indexOf(key, at + 1))
      this.add(key, from.names[at] ?? '', from.values[at] ?? '');
  }

  *[Symbol.iterator](): Iterator<HeaderField> {
    for (let at = 0; at < this.keys.length; at++)
      yield { key: this.keys[at] ?? '', name: this.names[at] ?? '', value: this.values[at] ?? '' };
  }

  /** The lines as they are written, each with its end. Content-Length is `bodyLength`, whatever its value was. */
  text(bodyLength: number): string {
    let text = '';
    let measured = false;
    for (let at = 0; at < this.keys.length; at++) {
      const name = this.names[at] ?? '';
      if (this.keys[at] !== 'content-length') text += `${name}: ${this.values[at] ?? ''}\r\n`;
      else if (!measured) {
        measured = true;
        text += `${name}: ${bodyLength}\r\n`;
      }
    }
    return measured ? text : `${text}Content-Length: ${bodyLength}\r\n`;
  }

  private removeFrom(key: string, start: number): void {
    for (let at = this.keys.indexOf(key, start); at >= 0; at = this.keys.indexOf(key, at)) this.removeAt(at);
  }

  private removeAt(at: number): void {
    this.keys.splice(at, 1);
    this.names.splice(at, 1);
    this.values.splice(at, 1);
  }
}

function oneLine(value: string): string {
  return value.includes('\n') || value.includes('\r') ? value.replace(/[\r\n]+[ \t]*/g, ' ').trim() : value;
}
