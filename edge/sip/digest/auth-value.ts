import { isToken, parseParams, quoted, unquote } from '../message/scan.ts';

/** A challenge or credentials: a scheme and its parameters (RFC 3261 §20.7, §20.44). */
export interface AuthValue {
  /** In lower case. */
  readonly scheme: string;
  /** Names in lower case; values without quotes. The first of two with the same name holds. */
  readonly params: ReadonlyMap<string, string>;
}

/** How many parameters a value may have. */
const paramsMax = 32;

/**
 * Reads one header field line; these fields are never joined by commas (RFC 3261 §7.3.1). undefined if it is
 * malformed.
 */
export function parseAuthValue(text: string): AuthValue | undefined {
  const blank = text.search(/[ \t]/);
  const scheme = blank < 0 ? '' : text.slice(0, blank);
  if (!isToken(scheme)) return undefined;
  const params = new Map<string, string>();
  for (const item of splitCommas(text.slice(blank + 1))) {
    const read = parseParams(`;${item}`, 0);
    if (read?.size !== 1 || params.size === paramsMax) return undefined;
    for (const [name, value] of read) if (!params.has(name)) params.set(name, unquote(value));
  }
  return params.size === 0 ? undefined : { scheme: scheme.toLowerCase(), params };
}

/** Splits at commas outside quotes; blank elements are left out. */
function splitCommas(text: string): readonly string[] {
  const items: string[] = [];
  let start = 0;
  let within = false;
  for (let at = 0; at <= text.length; at++) {
    const character = text[at];
    if (within && character === '\\') at++;
    else if (character === '"') within = !within;
    else if (at >= text.length || (character === ',' && !within)) {
      const item = text.slice(start, at).trim();
      if (item !== '') items.push(item);
      start = at + 1;
    }
  }
  return items;
}

/** Parameters that are written without quotes (RFC 3261 §25.1). */
const bare: ReadonlySet<string> = new Set(['algorithm', 'nc', 'stale']);

/** `Digest a="b", …`. The qop of credentials is written bare, that of a challenge is quoted; so `bareQop` says which. */
export function writeDigest(params: Iterable<readonly [string, string]>, bareQop: boolean): string {
  const written = Array.from(params, ([name, value]) =>
    bare.has(name) || (name === 'qop' && bareQop) ? `${name}=${value}` : `${name}=${quoted(value)}`,
  );
  return `Digest ${written.join(', ')}`;
}
