/** An element of SSML as it was written. */
export interface SsmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly SsmlNode[];
}

export type SsmlNode = SsmlElement | string;

/** Deeper elements are passed over; what they hold is read. */
const depthMax = 16;

const token =
  /<(?<close>\/?)(?<name>[A-Za-z][A-Za-z0-9:_-]{0,40})(?<attributes>(?:\s+[A-Za-z][A-Za-z0-9:_-]{0,40}\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(?<empty>\/?)>|[^<]+|</g;
const attribute = /([A-Za-z][A-Za-z0-9:_-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const entity = /&(?:#x(?<hex>[0-9a-fA-F]{1,6})|#(?<decimal>\d{1,7})|(?<name>amp|lt|gt|quot|apos));/g;
const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** C0 and C1 controls are commands to some synthesisers, never speech; so are lone surrogates no text. */
const unspeakable = /[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu;

function decoded(text: string): string {
  return text
    .replace(entity, (_whole: string, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return named[name] ?? '';
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
    })
    .replace(unspeakable, ' ');
}

interface Open {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: SsmlNode[];
}

/**
 * Reads the content of a <speak>: total and linear. What is no markup is text; an element that is not closed ends with
 * its parent, and a closing tag without its element is passed over.
 */
export function scanSsml(ssml: string): readonly SsmlNode[] {
  const root: SsmlNode[] = [];
  const open: Open[] = [];
  const here = (): SsmlNode[] => open.at(-1)?.children ?? root;
  const closeTop = (): void => {
    const done = open.pop();
    if (done !== undefined) here().push(done);
  };
  for (const match of ssml.matchAll(token)) {
    const { close, name, attributes = '', empty } = match.groups ?? {};
    if (name === undefined) {
      here().push(decoded(match[0]));
    } else if (close === '/') {
      if (open.some((one) => one.name === name)) {
        while (open.at(-1)?.name !== name) closeTop();
        closeTop();
      }
    } else {
      const element = { name, attributes: attributesOf(attributes), children: [] };
      if (empty === '/') here().push(element);
      else if (open.length < depthMax) open.push(element);
    }
  }
  while (open.length > 0) closeTop();
  return root;
}

function attributesOf(written: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [, name = '', double, single] of written.matchAll(attribute)) {
    found.set(name, decoded(double ?? single ?? '').trim());
  }
  return found;
}
