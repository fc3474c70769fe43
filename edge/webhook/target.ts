import { fail, ok, type Result } from '../../control/base/result.ts';
import { parseOverrides, type Overrides } from './overrides.ts';

/** A URL taken apart into what is sent, what is signed, and how it is called. */
export interface Target {
  /** As requested and signed: normalised, without credentials and fragment. */
  readonly url: string;
  /** `scheme://host[:port]` */
  readonly origin: string;
  /** Path and query. */
  readonly path: string;
  /** The Authorization header for the credentials in the URL. */
  readonly authorization?: string;
  readonly overrides: Overrides;
}

const urlMaxCharacters = 8192;

/** Percent-decoded where that is possible: a `%` that escapes nothing is itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function parseUrl(text: string, base: string | undefined): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}

/**
 * Reads a URL of a tenant (WHATWG URL). Twilio drops credentials from what it signs and keeps a port that is not the
 * scheme's own; a port that is goes by normalisation, as it does from the Host header the application sees.
 * Fails with the reason; the code is 11100.
 */
export function readTarget(text: string, base?: string): Result<Target, string> {
  if (text.length > urlMaxCharacters) return fail(`the URL is longer than ${urlMaxCharacters} characters`);
  const url = parseUrl(text, base);
  if (url === undefined) return fail('the URL cannot be read');
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return fail(`${url.protocol} is not http or https`);
  const overrides = parseOverrides(url.hash);
  const { username, password, origin } = url;
  const path = url.pathname + url.search;
  const plain = { url: origin + path, origin, path, overrides };
  if (username === '' && password === '') return ok(plain);
  const credentials = Buffer.from(`${decoded(username)}:${decoded(password)}`, 'utf8').toString('base64');
  return ok({ ...plain, authorization: `Basic ${credentials}` });
}
