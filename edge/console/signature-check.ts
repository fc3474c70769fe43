import { signature, withBodyHash, withQuery, type Params } from '../webhook/signature.ts';
import { encodeForm } from '../webhook/form.ts';

/** What an application says it was sent. */
export interface Claim {
  /** As the application believes it was called. */
  readonly url: string;
  /** Of the form, in the order they were received. */
  readonly params: Params;
  /** A body that is no form; null where there was none. */
  readonly body: string | null;
  /** The X-Twilio-Signature that it received, or that it computed. */
  readonly signature: string;
}

/** A token that may have signed; the first of a list is the one that does. */
export interface Secret {
  readonly name: string;
  readonly token: string;
}

/** One usual mistake in validating a signature. */
export type Mistake =
  | { readonly kind: 'scheme'; readonly is: string }
  | { readonly kind: 'port' | 'slash' | 'query' | 'fragment' | 'decoded' | 'host' }
  | { readonly kind: 'unsorted' | 'paramsSigned' | 'paramsInUrl' | 'bodyHashMissing' | 'bodyChanged' }
  | { readonly kind: 'token'; readonly name: string };

/** What makes the signature fit. `url` is then the one that was signed. */
export type Verdict =
  | { readonly kind: 'match'; readonly url: string }
  | { readonly kind: 'mistaken'; readonly url: string; readonly mistakes: readonly Mistake[] }
  | { readonly kind: 'unknown' };

interface Variant<T> {
  readonly value: T;
  readonly mistakes: readonly Mistake[];
}

/** A claim that needs more to be true is another request's. */
const mistakesMax = 3;

/**
 * Whether a signature fits a request, or which usual mistakes make it fit, the fewest first
 * (https://www.twilio.com/docs/usage/security#validating-requests).
 */
export function checkSignature(claim: Claim, secrets: readonly Secret[]): Verdict {
  const wanted = claim.signature.trim();
  const tries = urlVariants(claim.url.trim())
    .flatMap((url) => contentVariants(url, claim))
    .flatMap(({ value, mistakes }) =>
      secrets.map(({ name, token }, index) => ({
        ...value,
        token,
        mistakes: index === 0 ? mistakes : [...mistakes, { kind: 'token', name } as const],
      })),
    )
    .filter(({ mistakes }) => mistakes.length <= mistakesMax)
    .sort((a, b) => a.mistakes.length - b.mistakes.length);
  for (const { url, text, params, token, mistakes } of tries) {
    if (signature(token, text, params) !== wanted) continue;
    return mistakes.length === 0 ? { kind: 'match', url } : { kind: 'mistaken', url, mistakes };
  }
  return { kind: 'unknown' };
}

/** The URL that was signed, and what the signature was made over. */
interface Signed {
  readonly url: string;
  /** Comes before the sorted `params`. */
  readonly text: string;
  readonly params: Params;
}

/** What besides the URL may have been signed. */
function contentVariants(
  { value: url, mistakes }: Variant<string>,
  claim: Claim,
): readonly Variant<Signed>[] {
  const { params, body } = claim;
  const found: Variant<Signed>[] = [];
  const add = (signed: Omit<Signed, 'url'>, at: string, ...more: readonly Mistake[]): void =>
    void found.push({ value: { ...signed, url: at }, mistakes: [...mistakes, ...more] });
  if (body !== null) {
    const hashed = /[?&]bodySHA256=([0-9a-f]{64})(?:&|$)/.exec(url)?.[1];
    if (hashed === undefined) {
      const whole = withBodyHash(url, body);
      add({ text: whole, params: [] }, whole, { kind: 'bodyHashMissing' });
    } else if (withBodyHash('', body).endsWith(hashed)) add({ text: url, params: [] }, url);
    else add({ text: url, params: [] }, url, { kind: 'bodyChanged' });
  }
  if (body === null || params.length > 0) add({ text: url, params }, url);
  if (params.length > 0) {
    const received = params.map(([name, value]) => name + value).join('');
    add({ text: url + received, params: [] }, url, { kind: 'unsorted' });
    add({ text: url, params: [] }, url, { kind: 'paramsSigned' });
    const asked = withQuery(url, encodeForm(params));
    add({ text: asked, params: [] }, asked, { kind: 'paramsInUrl' });
  }
  return found;
}

const urlForm = /^(https?):\/\/([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?$/i;

/** The URL as it was given, and as it is without each usual mistake. */
function urlVariants(text: string): readonly Variant<string>[] {
  const match = urlForm.exec(text);
  if (match === null) return [{ value: text, mistakes: [] }];
  const [, scheme = '', authority = '', path = '', query = '', fragment = ''] = match;
  const host = authority.replace(/^.*@/, '');
  const swapped = scheme.toLowerCase() === 'https' ? 'http' : 'https';
  const schemes: readonly Variant<string>[] = [
    { value: scheme, mistakes: [] },
    { value: swapped, mistakes: [{ kind: 'scheme', is: swapped }] },
  ];
  const slash = path.endsWith('/') ? path.replace(/\/$/, '') : `${path}/`;
  const paths = distinct([
    { value: path, mistakes: [] },
    { value: slash, mistakes: [{ kind: 'slash' }] },
    { value: decoded(path), mistakes: [{ kind: 'decoded' }] },
    { value: encodeURI(decoded(path)), mistakes: [{ kind: 'decoded' }] },
  ]);
  const queries = distinct([
    { value: query, mistakes: [] },
    { value: '', mistakes: [{ kind: 'query' }] },
    { value: decoded(query), mistakes: [{ kind: 'decoded' }] },
  ]);
  const fragmentMistake: readonly Mistake[] = fragment === '' ? [] : [{ kind: 'fragment' }];
  return schemes.flatMap((one) =>
    hostVariants(host, authority, one.value).flatMap((at) =>
      paths.flatMap((way) =>
        queries.map((ask) => ({
          value: `${one.value}://${at.value}${way.value}${ask.value}`,
          mistakes: [...one.mistakes, ...at.mistakes, ...way.mistakes, ...ask.mistakes, ...fragmentMistake],
        })),
      ),
    ),
  );
}

function hostVariants(host: string, authority: string, scheme: string): readonly Variant<string>[] {
  const usual = scheme === 'https' ? ':443' : ':80';
  const bare = host.replace(/:\d+$/, '');
  // Credentials in a URL go into its Authorization header, and never into the signature.
  const known: readonly Mistake[] = host === authority ? [] : [{ kind: 'host' }];
  return distinct([
    { value: host, mistakes: known },
    { value: bare, mistakes: [...known, { kind: 'port' }] },
    { value: bare + usual, mistakes: [...known, { kind: 'port' }] },
    { value: host.toLowerCase(), mistakes: [...known, { kind: 'host' }] },
  ]);
}

/** The first of each value, which is the one with the fewest mistakes. */
function distinct(variants: readonly Variant<string>[]): readonly Variant<string>[] {
  const seen = new Set<string>();
  return variants.filter(({ value }) => !seen.has(value) && seen.add(value));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
