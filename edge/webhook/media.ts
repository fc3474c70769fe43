import { fail, ok, type Result } from '../../control/base/result.ts';
import { statusFailure, type Failure } from './failures.ts';
import { freshnessOf, type Freshness } from './freshness.ts';
import { headerOf } from './headers.ts';
import type { Fault } from './outcome.ts';
import { nextHop, redirectsMax, type Hop } from './redirects.ts';
import { readTarget } from './target.ts';
import { userAgent, type Transport } from './transport.ts';

export interface MediaOptions {
  /** Default 5 MB, what Twilio takes of all media of a message together. */
  readonly maxBytes?: number;
  /** Media types that are wanted: `image/png`, or `image/*`. Default: any. */
  readonly accept?: readonly string[];
  /** For the whole fetch. Default 15 s. */
  readonly timeoutMs?: number;
  /** The SID of the account whose part of the connections it takes. Default: a part of the edge's own. */
  readonly account?: string;
}

export interface FetchedMedia {
  /** Lower case, without parameters. */
  readonly contentType: string;
  readonly bytes: Buffer;
}

export type Refetched = {
  /** Undefined: not to be kept. */
  readonly freshness: Freshness | undefined;
} & (
  | ({ readonly kind: 'changed' } & FetchedMedia)
  /** What is here already is still good. */
  | { readonly kind: 'unchanged' }
);

const defaultMaxBytes = 5 * 1024 * 1024;
const defaultTimeoutMs = 15_000;
const connectTimeoutMs = 5_000;

const typeOf = (contentType: string | undefined): string =>
  (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';

const accepted = (type: string, accept: readonly string[] | undefined): boolean =>
  accept === undefined ||
  accept.some((one) => one === type || (one.endsWith('/*') && type.startsWith(one.slice(0, -1))));

/**
 * Fetches media into memory: bounded in bytes and time, redirects followed. 11751: too large; 12300: not a wanted
 * type, told from the head of the answer; 11100, 11200 and the others as for a webhook.
 */
export async function fetchMedia(
  transport: Transport,
  url: string,
  options: MediaOptions,
): Promise<Result<FetchedMedia, Fault>> {
  const fetched = await refetchMedia(transport, url, options, {});
  if (!fetched.ok) return fetched;
  if (fetched.value.kind === 'unchanged') return fail(shown(statusFailure(304)));
  const { contentType, bytes } = fetched.value;
  return ok({ contentType, bytes });
}

/** As `fetchMedia`, but asks whether what is here already has changed, with the `revalidation` of its freshness. */
export async function refetchMedia(
  transport: Transport,
  url: string,
  options: MediaOptions,
  revalidation: Freshness['revalidation'],
): Promise<Result<Refetched, Fault>> {
  const read = readTarget(url);
  if (!read.ok) return fail({ code: 11100, detail: read.error });
  const maxBytes = options.maxBytes ?? defaultMaxBytes;
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  const deadlineMs = transport.clock.monotonic() + timeoutMs;
  let hop: Hop = { target: read.value, method: 'GET' };
  for (let redirects = 0; redirects <= redirectsMax; redirects++) {
    const { authorization, origin, path } = hop.target;
    const answer = await transport.send('media', options.account ?? '', {
      origin,
      path,
      method: 'GET',
      headers: [
        ...['user-agent', userAgent, 'accept', options.accept?.join(', ') ?? '*/*'],
        ...(authorization === undefined ? [] : ['authorization', authorization]),
        ...Object.entries(revalidation).flat(),
      ],
      connectTimeoutMs,
      readTimeoutMs: timeoutMs,
      deadlineMs,
      bodyMaxBytes: maxBytes,
      tooLarge: { code: 11751, detail: `the media is larger than ${maxBytes} bytes` },
      inspect: (status, headers) => {
        const encoding = headerOf(headers, 'content-encoding') ?? 'identity';
        if (status < 200 || status >= 300) return undefined;
        const type = typeOf(headerOf(headers, 'content-type'));
        if (accepted(type, options.accept) && type !== '' && encoding === 'identity') return undefined;
        return { code: 12300, detail: `the media is ${type === '' ? 'of no type' : type} (${encoding})` };
      },
    });
    if (!answer.ok) return fail(shown(answer.failure));
    const next = nextHop(hop, answer.status, headerOf(answer.headers, 'location'));
    if (next === undefined) {
      const { status, headers, body: bytes } = answer;
      const freshness = freshnessOf(url, status, headers, transport.clock);
      if (status === 304 && Object.keys(revalidation).length > 0) return ok({ kind: 'unchanged', freshness });
      if (status < 200 || status >= 300) return fail(shown(statusFailure(status)));
      return ok({
        kind: 'changed',
        contentType: typeOf(headerOf(headers, 'content-type')),
        bytes,
        freshness,
      });
    }
    if (!next.ok) return fail({ code: 11200, detail: next.error });
    hop = next.value;
  }
  return fail({ code: 11215, detail: `more than ${redirectsMax} redirects` });
}

const shown = ({ code, detail }: Failure): Fault => ({ code, detail });
