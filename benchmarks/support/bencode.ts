/** What rtpengine's ng protocol is made of (bencode, BEP 3): byte strings, lists and dictionaries. */
export type Bencoded = string | number | readonly Bencoded[] | { readonly [key: string]: Bencoded };

export function bencode(value: Bencoded): string {
  if (typeof value === 'string') return `${Buffer.byteLength(value)}:${value}`;
  if (typeof value === 'number') return `i${value}e`;
  if (isList(value)) return `l${value.map(bencode).join('')}e`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `d${entries.map(([key, each]) => bencode(key) + bencode(each)).join('')}e`;
}

/** Reads one value; throws at what is none, since only a benchmark's own peer writes it. */
export function bdecode(bytes: Buffer): Bencoded {
  const reader = new Reader(bytes);
  const value = reader.value();
  if (value === undefined) throw new Error('bencode: an end without a beginning');
  return value;
}

const isList = (value: Bencoded): value is readonly Bencoded[] => Array.isArray(value);

class Reader {
  private readonly bytes: Buffer;
  private at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** undefined at the end of a list or dictionary. */
  value(): Bencoded | undefined {
    const first = String.fromCharCode(this.bytes[this.at] ?? 0);
    if (first === 'i') return Number(this.until('e').slice(1));
    if (first === 'e') {
      this.at++;
      return undefined;
    }
    if (first === 'l' || first === 'd') {
      this.at++;
      const items: Bencoded[] = [];
      for (let item = this.value(); item !== undefined; item = this.value()) items.push(item);
      return first === 'l' ? items : dictionary(items);
    }
    const length = Number(this.until(':'));
    if (!Number.isInteger(length)) throw new Error(`bencode: ${JSON.stringify(first)} begins nothing`);
    const text = this.bytes.toString('utf8', this.at, this.at + length);
    this.at += length;
    return text;
  }

  private until(mark: string): string {
    const end = this.bytes.indexOf(mark, this.at);
    if (end < 0) throw new Error(`bencode: no ${mark}`);
    const text = this.bytes.toString('latin1', this.at, end);
    this.at = end + 1;
    return text;
  }
}

/** A value that must be text. */
export function textOf(value: Bencoded | undefined): string {
  if (typeof value !== 'string') throw new Error(`bencode: ${JSON.stringify(value)} is no string`);
  return value;
}

function dictionary(items: readonly Bencoded[]): { readonly [key: string]: Bencoded } {
  const entries: [string, Bencoded][] = [];
  for (let i = 0; i + 1 < items.length; i += 2) entries.push([textOf(items[i]), items[i + 1] ?? '']);
  return Object.fromEntries(entries);
}
