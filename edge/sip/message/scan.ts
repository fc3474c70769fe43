/** Parameters of a header field or URI: names in lower case, values as written (quotes kept), '' where there is none. */
export type Params = Map<string, string>;

const tab = 9;
const space = 32;
const quote = 34;
const comma = 44;
const semicolon = 59;
const less = 60;
const equals = 61;
const greater = 62;
const backslash = 92;

/** token characters (RFC 3261 §25.1), by code. */
const tokenCodes = new Uint8Array(128);
for (const character of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.!%*_+`'~")
  tokenCodes[character.charCodeAt(0)] = 1;

/** Whether `text` is a token (RFC 3261 §25.1). */
export function isToken(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (tokenCodes[text.charCodeAt(at)] !== 1) return false;
  return text.length > 0;
}

export const isBlank = (code: number): boolean => code === space || code === tab;

/** The first place at or after `at` that is not a space or tab. */
export function skipBlanks(text: string, at: number): number {
  while (at < text.length && isBlank(text.charCodeAt(at))) at++;
  return at;
}

/** The place after the quoted string that begins at `at`, or -1 if it does not end (RFC 3261 §25.1 quoted-string). */
export function quotedEnd(text: string, at: number): number {
  for (let next = at + 1; next < text.length; next++) {
    const code = text.charCodeAt(next);
    if (code === backslash) next++;
    else if (code === quote) return next + 1;
  }
  return -1;
}

/** What a quoted string says, without quotes and escapes; any other text as it is. */
export function unquote(text: string): string {
  if (text.charCodeAt(0) !== quote) return text;
  const inner = text.slice(1, -1);
  return inner.includes('\\') ? inner.replace(/\\([\s\S])/g, '$1') : inner;
}

/** A quoted string that says `text`. */
export const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

/** Splits at commas outside quotes and angle brackets; blank elements are dropped. undefined if a quote is open. */
export function splitList(value: string): readonly string[] | undefined {
  if (!value.includes(',')) return value === '' ? [] : [value];
  const items: string[] = [];
  let start = 0;
  let bracketed = false;
  const take = (end: number): void => {
    const item = value.slice(start, end).trim();
    if (item !== '') items.push(item);
    start = end + 1;
  };
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code === comma) {
      if (!bracketed) take(at);
    } else if (code === less) bracketed = true;
    else if (code === greater) bracketed = false;
    else if (code === quote && !bracketed) {
      const end = quotedEnd(value, at);
      if (end < 0) return undefined;
      at = end - 1;
    }
  }
  take(value.length);
  return items;
}

/**
 * Reads `;name`, `;name=value` and `;name="value"` from `at` to the end of the text, blanks allowed between all of
 * them. undefined if they are malformed. The first of two with the same name holds.
 */
export function parseParams(text: string, at: number): Params | undefined {
  const params: Params = new Map();
  at = skipBlanks(text, at);
  while (at < text.length) {
    if (text.charCodeAt(at) !== semicolon) return undefined;
    const nameStart = skipBlanks(text, at + 1);
    at = nameStart;
    while (at < text.length && tokenCodes[text.charCodeAt(at)] === 1) at++;
    if (at === nameStart) return undefined;
    const name = text.slice(nameStart, at).toLowerCase();
    at = skipBlanks(text, at);
    let value = '';
    if (text.charCodeAt(at) === equals) {
      const valueStart = skipBlanks(text, at + 1);
      at = valueEnd(text, valueStart);
      if (at < 0) return undefined;
      value = text.slice(valueStart, at);
      at = skipBlanks(text, at);
    }
    if (!params.has(name)) params.set(name, value);
  }
  return params;
}

/** The end of a token, host or quoted string; -1 if there is none. */
function valueEnd(text: string, at: number): number {
  if (text.charCodeAt(at) === quote) return quotedEnd(text, at);
  const start = at;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code <= space || code === semicolon || code === comma || code === quote) break;
  }
  return at === start ? -1 : at;
}

export function writeParams(params: ReadonlyMap<string, string>): string {
  let text = '';
  for (const [name, value] of params) text += value === '' ? `;${name}` : `;${name}=${value}`;
  return text;
}

/** A decimal number in [0, max], leading zeros allowed; undefined for anything else. */
export function parseInteger(text: string, max: number): number | undefined {
  if (text.length === 0) return undefined;
  let value = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
    if (value > max) return undefined;
  }
  return value;
}
